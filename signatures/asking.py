"""Staff ask that what an address has signed be erased. They learn nothing by it: not whether it had signed at all."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from petition import audit
from signatures import blind, mailbox
from signatures.models import ErasureRequest
from signatures.tasks import erase_asked

MOST_A_DAY = 20  # by one of the staff: letters do not come by the hundred, and each may destroy a signature


class TooMany(Exception):
    """More requests than letters could have come."""


@transaction.atomic
def ask_erasure(*, email: str, reason: str, by: User) -> ErasureRequest:
    """Queue the erasure of all that the mailbox of `email` signed. The address is kept nowhere: a blind hash of it
    waits for the worker, who forgets it. The audit row names the request and its reason. Raises TooMany; ValueError
    where the address has no canonical form."""
    User.objects.select_for_update().get(pk=by.pk)  # requests of one person are counted one after the other
    since = timezone.now() - datetime.timedelta(days=1)
    if ErasureRequest.objects.filter(by=by.get_username(), asked_at__gt=since).count() >= MOST_A_DAY:
        raise TooMany
    hashed = blind.mailbox(mailbox.canonical(email))
    request = ErasureRequest.objects.create(by=by.get_username(), reason=reason, mailbox_hash=hashed)
    audit.record(by=by, act="ask_erasure", target=request, detail={"request_reason": reason})
    erase_asked.defer(request_id=request.pk)
    return request
