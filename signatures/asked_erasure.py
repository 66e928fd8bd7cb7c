"""What the worker does with a request to erase by address: tell the mailbox, then erase all that it signed."""

from __future__ import annotations

from django.db import transaction

from petition.models import Petition
from signatures import erasure, mail, smtp
from signatures.choices import State
from signatures.mail_sending import TRIES, MailNotSent
from signatures.models import ErasureRequest, Signature


def _signed(request: ErasureRequest) -> list[Signature]:
    """By petition, as the index is ordered."""
    petitions = Petition.objects.values_list("pk", flat=True)
    rows = Signature.objects.filter(petition__in=list(petitions), mailbox_hash=request.mailbox_hash)
    return list(rows.exclude(state=State.WITHDRAWN).select_related("petition").order_by("pk"))


def erase(*, request_id: int, tries_before: int) -> None:
    """The mail goes first, while there is an address: so whoever did not ask learns of it. It is tried as often as any;
    after that, and where the mailbox is gone, what was asked is done without it."""
    request = ErasureRequest.objects.filter(pk=request_id, mailbox_hash__isnull=False).first()
    if request is None:
        return
    rows = [row for row in _signed(request) if row.sealed_email is not None]
    if rows:
        try:
            mail.erased(rows)
        except Exception as fault:
            if tries_before + 1 < TRIES and not smtp.is_no_such_mailbox(fault):
                raise MailNotSent(type(fault).__name__) from None
    _erase(request)


@transaction.atomic
def _erase(request: ErasureRequest) -> None:
    for signature in _signed(request):
        erasure.withdraw(signature=signature)
    request.mailbox_hash = None
    request.save(update_fields=["mailbox_hash"])
