"""The way in, page by page: the password, one of one's own, the second factor. What each step means is in
petition/entry.py."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from petition import accounts, attempts, audit, devices, entry, factors, kept, passkeys
from petition.headers import WITH_NEW_KEYS
from petition.reauth import confirmed_lately, safe_next

PENDING = "app_pending"  # the sealed secret of an app that is being set up
Step = Callable[[HttpRequest, User], HttpResponse]


class OwnPasswordForm(SetPasswordForm):
    def clean_new_password1(self) -> str:
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is the password that you were given. Please choose one of your own."))
        return password


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "house-code",
            }
        ),
    )


class KeyForm(forms.Form):
    name = forms.CharField(max_length=60, required=False)


def page(request: HttpRequest, template: str, title: Any, *, wait: int | None = None, **more: Any) -> HttpResponse:
    """A page of the door. Its language can be switched after a POST as well, since the step stays the same. `wait`: the
    seconds until the next try."""
    context = admin.site.each_context(request) | {"title": title, "language_next": request.get_full_path(), **more}
    if wait is None:
        return render(request, template, context)
    response = render(request, template, context | {"wait_minutes": -(-wait // 60)}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def log_in(request: HttpRequest) -> HttpResponse:
    """The password. Which of them was wrong, the name or the password, nothing tells."""
    if request.method == "GET" and admin.site.has_permission(request):
        return redirect("admin:index")
    following = safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    typed = request.POST.get("kept", "")[: kept.MOST]
    more = {"app_path": request.get_full_path(), "next": following, "kept": typed}
    form = AdminAuthenticationForm(request)
    if request.method == "POST":
        wait = attempts.password_wait(request, request.POST.get("username", ""))
        if wait is not None:
            form.fields["username"].initial = request.POST.get("username", "")[:150]
            return page(request, "admin/login.html", _("Log in"), wait=wait, form=form, **more)
        form = AdminAuthenticationForm(request, data=request.POST)
        if form.is_valid() and accounts.is_too_old(user := form.get_user()):
            form.add_error(None, _("This one-time password is too old. Please ask for a new one."))
        elif form.is_valid():
            entry.begin(request, user, following, typed)
            return redirect(entry.next_step(user))
    return page(request, "admin/login.html", _("Log in"), form=form, **more)


def log_in_again(request: HttpRequest) -> HttpResponse:
    """In place of an act whose session had ended: the log-in page, which keeps what was typed."""
    return page(
        request,
        "admin/login.html",
        _("Log in"),
        form=AdminAuthenticationForm(request),
        app_path=reverse("admin:login"),
        next=safe_next(request, request.get_full_path()),
        kept=kept.typed(request),
        has_ended=True,
        language_next=reverse("admin:login"),
    )


def step(name: str) -> Callable[[Step], Callable[[HttpRequest], HttpResponse]]:
    """A page between the password and the rooms: only for who is on the way, and whose next step it is."""

    def guard(view: Step) -> Callable[[HttpRequest], HttpResponse]:
        @functools.wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def guarded(request: HttpRequest) -> HttpResponse:
            user = entry.entering(request)
            if user is None:
                return redirect("admin:index" if admin.site.has_permission(request) else "admin:login")
            where = entry.next_step(user)
            return view(request, user) if where == name else redirect(where)

        return guarded

    return guard


@step("admin:own_password")
def own_password(request: HttpRequest, user: User) -> HttpResponse:
    form = OwnPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        following, typed = entry.following(request), entry.kept(request)
        accounts.set_own_password(user=user, password=form.cleaned_data["new_password1"])
        entry.begin(request, user, following, typed)
        return redirect(entry.next_step(user))
    return page(request, "admin/staff/own_password.html", _("A password of your own"), form=form)


@step("admin:enrol")
def enrol(request: HttpRequest, user: User) -> HttpResponse:
    """The first factor; then in, to the recovery codes."""
    wait = attempts.factor_wait(request, user) if request.method == "POST" else None
    if request.method == "POST" and wait is None and add_factor(request, user):
        return _enter(request, user, codes=factors.make_codes(user=user, by=user))
    return show_enrolment(request, user, "admin/staff/enrol.html", _("A second factor"), wait)


@step("admin:second_factor")
def second_factor(request: HttpRequest, user: User) -> HttpResponse:
    wait = attempts.factor_wait(request, user) if request.method == "POST" else None
    is_wrong = request.method == "POST" and wait is None
    if is_wrong and is_right(request, user, with_recovery=True):
        return _enter(request, user)
    options = passkeys.authentication_options(request, user) if passkeys.work_here(request) else ""
    return page(
        request,
        "admin/staff/second_factor.html",
        _("The second factor"),
        wait=wait,
        form=CodeForm(),
        is_wrong=is_wrong,
        key_options=options,
    )


def _enter(request: HttpRequest, user: User, codes: list[str] | None = None) -> HttpResponse:
    following = entry.following(request) or reverse("admin:index")
    typed = kept.fields(entry.kept(request))
    entry.finish(request, user)
    if codes:
        response = show_codes(request, codes, following)
    elif typed:
        more = {"typed": typed, "following": following, "language_next": following}
        response = page(request, "admin/staff/kept.html", _("What you had typed"), **more)
    else:
        response = redirect(following)
    devices.remember(request, response, user)
    return response


def is_right(request: HttpRequest, user: User, *, with_recovery: bool) -> bool:
    """Whether what was sent is a factor of this user: a key's answer, a code of the app, or one to recover with."""
    if answer := request.POST.get("credential"):
        return passkeys.answers(request, user, answer)
    code = request.POST.get("code", "")
    if factors.check_app(user=user, code=code):
        return True
    return with_recovery and factors.use_code(user=user, code=code)


