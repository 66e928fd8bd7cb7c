"""The round numbers on the way to a petition's goal."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

FIRST = 100


def steps(goal: int) -> Iterator[int]:
    """100, 250, 500, 1,000, 2,500 … below the goal, and the goal itself."""
    ten = FIRST
    while ten < goal:
        yield from (step for step in (ten, ten * 5 // 2, ten * 5) if step < goal)
        ten *= 10
    yield goal


def following(count: int, goal: int) -> int | None:
    """The next milestone above a count; None where the goal is reached."""
    return next((step for step in steps(goal) if step > count), None)


def is_great(step: int, goal: int) -> bool:
    """Whether a milestone belongs to the story of a petition: a power of ten, half of the goal, the goal."""
    return step in (goal, goal // 2) or str(step).strip("0") == "1"


def reached(by_day: Mapping[datetime.date, int], goal: int) -> list[tuple[datetime.date, int]]:
    """The days on which milestones were reached, oldest first, from the confirmed signatures of each day. Of several
    reached on one day the highest counts."""
    found: dict[datetime.date, int] = {}
    total = 0
    ahead = steps(goal)
    step = next(ahead, None)
    for day in sorted(by_day):
        total += by_day[day]
        while step is not None and total >= step:
            found[day] = step
            step = next(ahead, None)
    return list(found.items())
