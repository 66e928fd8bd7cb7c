"""Packets on their way out: fetched by staff, by a link, and a copy that leaked traced back."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from petition import approvals
from petition.admin import columns
from petition.admin.audited import StaffAdmin
from petition.reauth import confirmed_lately
from signatures.admin import pages
from signatures.delivery import agefile, links, marks, packets, second_person, tracing
from signatures.delivery.agefile import Lock
from signatures.delivery.models import Fetch, FetchLink, Packet
from signatures.delivery.problems import NotNow

PASSPHRASE, KEY, OPEN = "passphrase", "key", "open"
WAYS = [(PASSPHRASE, _("with a passphrase")), (KEY, _("to an age key"))]
HOURS = [(1, _("one hour")), (6, _("six hours")), (24, _("one day")), (72, _("three days")), (168, _("seven days"))]
HOURS.append((336, _("fourteen days")))
MOST_UPLOADED = 100 * 1024 * 1024  # bytes; `manage.py trace` takes any


class LockForm(forms.Form):
    """`cleaned_data["lock"]` is what the packet is encrypted to."""

    by = forms.ChoiceField(label=_("encrypted"), choices=WAYS, widget=forms.RadioSelect, initial=PASSPHRASE)
    passphrase = forms.CharField(
        label=_("passphrase"),
        required=False,
        min_length=agefile.LEAST,
        max_length=200,
        help_text=_(
            "Write it down now: it is kept nowhere. Pass it on by another way than the file: by telephone, or by hand."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "vLargeTextField"}),
    )
    key = forms.CharField(
        label=_("age key"),
        required=False,
        max_length=1000,
        help_text=_("The public key that the recipient or the courier has made with age."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passphrase"].initial = agefile.new_passphrase

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        by = given.get("by")
        if by == PASSPHRASE and not given.get("passphrase"):
            self.errors.get("passphrase") or self.add_error("passphrase", _("A passphrase is needed."))
        if by == KEY:
            try:
                agefile.recipient_of(given.get("key", ""))
            except agefile.NoKey:
                self.add_error("key", _("This is no public key of age."))
        locks = {
            PASSPHRASE: Lock(passphrase=given.get("passphrase", "")),
            KEY: Lock(given.get("key", "")),
            OPEN: Lock(),
        }
        return given | {"lock": locks.get(by or "")}


class FetchForm(LockForm):
    by = forms.ChoiceField(
        label=_("encrypted"),
        choices=[*WAYS, (OPEN, _("without encryption: the names are open to whoever holds the file"))],
        widget=forms.RadioSelect,
        initial=PASSPHRASE,
    )


class LinkForm(LockForm):
    hours = forms.TypedChoiceField(label=_("good for"), choices=HOURS, coerce=int, initial=24)
    most = forms.IntegerField(label=_("downloads at most"), min_value=1, max_value=FetchLink.MOST_FETCHES, initial=3)


class TraceForm(forms.Form):
    file = forms.FileField(
        label=_("file"), required=False, help_text=_("A PDF, a table or a part of one. It is read, and not kept.")
    )
    text = forms.CharField(
        label=_("or text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The number at the foot of a page, or rows of the table exactly as they were found."),
    )

    def found(self) -> marks.Found | None:
        sent, text = self.cleaned_data["file"], self.cleaned_data["text"]
        return marks.read(sent) if sent else marks.typed(text) or marks.read(text.encode().splitlines())

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent and sent.size > MOST_UPLOADED:
            raise forms.ValidationError(_("This file is too big for this page: the operator has a command for it."))
        return sent


def _packet(pk: int) -> Packet:
    return get_object_or_404(Packet.objects.select_related("delivery__petition", "recipient"), pk=pk)


def _page(request: HttpRequest, title: Any, packet: Packet, form: forms.Form, **more: Any) -> dict[str, Any]:
    standing = approvals.standing(kind=second_person.FETCH, target=packet.delivery, by=request.user)
    return pages.context(request, title, opts=Packet._meta, packet=packet, form=form, fetch_standing=standing, **more)


def _refused(request: HttpRequest, problem: Exception, packet: Packet) -> HttpResponse:
    messages.error(request, problem.translated() if isinstance(problem, NotNow) else str(problem))
    return redirect("admin:delivery_delivery_change", packet.delivery_id)


@sensitive_post_parameters()
@pages.needs("delivery.fetch_packet")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The packet as one file, where a second person allows it. A POST, for the audit trail names who took it."""
    packet = _packet(pk)
    form = FetchForm(request.POST or None)
    if form.is_valid():
        try:
            return packets.fetch(packet=packet, lock=form.cleaned_data["lock"], by=request.user).response()
        except (NotNow, approvals.NotAllowed) as problem:
            return _refused(request, problem, packet)
    fetches = packet.fetches.select_related("link")[:50]
    context = _page(request, _("Download a packet"), packet, form, fetches=fetches, links=links.open_links(packet))
    return render(request, "admin/delivery/packet/fetch.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@pages.needs("delivery.fetch_packet")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link for a courier or the recipient's office. The answer to the POST shows it, once."""
    packet = _packet(pk)
    form = LinkForm(request.POST or None)
    made = None
    if form.is_valid():
        told = form.cleaned_data
        lasts = datetime.timedelta(hours=told["hours"])
        try:
            made = links.make(packet=packet, lock=told["lock"], lasts=lasts, most=told["most"], by=request.user)
        except (NotNow, approvals.NotAllowed) as problem:
            return _refused(request, problem, packet)
    address = settings.SITE_URL + reverse("fetch_link", args=[made.token]) if made else ""
    context = _page(request, _("Make a link to fetch"), packet, form, made=made, address=address)
    answer = render(request, "admin/delivery/packet/link.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


@pages.needs("delivery.fetch_packet")
@require_POST
@confirmed_lately
def end_link(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FetchLink.objects.select_related("packet"), pk=pk)
    links.revoke(link=row, by=request.user)
    messages.success(request, _("The link is ended."))
    return redirect("admin:delivery_packet_fetch", row.packet_id)


@pages.needs("delivery.view_fetch")
@require_http_methods(["GET", "HEAD", "POST"])
def trace(request: HttpRequest) -> HttpResponse:
    """Whose copy a file is. What is sent is read and forgotten."""
    form = TraceForm(request.POST or None, request.FILES or None)
    context = pages.context(request, _("Trace a copy"), opts=Fetch._meta, form=form)
    if request.method == "POST" and form.is_valid():
        found = form.found()
        context |= {"looked": True, "found": found, "copies": tracing.copies(found) if found else []}
    return render(request, "admin/delivery/fetch/trace.html", context, status=422 if form.errors else 200)


@admin.display(description=_("mark"), ordering="mark")
def mark(row: Fetch) -> str:
    return format_html("<code>{}</code>", row.number)


@admin.display(description=_("link to fetch"))
def by_link(row: Fetch) -> str:
    return row.link.made_by if row.link else columns.NOTHING


PATHS = [
    path("<int:pk>/fetch/", fetch, name="delivery_packet_fetch"),
    path("<int:pk>/link/", link, name="delivery_packet_link"),
]


@admin.register(Fetch)
class FetchAdmin(StaffAdmin):
    """Only read: what was fetched stays on record."""

    list_display = (mark, "packet", columns.moment("at", _("fetched")), "by", columns.number("size", _("bytes")))
    list_select_related = ("packet__delivery__petition", "packet__recipient")
    fields: Any = (mark, "packet", "at", "by", by_link, "is_encrypted", "size")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Fetch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Fetch | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("trace/", trace, name="delivery_fetch_trace"),
            path("link/<int:pk>/end/", end_link, name="delivery_fetch_end_link"),
        ]
        return [*own, *super().get_urls()]
