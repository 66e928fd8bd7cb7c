"""The staff's list of signatures: every page reads a bounded number of rows, however many there are."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from petition.admin import keyset
from petition.admin.keyset import Cursor, Page
from signatures.choices import Origin, State
from signatures.models import Signature

ROWS = 50
# Where two filters are set, one leads through its index and the other sifts at most this many rows a page.
WINDOW = 10_000

# All that the list reads: nothing sealed, nothing blind, no words.
SHOWN = ("id", "petition_id", "country", "signed_on", "state", "origin", "visibility", "review", "score")


class Filters(NamedTuple):
    petition_id: int
    state: str = ""
    country: str = ""
    day: datetime.date | None = None
    origin: str = ""


class Listing(NamedTuple):
    page: Page
    looked_to: int | None  # the number where looking ended, if it was before the page was full


def _lead(filters: Filters) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What leads, each with an index of its own (petition, …, -id), and what is left to sift by.

    The few that are held or withdrawn lead before all else, and what came on paper before every other state. Where
    nothing leads, every state does: the newest of a petition are among the newest of its states.
    """
    left: dict[str, Any] = {"state": filters.state, "country": filters.country, "signed_on": filters.day}
    left = {name: value for name, value in {**left, "origin": filters.origin}.items() if value}
    first = ["state"] if filters.state in (State.HELD, State.WITHDRAWN) else []
    last = ["state", "origin"] if filters.origin == Origin.WEB else ["origin", "state"]
    for name in (*first, "signed_on", "country", *last):
        if name in left:
            return [{name: left.pop(name)}], left
    return [{"state": state} for state in State.values], left


def find(filters: Filters, at: Cursor, *, size: int = ROWS, window: int = WINDOW) -> Listing:
    """One page of `size` signatures, newest first; a page that sifts ends after `window` rows, full or not."""
    leads, sift = _lead(filters)
    found: list[Signature] = []
    ends: list[int] = []
    for lead in leads:
        rows = keyset.ordered(Signature.objects.filter(petition_id=filters.petition_id, **lead), at)
        if sift:
            rows, end = _within_window(rows, at, window)
            rows = rows.filter(**sift)
            ends += [end] if end is not None else []
        found += rows.only(*SHOWN)[: size + 1]
    found.sort(key=lambda row: row.pk, reverse=not at.is_upward)
    edge = None
    if ends:
        # Beyond the nearest end not every lead was looked at.
        edge = min(ends) if at.is_upward else max(ends)
        found = [row for row in found if (row.pk <= edge if at.is_upward else row.pk >= edge)]
    if len(found) > size:
        return Listing(keyset.turn(found[:size], at, more=True), None)
    return Listing(keyset.turn(found, at, more=edge is not None, edge=edge), edge)


def _within_window(rows: QuerySet[Signature], at: Cursor, window: int) -> tuple[QuerySet[Signature], int | None]:
    """The next `window` of rows and the number of its last, None where no row is beyond it."""
    end = next(iter(rows.values_list("pk", flat=True)[window - 1 : window]), None)
    if end is None:
        return rows, None
    return rows.filter(pk__lte=end) if at.is_upward else rows.filter(pk__gte=end), end
