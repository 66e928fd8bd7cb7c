"""Withdrawing, and the purge of what is due. Erased means gone from the row at once; backups age out on their own."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from signatures import queries
from signatures.choices import Review, State
from signatures.models import MailingRecipient, NetworkKey, Signature

ERASED = {
    "state": State.WITHDRAWN,
    "sealed_email": None,
    "sealed_identity": None,
    "mailbox_hash": None,
    "name_hash": None,
    "network_hash": None,
    "seat": None,
    "public_name": "",
    "comment": "",
    "review": Review.NONE,
    "flags": "",
    "review_reason": "",
    "held_reason": "",
    "wants_updates": False,
    "mail_fault": "",
    "reminded_on": None,
}


@transaction.atomic
def withdraw(*, signature: Signature) -> bool:
    """Erase a signature and leave its number; the count goes down if it was counted. True for the call that did it."""
    MailingRecipient.objects.filter(signature=signature).update(signature=None)
    return bool(Signature.objects.filter(pk=signature.pk).exclude(state=State.WITHDRAWN).update(**ERASED))


@transaction.atomic
def reject(*, signature: Signature) -> bool:
    """'It was not me': an unconfirmed signature is erased. True for the call that did it."""
    return bool(Signature.objects.filter(pk=signature.pk, state=State.PENDING).update(**ERASED))


class Purged(NamedTuple):
    unconfirmed: int
    networks: int
    network_keys: int
    mailing_recipients: int


@transaction.atomic
def purge(*, dry_run: bool = False) -> Purged:
    """Erase what has reached its age: unconfirmed signatures after queries.PENDING_DAYS, the hashes of networks and
    their keys after queries.NETWORK_DAYS, whom a mailing was for queries.MAILING_DAYS after its end. `dry_run` only
    counts."""
    today = timezone.localdate()
    networks_before = today - datetime.timedelta(days=queries.NETWORK_DAYS)
    unconfirmed = Signature.objects.filter(state=State.PENDING, signed_on__lt=queries.oldest_pending_day(today))
    networks = Signature.objects.filter(network_hash__isnull=False, signed_on__lt=networks_before)
    keys = NetworkKey.objects.filter(day__lt=networks_before)
    mailings_before = timezone.now() - datetime.timedelta(days=queries.MAILING_DAYS)
    recipients = MailingRecipient.objects.filter(mailing__finished_at__lt=mailings_before)
    if dry_run:
        return Purged(unconfirmed.count(), networks.count(), keys.count(), recipients.count())
    # Locked and looked at once more: who signs again at this moment begins anew, and is not to be erased.
    due = list(unconfirmed.select_for_update().order_by("pk").values_list("pk", flat=True))
    erased = Signature.objects.filter(pk__in=due).delete()[0]
    # From here on a row that somebody is at is not waited for, the next purge has it: without their key the hashes tell
    # nothing, and who withdraws holds their recipients while they wait for their signature, which may be held here.
    free = networks.select_for_update(skip_locked=True).values("pk")
    forgotten = Signature.objects.filter(pk__in=free).update(network_hash=None)
    over = recipients.select_for_update(skip_locked=True, of=("self",)).values("pk")
    left = MailingRecipient.objects.filter(pk__in=over).delete()[0]
    return Purged(erased, forgotten, keys.delete()[0], left)
