"""The moderation queue: a batch of the oldest words that wait, claimed for who reads them, decided in one go; and what
was lately decided, with its undo."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from petition.admin import keyset
from petition.models import AuditEntry, Petition
from petition.templatetags.language import digits, number
from signatures import claims, moderation, reasons, suspicion
from signatures.admin import pages
from signatures.choices import Review
from signatures.models import Signature
from signatures.moderation import Decision, Made

LATELY = 15
# The audit trail has no index by act: decisions are looked for among its newest rows only.
TRAIL = 1000
WORDS = (
    *("id", "country", "language", "confirmed_on", "public_name", "comment", "flags", "review", "review_reason"),
    *("signals", "score"),
)
LAST = "last_decisions"  # in the session: what the undo of the last batch takes back


class Lately(NamedTuple):
    signature: Signature
    entry: AuditEntry


def lately(petition: Petition) -> list[Lately]:
    """The newest decisions that still stand, the newest first."""
    newest = AuditEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    trail = AuditEntry.objects.filter(pk__gt=newest - TRAIL, act__in=["approve", "hide"]).order_by("-pk")
    entries: dict[int, AuditEntry] = {}
    for entry in trail:
        entries.setdefault(int(entry.target.rpartition(":")[2]), entry)
    rows = Signature.objects.filter(pk__in=entries, petition=petition, review__in=[Review.APPROVED, Review.HIDDEN])
    decided = [Lately(row, entries[row.pk]) for row in rows.only(*WORDS)]
    return sorted(decided, key=lambda decision: -decision.entry.pk)[:LATELY]


@pages.needs("signatures.moderate_signature")
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    petition = pages.chosen_petition(request)
    if request.method == "POST":
        return _act(request, petition) if petition else redirect("admin:index")
    context = pages.context(
        request,
        _("Words that wait"),
        opts=Signature._meta,
        petition=petition,
        petitions=Petition.objects.all(),
        rows=list(claims.mine(petition, request.user).only(*WORDS)) if petition else [],
        minutes=claims.MINUTES,
        batch=claims.ROWS,
        colleagues=claims.are_claimed(petition, request.user) if petition else False,
        last=len(request.session.get(LAST, {})),
        lately=lately(petition) if petition else [],
        reasons=reasons.for_hiding(),
    )
    return render(request, "admin/signatures/signature/queue.html", context)


def _act(request: HttpRequest, petition: Petition) -> HttpResponse:
    """`act` is what the pressed button says. `send` decides as the rows say, `send_rest` also approves those of which
    nothing is said and that have no hint."""
    act, _colon, one = request.POST.get("act", "").partition(":")
    after = 0
    if act in ("send", "send_rest"):
        _decide(request, approve_rest=act == "send_rest")
    elif act == "skip":
        after = max(_shown(request), default=0)
    elif act == "undo_last":
        _undo_last(request)
        return _back(petition)
    elif act == "undo" and keyset.number(one) is not None:
        n = moderation.undo(ids=[int(one)], by=request.user)
        messages.success(request, ngettext("%(n)s waits again.", "%(n)s wait again.", n) % {"n": number(n)})
        return _back(petition)
    elif act == "leave":
        claims.let_go(by=request.user)
        return redirect("admin:index")
    elif act != "take":
        return _back(petition)
    claims.take(petition=petition, by=request.user, after=after)
    if not claims.mine(petition, request.user).exists():
        messages.info(request, _("Nothing is left that nobody is at."))
    return _back(petition)


def _back(petition: Petition) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('admin:signatures_signature_queue')}?petition={petition.pk}")


def _shown(request: HttpRequest) -> list[int]:
    """The numbers of the rows that were on the page."""
    found = [keyset.number(name.removeprefix("seen-")) for name in request.POST if name.startswith("seen-")]
    return [pk for pk in found if pk is not None][: pages.MOST]


def _decide(request: HttpRequest, *, approve_rest: bool) -> None:
    decisions: dict[int, Decision] = {}
    without_reason = []
    rest = _shown(request) if approve_rest else []
    unflagged = Signature.objects.filter(pk__in=rest, flags="", score__lt=suspicion.NOTED_AT)
    plain = set(unflagged.values_list("pk", flat=True))
    known = {code for code, _words in reasons.for_hiding()}
    for pk in _shown(request):
        said, seen = request.POST.get(f"do-{pk}", ""), request.POST[f"seen-{pk}"]
        reason = request.POST.get(f"reason-{pk}", "")
        if said == "hide" and reason not in known:
            without_reason.append(pk)
        elif said == "hide":
            decisions[pk] = Decision(Review.HIDDEN, reason, seen)
        elif said == "approve" or (not said and pk in plain):
            decisions[pk] = Decision(Review.APPROVED, "", seen)
    outcome = moderation.decide(decisions=decisions, by=request.user)
    if outcome.made:
        request.session[LAST] = {str(pk): list(made) for pk, made in outcome.made.items()}
    _tell(request, outcome, without_reason)


def _tell(request: HttpRequest, outcome: moderation.Outcome, without_reason: list[int]) -> None:
    shown = sum(review == Review.APPROVED for review, _reason in outcome.made.values())
    hidden = len(outcome.made) - shown
    if shown:
        text = ngettext("%(n)s is shown now.", "%(n)s are shown now.", shown)
        messages.success(request, text % {"n": number(shown)})
    if hidden:
        text = ngettext("%(n)s is hidden now.", "%(n)s are hidden now.", hidden)
        messages.success(request, text % {"n": number(hidden)})
    for pk, review in outcome.late.items():
        text = _("Number %(number)s was left as it is: somebody came before you. It is: %(review)s.")
        messages.warning(request, text % {"number": digits(pk), "review": Review(review).label})
    for pk in outcome.changed:
        text = _("Number %(number)s waits still: its signer has changed the words since you read them.")
        messages.warning(request, text % {"number": digits(pk)})
    for pk in without_reason:
        text = _("Number %(number)s waits still: choose a reason for hiding it.")
        messages.warning(request, text % {"number": digits(pk)})
    if not (outcome.made or outcome.late or outcome.changed or without_reason):
        messages.warning(request, _("Nothing was decided yet."))


def _undo_last(request: HttpRequest) -> None:
    """What was undone comes back to who undid it."""
    made: Made = {int(pk): (review, reason) for pk, (review, reason) in request.session.pop(LAST, {}).items()}
    again = moderation.take_back(made=made, by=request.user)
    claims.take_these(ids=again, by=request.user)
    n = len(again)
    messages.success(request, ngettext("%(n)s waits again.", "%(n)s wait again.", n) % {"n": number(n)})
