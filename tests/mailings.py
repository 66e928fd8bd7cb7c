"""What the tests of mailings share: people who asked for news, a mailing of an update to them, and how far it is."""

from __future__ import annotations

from typing import Any

from petition.models import Petition
from signatures import mailing, mailing_sending
from signatures.models import Mailing, MailingRecipient, Signature
from tests.people import confirmed, create_update, person

NUMBERS = ("total", "sent", "failed", "skipped", "unknown", "remaining")


def readers(petition: Petition, n: int) -> list[Signature]:
    return [confirmed(petition, person(number, wants_updates=True)) for number in range(1, n + 1)]


def started(petition: Petition, by: Any, **update: Any) -> Mailing:
    return mailing.start(update=create_update(petition, **update), by=by)


def send(row: Mailing, batches: int = 1) -> Mailing:
    """What the worker does with it, without its pauses between mails."""
    for _ in range(batches):
        Mailing.objects.filter(pk=row.pk).update(next_at=row.started_at)
        mailing_sending.send_batch(mailing_id=row.pk)
    row.refresh_from_db()
    return row


def numbers(row: Mailing) -> dict[str, int]:
    """Its numbers that are not 0."""
    row.refresh_from_db()
    return {name: n for name in NUMBERS if (n := getattr(row, name))}


def states(row: Mailing) -> dict[str, int]:
    """The same, counted from its rows."""
    found = [recipient.state for recipient in MailingRecipient.objects.filter(mailing=row)]
    return {state: found.count(state) for state in sorted(set(found))}