# -- setting up: here, and among one's own factors ---------------------------------------------------------------------


def add_factor(request: HttpRequest, user: User) -> bool:
    """The key or the app that the form sent. False where it does not fit."""
    if answer := request.POST.get("credential"):
        made = passkeys.registered(request, answer)
        if made is None:
            return False
        try:
            factors.add_key(
                user=user,
                name=_key_name(request),
                credential=made.credential_id,
                public_key=made.credential_public_key,
                uses=made.sign_count,
                by=user,
            )
        except factors.NotNow:
            return False
        return True
    secret = factors.unseal(bytes.fromhex(request.session.get(PENDING, "")))
    is_added = factors.add_app(user=user, secret=secret, code=request.POST.get("code", ""), by=user)
    if is_added:
        del request.session[PENDING]
    return is_added


def _key_name(request: HttpRequest) -> str:
    form = KeyForm(request.POST)
    return (form.cleaned_data["name"] if form.is_valid() else "") or _("Security key")


def show_enrolment(
    request: HttpRequest, user: User, template: str, title: Any, wait: int | None, *, with_keys: bool = True
) -> HttpResponse:
    """The QR code stays the same until it is used, so that a wrong code or a reload does not ask to scan anew."""
    secret = factors.unseal(bytes.fromhex(request.session.get(PENDING, "")))
    if not secret:
        secret = factors.new_secret()
        request.session[PENDING] = factors.seal(secret).hex()
    can_keys = with_keys and passkeys.work_here(request)
    response = page(
        request,
        template,
        title,
        wait=wait,
        form=CodeForm(),
        is_wrong=request.method == "POST" and wait is None,
        qr=factors.qr(user, secret),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        key_options=passkeys.registration_options(request, user) if can_keys else "",
        no_keys_here=with_keys and not can_keys,
    )
    response.headers["Permissions-Policy"] = WITH_NEW_KEYS
    return response


def show_codes(request: HttpRequest, codes: list[str], following: str) -> HttpResponse:
    """Shown in this answer and never again."""
    more = {"codes": codes, "following": following, "language_next": following}
    return page(request, "admin/staff/codes.html", _("Recovery codes"), **more)


# -- another password --------------------------------------------------------------------------------------------------


@confirmed_lately
def change_password(request: HttpRequest, django_view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Django's page, with a limit on guessing the old password, and an audit row."""
    if request.method == "POST" and (wait := attempts.factor_wait(request, request.user)) is not None:
        return page(request, "admin/staff/too_many.html", _("Please wait a little"), wait=wait)
    response = django_view(request)
    if request.method == "POST" and response.status_code == 302:
        audit.record(by=request.user, act="own_password", target=request.user)
    return response
