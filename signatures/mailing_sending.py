"""What the worker does of a mailing: one recipient at a time is claimed, mailed and marked.

The claim is committed before the mail goes and is never taken back unless it is certain that nothing was sent. So
whatever is killed or repeated, nobody gets an update twice; a row that was claimed and never marked is counted as not
known.
"""

from __future__ import annotations

import datetime
import time
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from petition import audit, switches
from petition.models import Update
from signatures import mail, smtp
from signatures.choices import SILENT, State
from signatures.models import Mailing, MailingRecipient, Signature

BATCH_SECONDS = 5.0  # then others' jobs have their turn, and a worker that was told to stop ends
# A mail that the server would not take now is tried again in later batches, after all others, and at most so often.
TRIES = 8
# So many of them in one batch are a trouble of the server or of our account, not of a mailbox.
MOST_TROUBLED = 3
# So many mailboxes in a row that the server refuses for good are no longer believed: it is our account that it refuses.
MOST_REFUSED = 10
FIRST_REST, LONGEST_REST = 60, 3600  # seconds between the looks at a server in trouble; each is twice the one before
UNPUBLISHED, ALL_REFUSED = "unpublished", "all refused"  # why a mailing paused by itself


class Claim(NamedTuple):
    recipient_id: int
    signature: Signature | None


def is_public(update: Update) -> bool:
    """Whether the link in the mail leads somewhere."""
    return update.is_public and update.petition.is_public


def send_batch(*, mailing_id: int) -> datetime.datetime | None:
    """Send for some seconds. Returns when to go on; None where there is nothing to do, or not soon: whoever looks once
    a minute then finds out."""
    mailing = Mailing.objects.select_related("update__petition").filter(pk=mailing_id).first()
    if mailing is None or mailing.state != Mailing.State.SENDING or switches.read().hold_mail:
        return None
    if not is_public(mailing.update):
        pause_by_itself(mailing=mailing, reason=UNPUBLISHED)
        return None
    end = time.monotonic() + BATCH_SECONDS
    troubled: list[int] = []
    with smtp.Line() as line:
        while time.monotonic() < end:
            wait = seconds_to_wait()
            if wait > BATCH_SECONDS:
                return timezone.now() + datetime.timedelta(seconds=wait) if wait <= FIRST_REST else None
            time.sleep(wait)
            try:
                line.make_ready()
            except OSError as fault:  # before anybody is claimed: nobody's mail is touched
                rest(mailing=mailing, fault=fault)
                return None
            claim = claim_next(mailing=mailing, without=troubled)
            if claim is None:
                if troubled:
                    rest(mailing=mailing)
                return None
            if not _send_to(claim, mailing, line):
                troubled.append(claim.recipient_id)
            if len(troubled) == MOST_TROUBLED:
                rest(mailing=mailing)
                return None
    return timezone.now()


def seconds_to_wait() -> float:
    """Until the next mail of any mailing may go: all of them go through one account."""
    latest = Mailing.objects.filter(state=Mailing.State.SENDING).aggregate(at=Max("next_at"))["at"]
    return max((latest - timezone.now()).total_seconds(), 0) if latest else 0


@transaction.atomic
def claim_next(*, mailing: Mailing, without: list[int]) -> Claim | None:
    """Claim one recipient, for good once this is committed. None where the mailing is not being sent any more or nobody
    waits; where nobody waits at all, it has been sent."""
    going = Mailing.objects.select_for_update().filter(pk=mailing.pk, state=Mailing.State.SENDING)
    if not going.exists():
        return None
    waiting = MailingRecipient.objects.filter(mailing=mailing, state=MailingRecipient.State.WAITING)
    row = waiting.exclude(pk__in=without).select_for_update(skip_locked=True).order_by("tries", "pk").first()
    if row is None:
        if not waiting.exists():
            going.update(state=Mailing.State.SENT, finished_at=timezone.now())
        return None
    waiting.filter(pk=row.pk).update(state=MailingRecipient.State.CLAIMED, tries=F("tries") + 1)
    going.update(taken=F("taken") + 1)
    found = Signature.objects.filter(pk=row.signature_id).first() if row.signature_id else None
    return Claim(row.pk, found)


