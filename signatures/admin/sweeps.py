"""Sweeps: their conditions, the count and its sample, the start, how far it is, and the undoing. No page shows what is
sealed or blind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from petition.admin import columns, keyset
from petition.models import Petition
from petition.reauth import confirmed_lately
from petition.templatetags import language
from signatures import queries, suspicion, sweep_scope, sweeps
from signatures.admin import pages, sweep_words
from signatures.admin.sweep_form import LIKE, StartForm, SweepForm
from signatures.choices import State
from signatures.models import Signature, Sweep
from signatures.sweeps import NotNow
from signatures.sweeps_running import FEW

REFRESH = 3  # seconds between two looks at one that the worker is at
MAY = "signatures.sweep_signature"
ACTS: dict[str, Callable[..., None]] = {
    "count": sweeps.recount,
    "pause": sweeps.pause,
    "resume": sweeps.resume,
    "cancel": sweeps.cancel,
}
# All that the sample reads: nothing sealed, nothing blind, and the words that their signers want shown.
SAMPLE = ("id", "country", "signed_on", "state", "score", "signals", "public_name", "comment")


def _context(request: HttpRequest, title: str, row: Sweep, **more: Any) -> dict[str, Any]:
    return pages.context(
        request,
        title,
        opts=Sweep._meta,
        sweep=row,
        acts=Sweep.Act,
        states=Sweep.State,
        conditions=sweep_words.conditions(row),
        is_of_big_domain=sweep_words.is_of_big_domain(row),
        **more,
    )


def _title(row: Sweep) -> str:
    return _("Sweep %(number)s") % {"number": language.digits(row.pk)}


def _row(pk: int) -> Sweep:
    return get_object_or_404(Sweep.objects.select_related("petition"), pk=pk)


def _like(request: HttpRequest) -> tuple[Signature | None, str]:
    """The signature whose hash is lent, and which; Http404 where it has none."""
    number, by = keyset.number(request.GET.get("like")), request.GET.get("by", "")
    if number is None:
        return None, ""
    if by not in LIKE:
        raise Http404
    known = {"pk": number, f"{LIKE[by]}__isnull": False}
    return get_object_or_404(Signature.objects.only("petition", LIKE[by]).select_related("petition"), **known), by


@pages.needs(MAY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What it does and for whom; the POST has it counted."""
    like, by = _like(request)
    petition = like.petition if like else pages.chosen_petition(request)
    if petition is None:
        messages.warning(request, _("There is no petition yet."))
        return redirect("admin:index")
    form = SweepForm(request.POST if request.method == "POST" else None, petition=petition, like=like, by=by)
    if form.is_valid():
        row = sweeps.make(petition=petition, by=request.user, **form.wanted())
        return redirect("admin:signatures_sweep_change", row.pk)
    context = pages.context(
        request,
        _("New sweep"),
        opts=Sweep._meta,
        form=form,
        petition=petition,
        petitions=Petition.objects.all(),
        like=like,
        by=by,
    )
    return render(request, "admin/signatures/sweep/new.html", context)


def _after(row: Sweep, count: int) -> int:
    """What the petition's page would count."""
    return count + {Sweep.Act.HOLD: -row.total, Sweep.Act.RELEASE: row.total}.get(Sweep.Act(row.act), 0)


@pages.needs(MAY)
@require_safe
def sweep(request: HttpRequest, pk: int) -> HttpResponse:
    """What a sweep is, what it would touch, and how far it is."""
    row = _row(pk)
    count = queries.count(row.petition)
    sample = Signature.objects.filter(pk__in=row.sample).only(*SAMPLE).order_by("pk") if row.total else []
    context = _context(
        request,
        _title(row),
        row,
        matched=[(label, row.matched[value]) for value, label in State.choices if row.matched.get(value)],
        is_fresh=sweeps.is_fresh(row),
        few=sweep_scope.FEW if row.fault == FEW else None,
        count=count,
        count_after=_after(row, count),
        sample=[(signature, _signals(signature)) for signature in sample],
        seconds=REFRESH if row.is_at_work else None,
        far=row.reached - row.after,
        whole=max(row.up_to - row.after, 1),
    )
    return render(request, "admin/signatures/sweep/sweep.html", context)


def _signals(signature: Signature) -> list[Any]:
    return [suspicion.SIGNALS[code].sentence for code in signature.signals if code in suspicion.SIGNALS]


@pages.needs(MAY)
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what a start does; the POST starts, where it says the right number."""
    row = _row(pk)
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sweeps.start(sweep=row, number=form.cleaned_data["number"], by=request.user)
            return redirect("admin:signatures_sweep_change", pk)
        except NotNow as problem:
            form.add_error("number", str(problem))
    count = queries.count(row.petition)
    context = _context(request, _title(row), row, form=form, count=count, count_after=_after(row, count))
    return render(request, "admin/signatures/sweep/start.html", context)


@pages.needs(MAY)
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what undoing gives back; the POST undoes."""
    row = _row(pk)
    if request.method != "POST":
        return render(request, "admin/signatures/sweep/undo.html", _context(request, _title(row), row))
    return _tried(request, sweeps.undo, row)


@pages.needs(MAY)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """`act` is what the pressed button says: a word of ACTS."""
    verb = ACTS.get(request.POST.get("act", ""))
    row = _row(pk)
    if verb is None:
        return redirect("admin:signatures_sweep_change", pk)
    return _tried(request, verb, row)


def _tried(request: HttpRequest, verb: Callable[..., None], row: Sweep) -> HttpResponse:
    try:
        verb(sweep=row, by=request.user)
    except NotNow as problem:
        messages.error(request, str(problem))
    return redirect("admin:signatures_sweep_change", row.pk)


@admin.register(Sweep)
class SweepAdmin(admin.ModelAdmin):
    """The list; nobody changes or deletes one."""

    list_display = (
        "number",
        "act",
        "state",
        "petition",
        columns.number("total", gettext_lazy("signatures")),
        columns.number("touched", gettext_lazy("touched")),
        columns.number("restored", gettext_lazy("given back")),
        "made_by",
        columns.moment("made_at", gettext_lazy("made")),
    )
    list_display_links = None
    list_filter = ("state", "act")
    list_select_related = ("petition",)
    show_facets = admin.ShowFacets.NEVER
    actions = None

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, row: Sweep) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:signatures_sweep_change", args=[row.pk]), row)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("add/", new, name="signatures_sweep_add"),
            path("<int:pk>/change/", sweep, name="signatures_sweep_change"),
            path("<int:pk>/start/", start, name="signatures_sweep_start"),
            path("<int:pk>/undo/", undo, name="signatures_sweep_undo"),
            path("<int:pk>/act/", act, name="signatures_sweep_act"),
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
