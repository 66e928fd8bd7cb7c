"""The mailing of an update: the draft and a test, then the start, then how far it is. No page shows an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from petition.admin import columns
from petition.models import Update
from petition.models.update import LANGUAGES
from petition.reauth import confirmed_lately
from petition.templatetags.language import number
from signatures import mail, mailing, queries
from signatures.admin import pages
from signatures.mailing import NotNow
from signatures.mailing_sending import ALL_REFUSED, UNPUBLISHED, is_public
from signatures.models import Mailing

REFRESH = 5  # seconds between two looks at a mailing that is being sent
MAY = "signatures.send_mailing"
ACTS: dict[str, Callable[..., None]] = {"pause": mailing.pause, "resume": mailing.resume, "cancel": mailing.cancel}


class Letter(NamedTuple):
    """A mail as it will look, in one language."""

    language: str
    written: mail.Written


def _update(pk: int) -> Update:
    return get_object_or_404(Update.objects.select_related("petition"), pk=pk)


def _context(request: HttpRequest, title: str, update: Update, **more: Any) -> dict[str, Any]:
    return pages.context(request, title, subtitle=str(update), opts=Mailing._meta, update=update, **more)


def duration(mails: int) -> str:
    """How long so many mails take at the rate of the settings, in words; empty where nothing limits it."""
    if not settings.MAILING_RATE:
        return ""
    minutes = -(-mails // settings.MAILING_RATE)
    if minutes < 120:
        return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": number(minutes)}
    if minutes < 48 * 60:
        hours = round(minutes / 60)
        return ngettext("about %(n)s hour", "about %(n)s hours", hours) % {"n": number(hours)}
    days = round(minutes / (24 * 60))
    return ngettext("about %(n)s day", "about %(n)s days", days) % {"n": number(days)}


@pages.needs(MAY)
@require_safe
@csp_update({"frame-src": [SELF]})  # the mail in HTML, beside its text
def mailing_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of an update's mail; when it was started, how far it is."""
    update = _update(pk)
    going = Mailing.objects.filter(update=update).first()
    if going is not None:
        return _progress(request, update, going)
    n = queries.count_news_readers(update.petition)
    context = _context(
        request,
        _("Send by mail"),
        update,
        letters=[Letter(language, mail.write_news(update, language)) for language in LANGUAGES],
        sender=settings.MAIL_FROM,
        readers=n,
        duration=duration(n),
        is_public=is_public(update),
        has_address=bool(getattr(request.user, "email", "")),
    )
    return render(request, "admin/signatures/mailing/draft.html", context)


def _progress(request: HttpRequest, update: Update, going: Mailing) -> HttpResponse:
    context = _context(
        request,
        _("Send by mail"),
        update,
        mailing=going,
        states=Mailing.State,
        seconds=REFRESH if going.state == Mailing.State.SENDING else None,
        duration=duration(going.remaining),
        is_unpublished=going.fault == UNPUBLISHED,
        is_refused=going.fault == ALL_REFUSED,
    )
    return render(request, "admin/signatures/mailing/progress.html", context)


@pages.needs(MAY)
@require_safe
@xframe_options_sameorigin
@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]})
def letter(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The mail in HTML, alone, as mail programs show it: with styles in its tags, and nothing that is fetched."""
    if language not in LANGUAGES:
        raise Http404
    return HttpResponse(mail.write_news(_update(pk), language).html)


@pages.needs(MAY)
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    update = _update(pk)
    try:
        mailing.send_test(update=update, by=request.user)
        messages.success(request, _("A test in each language is on its way to the address of your account."))
    except NotNow as problem:
        messages.error(request, str(problem))
    return redirect("admin:signatures_mailing_update", pk)


@pages.needs(MAY)
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what a start does; the POST starts."""
    update = _update(pk)
    if request.method == "POST":
        try:
            mailing.start(update=update, by=request.user)
        except NotNow as problem:
            messages.error(request, str(problem))
        return redirect("admin:signatures_mailing_update", pk)
    n = queries.count_news_readers(update.petition)
    context = _context(request, _("Send to everyone who asked"), update, readers=n, duration=duration(n))
    return render(request, "admin/signatures/mailing/start.html", context)


@pages.needs(MAY)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """`act` is what the pressed button says: `pause`, `resume` or `cancel`."""
    verb = ACTS.get(request.POST.get("act", ""))
    going = get_object_or_404(Mailing, update=pk)
    if verb is not None:
        try:
            verb(mailing=going, by=request.user)
        except NotNow as problem:
            messages.error(request, str(problem))
    return redirect("admin:signatures_mailing_update", pk)


@admin.register(Mailing)
class MailingAdmin(admin.ModelAdmin):
    """The list; a mailing's own page is found by its update, as the draft is, of which there is no row."""

    list_display = (
        "title",
        "state",
        columns.day("started_at", gettext_lazy("started")),
        columns.number("total", gettext_lazy("recipients")),
        columns.number("sent", gettext_lazy("sent")),
        columns.number("failed", gettext_lazy("failed")),
    )
    list_display_links = None
    list_filter = ("state",)
    list_select_related = ("update__petition",)
    actions = None

    @admin.display(description=gettext_lazy("update"))
    def title(self, row: Mailing) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:signatures_mailing_update", args=[row.update_id]), row)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("update/<int:pk>/", mailing_of, name="signatures_mailing_update"),
            path("update/<int:pk>/mail/<str:language>/", letter, name="signatures_mailing_letter"),
            path("update/<int:pk>/test/", test, name="signatures_mailing_test"),
            path("update/<int:pk>/start/", start, name="signatures_mailing_start"),
            path("update/<int:pk>/act/", act, name="signatures_mailing_act"),
            path("<int:pk>/change/", self.own_page, name="signatures_mailing_change"),
        ]
        return [*own, *super().get_urls()]

    def own_page(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        row = get_object_or_404(Mailing, pk=pk)
        return HttpResponseRedirect(reverse("admin:signatures_mailing_update", args=[row.update_id]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
