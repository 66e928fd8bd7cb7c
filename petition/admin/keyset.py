"""Pages of long tables: by the number of the row, never by counting rows or skipping over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest

LARGEST = 2**63 - 1


class Cursor(NamedTuple):
    """Where a page begins: below the number `before`, or above `after`, or at the newest row."""

    before: int | None = None
    after: int | None = None

    @property
    def is_upward(self) -> bool:
        return self.after is not None


class Page(NamedTuple):
    """Rows newest first, and where the neighbouring pages begin, None where there is none."""

    rows: Sequence[Any]
    newer: int | None
    older: int | None


def number(text: str | None) -> int | None:
    """A row's number as an address has it; None for what is no such number."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def cursor(request: HttpRequest) -> Cursor:
    after = number(request.GET.get("after"))
    return Cursor(after=after) if after is not None else Cursor(before=number(request.GET.get("before")))


def ordered(rows: QuerySet, at: Cursor) -> QuerySet:
    """The rows on this side of the cursor, the nearest first."""
    if at.after is not None:
        return rows.filter(pk__gt=at.after).order_by("pk")
    if at.before is not None:
        rows = rows.filter(pk__lt=at.before)
    return rows.order_by("-pk")


def page(rows: QuerySet, at: Cursor, *, size: int) -> Page:
    """One page; the rows must have an index that ends with their number."""
    found = list(ordered(rows, at)[: size + 1])
    return turn(found[:size], at, more=len(found) > size)


def turn(rows: list[Any], at: Cursor, *, more: bool, edge: int | None = None) -> Page:
    """A page of rows found in the cursor's direction. `edge` is how far was looked, where that is not the last row."""
    shown = rows[::-1] if at.is_upward else rows
    last = edge if edge is not None else (rows[-1].pk if rows else None)
    ahead = last if more else None
    if at.is_upward:
        return Page(shown, newer=ahead, older=shown[-1].pk if shown else (at.after or 0) + 1)
    back = None if at.before is None else (shown[0].pk if shown else at.before - 1)
    return Page(shown, newer=back, older=ahead)