def _send_to(claim: Claim, mailing: Mailing, line: smtp.Line) -> bool:
    """Send one mail and mark what became of it. False where the server or the line was in trouble."""
    signature = claim.signature
    if signature is None or not _still_wants(signature):
        mark(claim=claim, mailing=mailing, state=MailingRecipient.State.SKIPPED)
        return True
    # Before the mail goes, so that the pace is kept whatever becomes of it and of us.
    Mailing.objects.filter(pk=mailing.pk).update(next_at=timezone.now() + gap())
    try:
        mail.news(signature, update=mailing.update, line=line)
    except Exception as fault:
        if smtp.is_no_such_mailbox(fault):
            mark(claim=claim, mailing=mailing, state=MailingRecipient.State.FAILED, mail_fault=type(fault).__name__)
            mailing.refresh_from_db(fields=["refusals"])
            if mailing.refusals >= MOST_REFUSED:
                pause_by_itself(mailing=mailing, reason=ALL_REFUSED)
            return True
        if line.is_certainly_unsent(fault):
            put_back(claim=claim, mailing=mailing, fault=fault)
        else:
            Mailing.objects.filter(pk=mailing.pk).update(fault=type(fault).__name__)
        line.hang_up()
        return False
    mark(claim=claim, mailing=mailing, state=MailingRecipient.State.SENT)
    return True


def _still_wants(signature: Signature) -> bool:
    """Between the start and their turn people withdraw, unsubscribe, are held by somebody, or their mailbox is gone."""
    is_reachable = signature.sealed_email is not None and not signature.mail_fault
    hears = signature.state == State.CONFIRMED or signature.held_reason in SILENT
    return hears and signature.wants_updates and is_reachable


def gap() -> datetime.timedelta:
    """Between two mails, by the rate that our account bears."""
    return datetime.timedelta(minutes=1) / settings.MAILING_RATE if settings.MAILING_RATE else datetime.timedelta()


@transaction.atomic
def mark(*, claim: Claim, mailing: Mailing, state: MailingRecipient.State, mail_fault: str = "") -> None:
    """Settle what became of a claimed recipient, with the mailing's numbers and the signature's mark."""
    claimed = MailingRecipient.objects.filter(pk=claim.recipient_id, state=MailingRecipient.State.CLAIMED)
    changes: dict[str, object] = {"state": state}
    if state == MailingRecipient.State.SKIPPED:
        changes["signature"] = None  # they may have withdrawn while the mailing was started
    if not claimed.update(**changes):
        return
    numbers: dict[str, object] = {str(state): F(str(state)) + 1}
    if state == MailingRecipient.State.SENT:
        numbers |= {"faults": 0, "refusals": 0, "fault": ""}
    elif mail_fault:
        numbers["refusals"] = F("refusals") + 1
    Mailing.objects.filter(pk=mailing.pk).update(**numbers)
    if mail_fault and claim.signature:
        Signature.objects.filter(pk=claim.signature.pk).exclude(state=State.WITHDRAWN).update(mail_fault=mail_fault)


@transaction.atomic
def put_back(*, claim: Claim, mailing: Mailing, fault: Exception) -> None:
    """Let one that was certainly not sent wait again; after the last try it has failed."""
    claimed = MailingRecipient.objects.filter(pk=claim.recipient_id, state=MailingRecipient.State.CLAIMED)
    if claimed.filter(tries__gte=TRIES).update(state=MailingRecipient.State.FAILED):
        numbers: dict[str, object] = {"failed": F("failed") + 1}
    elif claimed.update(state=MailingRecipient.State.WAITING):
        numbers = {"taken": F("taken") - 1}
    else:
        return
    Mailing.objects.filter(pk=mailing.pk).update(fault=type(fault).__name__, **numbers)


def rest(*, mailing: Mailing, fault: Exception | None = None) -> None:
    """Leave the mail server alone for a while, for longer each time until a mail has gone again."""
    mailing.refresh_from_db(fields=["faults", "fault"])
    seconds = min(FIRST_REST * 2**mailing.faults, LONGEST_REST)
    Mailing.objects.filter(pk=mailing.pk).update(
        faults=mailing.faults + 1,
        fault=type(fault).__name__ if fault else mailing.fault,
        next_at=timezone.now() + datetime.timedelta(seconds=seconds),
    )


@transaction.atomic
def pause_by_itself(*, mailing: Mailing, reason: str) -> None:
    """Until one of the staff has looked and resumes it."""
    going = Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.SENDING)
    if going.update(state=Mailing.State.PAUSED, fault=reason):
        audit.record(by=None, act="pause", target=mailing, detail={"reason": reason})
