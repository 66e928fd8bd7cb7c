"""The moderation queue: words that wait, oldest first, and what was lately decided, with its undo."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from petition.admin import keyset
from petition.models import AuditEntry, Petition
from petition.templatetags.language import number
from signatures import moderation
from signatures.admin import pages
from signatures.choices import Reason, Review, State
from signatures.models import Signature

ROWS = 25
LATELY = 15
# The audit trail has no index by act: decisions are looked for among its newest rows only.
TRAIL = 1000
WORDS = ("id", "country", "confirmed_on", "public_name", "comment", "review", "review_reason")


class Decision(NamedTuple):
    signature: Signature
    entry: AuditEntry


def waiting(petition: Petition, *, after: int) -> list[Signature]:
    """Signatures whose words wait for a moderator, oldest first; one more than ROWS where there are."""
    rows = Signature.objects.filter(petition=petition, review=Review.WAITING, state=State.CONFIRMED, pk__gt=after)
    return list(rows.only(*WORDS).order_by("pk")[: ROWS + 1])


def lately(petition: Petition) -> list[Decision]:
    """The newest decisions that still stand, the newest first."""
    newest = AuditEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    trail = AuditEntry.objects.filter(pk__gt=newest - TRAIL, act__in=["approve", "hide"]).order_by("-pk")
    entries: dict[int, AuditEntry] = {}
    for entry in trail:
        entries.setdefault(int(entry.target.rpartition(":")[2]), entry)
    rows = Signature.objects.filter(pk__in=entries, petition=petition, review__in=[Review.APPROVED, Review.HIDDEN])
    decided = [Decision(row, entries[row.pk]) for row in rows.only(*WORDS)]
    return sorted(decided, key=lambda decision: -decision.entry.pk)[:LATELY]


@pages.needs("signatures.moderate_signature")
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    petition = pages.chosen_petition(request)
    after = keyset.number(request.GET.get("after")) or 0
    if request.method == "POST":
        _decide(request)
        here = reverse("admin:signatures_signature_queue")
        return HttpResponseRedirect(f"{here}?petition={petition.pk if petition else ''}&after={after}")
    rows = waiting(petition, after=after) if petition else []
    context = pages.context(
        request,
        _("Words that wait"),
        opts=Signature._meta,
        petition=petition,
        petitions=Petition.objects.all(),
        rows=rows[:ROWS],
        after=after,
        next=rows[ROWS - 1].pk if len(rows) > ROWS else None,
        lately=lately(petition) if petition else [],
        reasons=Reason.choices,
    )
    return render(request, "admin/signatures/signature/queue.html", context)


def _decide(request: HttpRequest) -> None:
    """`act` is what the pressed button says: `approve`, `hide` or `undo` for the ticked rows, `hide:7` for one."""
    act, _colon, one = request.POST.get("act", "").partition(":")
    only = keyset.number(one)
    ids = [only] if only is not None else pages.numbers(request)
    reason = request.POST.get(f"reason-{only}" if only is not None else "reason", "")
    if not ids:
        messages.warning(request, _("Tick at least one row first."))
    elif act == "approve":
        n = moderation.approve(ids=ids, by=request.user)
        messages.success(request, ngettext("%(n)s is shown now.", "%(n)s are shown now.", n) % {"n": number(n)})
    elif act == "hide" and reason in Reason.values:
        n = moderation.hide(ids=ids, reason=reason, by=request.user)
        messages.success(request, ngettext("%(n)s is hidden now.", "%(n)s are hidden now.", n) % {"n": number(n)})
    elif act == "hide":
        messages.warning(request, _("Choose a reason for hiding."))
    elif act == "undo":
        n = moderation.undo(ids=ids, by=request.user)
        messages.success(request, ngettext("%(n)s waits again.", "%(n)s wait again.", n) % {"n": number(n)})
