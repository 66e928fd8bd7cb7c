"""The way of a petition so far, from events of every room; the rooms above enter theirs here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from petition.models import Petition


class Event(NamedTuple):
    """What happened on a day. `kind` names the template that tells it of `of`: parts/events/<kind>.html."""

    day: datetime.date
    kind: str
    of: Any

    @property
    def template(self) -> str:
        return f"parts/events/{self.kind}.html"


def opening(petition: Petition) -> list[Event]:
    return [Event(petition.opened_on, "opened", petition)]


def updates(petition: Petition) -> list[Event]:
    rows = petition.updates.published().headlines()
    return [Event(row.published_on, "update", row) for row in rows.order_by("published_on", "pk")]


sources: list[Callable[[Petition], Iterable[Event]]] = [opening, updates]


def events(petition: Petition, *, until: datetime.date) -> list[Event]:
    """Every event up to a day, newest first."""
    found = [event for source in sources for event in source(petition) if event.day <= until]
    return sorted(found, key=lambda event: event.day)[::-1]
