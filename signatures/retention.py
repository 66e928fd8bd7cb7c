"""How long each kind of data is kept: the one source for the purge, the links, the mails and the privacy page."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from django.utils import timezone

from petition.models import Petition
from signatures.choices import Kept
from signatures.models import RetentionPolicy, Signature

# The day on which the last of a petition's deliveries was over, None while one is not; the room of deliveries enters
# its own. Where there is no such room, names are never said to be over.
acknowledged: list[Callable[[Petition], datetime.date | None]] = []


class Term(NamedTuple):
    """A time of keeping as the privacy page shows it, with the next one where that is announced."""

    kind: Kept
    days: int
    since: datetime.date
    note: str
    coming: RetentionPolicy | None

    @property
    def label(self) -> str:
        return str(self.kind.label)


def _in_order(kind: Kept) -> list[RetentionPolicy]:
    return list(RetentionPolicy.objects.filter(kind=kind).order_by("since"))


def _begun(rows: list[RetentionPolicy], today: datetime.date) -> list[RetentionPolicy]:
    """Those in force by then; the first one also before its day, where a clock went back."""
    return [row for row in rows if row.since <= today] or rows[:1]


def _in_force(rows: list[RetentionPolicy], today: datetime.date) -> RetentionPolicy:
    return _begun(rows, today)[-1]


def days(kind: Kept) -> int:
    """For how many days what comes in today is kept."""
    return _in_force(_in_order(kind), timezone.localdate()).days


def first_kept(kind: Kept, today: datetime.date) -> datetime.date:
    """The first day of which something is still kept.

    A shorter time holds for all that is there; a longer one only for what came in since it holds: who gave it before
    was promised less. So each time ends what is older than its days, but nothing of the days after the next one began.
    """
    rows = _begun(_in_order(kind), today)
    ends = [following.since for _row, following in pairwise(rows)] + [datetime.date.max]
    return max(min(today - datetime.timedelta(days=row.days), end) for row, end in zip(rows, ends, strict=True))


def terms() -> list[Term]:
    """Of each kind, in the order in which they are declared."""
    today = timezone.localdate()
    rows: dict[str, list[RetentionPolicy]] = {kind: [] for kind in Kept.values}
    for row in RetentionPolicy.objects.order_by("since"):
        rows[row.kind].append(row)
    found = []
    for kind in Kept:
        now = _in_force(rows[kind], today)
        coming = next((row for row in rows[kind] if row.since > today), None)
        found.append(Term(kind, now.days, now.since, now.note, coming))
    return found


def acknowledged_on(petition: Petition) -> datetime.date | None:
    """The day from which on names are no longer needed; None where they are."""
    found = [ask(petition) for ask in acknowledged]
    return max(found) if found and None not in found else None  # type: ignore[type-var]


def has_forgotten(petition: Petition) -> bool:
    """Whether the time of an address or a name of this petition's signers was over."""
    rows = Signature.objects.filter(petition=petition)
    return (
        rows.filter(identity_erased_on__isnull=False).exists() or rows.filter(address_erased_on__isnull=False).exists()
    )
