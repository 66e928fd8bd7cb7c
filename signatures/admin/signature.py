"""The staff's list of signatures: by number, country, day, state and origin; never by what is sealed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from petition.admin import keyset
from petition.templatetags import language
from signatures import moderation
from signatures.admin import listing, pages
from signatures.admin.faults import mail_faults
from signatures.admin.forms import FilterForm, ReasonForm
from signatures.admin.queue import queue
from signatures.admin.suspicious import suspicious
from signatures.admin.sweep_form import LIKE
from signatures.choices import State
from signatures.models import Signature

# What a single signature's page reads beside the list's fields.
DETAIL = (
    *listing.SHOWN,
    "language",
    "confirmed_on",
    "public_name",
    "comment",
    "review_reason",
    "held_reason",
    "mail_fault",
    "sweep_id",
    "signals",
)


@pages.needs("signatures.view_signature")
@require_safe
def signatures(request: HttpRequest) -> HttpResponse:
    number = keyset.number(request.GET.get("number", "").strip())
    if number is not None:
        if Signature.objects.filter(pk=number).exists():
            return redirect("admin:signatures_signature_change", number)
        messages.warning(request, _("There is no signature number %(number)s.") % {"number": language.digits(number)})
    petition = pages.chosen_petition(request)
    form = FilterForm(request.GET)
    found = listing.find(form.filters(petition), keyset.cursor(request)) if petition else None
    kept = {name: value for name in form.fields if (value := request.GET.get(name))}
    context = pages.context(
        request,
        capfirst(Signature._meta.verbose_name_plural),
        opts=Signature._meta,
        form=form,
        found=found,
        page=found.page if found else None,
        query=urlencode(kept),
        here=request.get_full_path(),
        may_hold=request.user.has_perm("signatures.hold_signature"),
    )
    return render(request, "admin/signatures/signature/list.html", context)


@pages.needs("signatures.view_signature")
@require_safe
def signature(request: HttpRequest, pk: int) -> HttpResponse:
    # Not the hashes: only whether there is one.
    lends = {f"lends_{by}": Q(**{f"{field}__isnull": False}) for by, field in LIKE.items()}
    row = get_object_or_404(Signature.objects.only(*DETAIL).select_related("petition").annotate(**lends), pk=pk)
    context = pages.context(
        request,
        _("Signature %(number)s") % {"number": language.digits(row.pk)},
        opts=Signature._meta,
        signature=row,
        here=request.get_full_path(),
        may_hold=request.user.has_perm("signatures.hold_signature"),
        may_sweep=request.user.has_perm("signatures.sweep_signature"),
    )
    return render(request, "admin/signatures/signature/detail.html", context)


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    known = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(reverse("admin:index"))
    return back if known else reverse("admin:signatures_signature_changelist")


def _ask(request: HttpRequest, template: str, title: str, touched: str, form: ReasonForm | None) -> HttpResponse:
    """The page between the button and the act: which rows will be touched, which will not and why."""
    rows = list(Signature.objects.filter(pk__in=pages.numbers(request)).only("id", "state").order_by("pk"))
    context = pages.context(
        request,
        title,
        opts=Signature._meta,
        ids=[row.pk for row in rows],
        touched=[row for row in rows if row.state == touched],
        untouched=[row for row in rows if row.state != touched],
        form=form,
        back=_back(request),
    )
    return render(request, template, context)


@pages.needs("signatures.hold_signature")
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Asks first; acts when the asking page comes back with a reason."""
    form = ReasonForm(request.POST if "sure" in request.POST else None)
    if not pages.numbers(request):
        messages.warning(request, _("Tick at least one row first."))
        return HttpResponseRedirect(_back(request))
    if not form.is_valid():
        template = "admin/signatures/signature/hold.html"
        return _ask(request, template, _("Hold signatures"), State.CONFIRMED, form)
    n = moderation.hold(ids=pages.numbers(request), reason=form.cleaned_data["reason"], by=request.user)
    text = ngettext("%(n)s signature is held and counts no more.", "%(n)s signatures are held and count no more.", n)
    messages.success(request, text % {"n": language.number(n)})
    return HttpResponseRedirect(_back(request))


@pages.needs("signatures.hold_signature")
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Asks first, as hold does."""
    if not pages.numbers(request):
        messages.warning(request, _("Tick at least one row first."))
        return HttpResponseRedirect(_back(request))
    if "sure" not in request.POST:
        template = "admin/signatures/signature/release.html"
        return _ask(request, template, _("Release signatures"), State.HELD, None)
    n = moderation.release(ids=pages.numbers(request), by=request.user)
    text = ngettext("%(n)s signature counts again.", "%(n)s signatures count again.", n)
    messages.success(request, text % {"n": language.number(n)})
    return HttpResponseRedirect(_back(request))


@admin.register(Signature)
class SignatureAdmin(admin.ModelAdmin):
    """Only the door: Django's own list would count every row, and its form would show every field."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path("", signatures, name="signatures_signature_changelist"),
            path("queue/", queue, name="signatures_signature_queue"),
            path("mail-faults/", mail_faults, name="signatures_signature_mail_faults"),
            path("suspicious/", suspicious, name="signatures_signature_suspicious"),
            path("hold/", hold, name="signatures_signature_hold"),
            path("release/", release, name="signatures_signature_release"),
            path("<int:pk>/change/", signature, name="signatures_signature_change"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
