"""One's own second factors, and the page that asks for one once more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from petition import attempts, entry, factors, passkeys
from petition.admin import entering, keyset
from petition.headers import WITH_NEW_KEYS
from petition.models import TotpApp
from petition.reauth import confirmed_lately, safe_next


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password, a code of the app, or a key; then back to where it was asked for."""
    following = safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    wait = attempts.factor_wait(request, request.user) if request.method == "POST" else None
    is_wrong = request.method == "POST" and wait is None
    again = request.POST.get("again") or request.GET.get("again")
    if is_wrong and _is_right(request, request.user):
        entry.confirm(request)
        if again:
            messages.warning(request, _("It has not been done yet: please look at it once more, and press again."))
        return redirect(following)
    options = passkeys.authentication_options(request, request.user) if passkeys.work_here(request) else ""
    return entering.page(
        request,
        "admin/staff/confirm.html",
        _("Is it you?"),
        wait=wait,
        form=entering.CodeForm(),
        has_app=TotpApp.objects.filter(user=request.user).exists(),
        is_wrong=is_wrong,
        key_options=options,
        next=following,
        again=again,
    )


def _is_right(request: HttpRequest, user: User) -> bool:
    if password := request.POST.get("password"):
        return user.check_password(password)
    return entering.is_right(request, user, with_recovery=False)


@require_safe
@confirmed_lately
def own_factors(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    can_keys = passkeys.work_here(request)
    context: dict[str, Any] = {
        "app": TotpApp.objects.filter(user=user).first(),
        "keys": user.security_keys.all(),
        "codes_left": user.recovery_codes.count(),
        "key_options": passkeys.registration_options(request, user) if can_keys else "",
        "no_keys_here": not can_keys,
    }
    context["can_remove"] = len(context["keys"]) + bool(context["app"]) > 1
    response = entering.page(request, "admin/staff/factors.html", _("My second factor"), **context)
    response.headers["Permissions-Policy"] = WITH_NEW_KEYS
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def app(request: HttpRequest) -> HttpResponse:
    """An app, in place of the one there is."""
    wait = attempts.factor_wait(request, request.user) if request.method == "POST" else None
    if request.method == "POST" and wait is None and entering.add_factor(request, request.user):
        entry.keep(request, request.user)
        messages.success(request, _("The app is set up."))
        return redirect("admin:factors")
    return entering.show_enrolment(
        request, request.user, "admin/staff/app.html", _("Set up an app"), wait, with_keys=False
    )


@require_POST
@confirmed_lately
def key(request: HttpRequest) -> HttpResponse:
    if request.POST.get("credential") and entering.add_factor(request, request.user):
        entry.keep(request, request.user)
        messages.success(request, _("The key is added."))
    else:
        messages.error(request, _("The key could not be added. Please try once more."))
    return redirect("admin:factors")


@require_POST
@confirmed_lately
def remove(request: HttpRequest) -> HttpResponse:
    """`what` is the number of a key, or `app`."""
    number = keyset.number(request.POST.get("what"))
    if number is None and request.POST.get("what") != factors.APP:
        return redirect("admin:factors")
    try:
        factors.remove(user=request.user, key=number, by=request.user)
        entry.keep(request, request.user)
    except factors.NotNow:
        messages.error(request, _("This is your only second factor. Add another one first."))
    return redirect("admin:factors")


@require_POST
@confirmed_lately
def codes(request: HttpRequest) -> HttpResponse:
    made = factors.make_codes(user=request.user, by=request.user)
    entry.keep(request, request.user)
    return entering.show_codes(request, made, safe_next(request, request.headers.get("Referer", "")))
