"""The one reminder of a signature that was not confirmed: never a second, whatever is killed or signed again."""

from __future__ import annotations

from django.utils import timezone

from petition import switches
from signatures import mail, queries, smtp
from signatures.choices import State
from signatures.models import Signature

A_RUN = 5000  # the next hour has the others


def due() -> list[int]:
    """The signatures to remind now, by id."""
    return list(queries.to_remind(timezone.localdate()).order_by("pk").values_list("pk", flat=True)[:A_RUN])


def remind(*, signature_id: int) -> None:
    """Send the reminder if it is due. It is claimed before it goes, and the claim is taken back only where it is
    certain that nothing was sent: then it is due again an hour later, as it is while all mail is held."""
    today = timezone.localdate()
    due = queries.to_remind(today).filter(pk=signature_id).values("pk")
    if switches.read().hold_mail:
        return
    with smtp.Line() as line:
        try:
            line.make_ready()
        except OSError:
            return
        # A double of this job, or this one put back after a kill, changes no row.
        if not Signature.objects.filter(pk__in=due, reminded_on=None).update(reminded_on=today):
            return
        signature = Signature.objects.filter(pk=signature_id).first()
        if signature is None:
            return
        try:
            mail.reminder(signature, line=line)
        except Exception as fault:
            _settle(signature, line, fault)


def _settle(signature: Signature, line: smtp.Line, fault: Exception) -> None:
    row = Signature.objects.filter(pk=signature.pk).exclude(state=State.WITHDRAWN)  # who left meanwhile stays erased
    if smtp.is_no_such_mailbox(fault):
        row.update(mail_fault=type(fault).__name__)
    elif line.is_certainly_unsent(fault):
        row.update(reminded_on=None)
