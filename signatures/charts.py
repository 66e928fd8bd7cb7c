"""What the pictures and tables of a petition's numbers are drawn from: places in them, worked out from its totals."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from signatures import milestones

SIDE = 1000  # units of the line's own square, which is stretched over the picture
ONE_DAY = datetime.timedelta(days=1)
COLUMNS = 250  # more points than that no screen tells apart
LABEL_GAP = 0.12  # of the height: labels of milestones closer than that would cover each other
BARS = 10
NEWEST_DAYS = 7
MOST_ROWS = 60  # of a table

Days = Mapping[datetime.date, int]  # day to confirmed signatures

# What a table may go by, and the day that stands for it.
PERIODS: dict[str, Callable[[datetime.date], datetime.date]] = {
    "day": lambda day: day,
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


class Bar(NamedTuple):
    code: str
    n: int
    width: str  # of the longest, as "43.2%"


class Mark(NamedTuple):
    """A milestone in the picture, as distances from its left and its top."""

    step: int
    x: str
    y: str
    has_label: bool


class Growth(NamedTuple):
    """The line of all signatures so far."""

    path: str  # in a square of SIDE: along the bottom to the first day, then up with the line
    marks: list[Mark]
    top: int  # how many the upper edge stands for: the next milestone, or the count where the goal is reached
    first: datetime.date
    last: datetime.date


class Row(NamedTuple):
    """A line of a table: a day, or a month or year by its first day; what came in it, and all until its end."""

    day: datetime.date
    n: int
    total: int


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def bars(by_country: Mapping[str, int]) -> list[Bar]:
    """The largest countries, of counts that stand in order."""
    largest = list(by_country.items())[:BARS]
    return [Bar(code, count, percent(count / largest[0][1])) for code, count in largest]


def _rows(counts: Days) -> list[Row]:
    days = sorted(counts)
    totals = itertools.accumulate(counts[day] for day in days)
    return [Row(day, counts[day], total) for day, total in zip(days, totals, strict=True)]


def growth(by_day: Days, *, goal: int, until: datetime.date | None = None) -> Growth | None:
    """From the day before the first signature to the last one's, or to `until`. None where there is but one day."""
    rows = _rows(by_day)
    if len(rows) < 2:
        return None
    first, last = rows[0].day - ONE_DAY, max(until or rows[-1].day, rows[-1].day)
    ahead = milestones.following(rows[-1].total, goal)
    top = ahead or rows[-1].total
    span = (last - first).days

    columns = min(span, COLUMNS)
    heights = [0] * (columns + 1)
    for row in rows:
        # Rounded up: no signature is drawn before its day.
        heights[math.ceil((row.day - first).days * columns / span)] = row.total
    heights = list(itertools.accumulate(heights, max))

    places = []
    for day, step in milestones.reached(by_day, goal):
        row = next(row for row in rows if row.day == day)
        part_of_the_day = (step - row.total + row.n) / row.n
        places.append((step, ((day - first).days - 1 + part_of_the_day) / span))
    return Growth(_line(heights, top), _marks(places, top, ahead is not None), top, first, last)


def _line(heights: list[int], top: int) -> str:
    """What lies on a level between its neighbours needs no point."""
    end = len(heights) - 1
    points = [
        f"{round(i * SIDE / end)} {round(SIDE - height * SIDE / top)}"
        for i, height in enumerate(heights)
        if i in (0, end) or not heights[i - 1] == height == heights[i + 1]
    ]
    return f"M{SIDE} {SIDE}H0L{' '.join(points)}"


def _marks(places: list[tuple[int, float]], top: int, top_has_label: bool) -> list[Mark]:
    """Labels are given from the highest down."""
    found: list[Mark] = []
    free = 1 - LABEL_GAP if top_has_label else 1.0
    for step, x in reversed(places):
        height = step / top
        has_label = LABEL_GAP <= height <= free
        found.append(Mark(step, percent(x), percent(1 - height), has_label))
        if has_label:
            free = height - LABEL_GAP
    return found[::-1]


def _sums(by_day: Days, first: Callable[[datetime.date], datetime.date]) -> list[Row]:
    sums: dict[datetime.date, int] = {}
    for day, count in by_day.items():
        sums[first(day)] = sums.get(first(day), 0) + count
    return _rows(sums)[::-1]


def newest_days(by_day: Days) -> list[Row]:
    """The last days on which somebody signed, newest first."""
    return _rows(by_day)[: -NEWEST_DAYS - 1 : -1]


def periods(by_day: Days) -> tuple[str, list[Row]]:
    """All the time, newest first, by the shortest of PERIODS that makes no more than MOST_ROWS rows, and that period.
    No rows where newest_days() shows all there is."""
    if len(by_day) <= NEWEST_DAYS:
        return "day", []
    for period in ("day", "month"):
        rows = _sums(by_day, PERIODS[period])
        if len(rows) <= MOST_ROWS:
            return period, rows
    return "year", _sums(by_day, PERIODS["year"])


def columns(values: Sequence[float], top: float) -> str:
    """A column for each value, as one path in a picture of len(values) by SIDE; `top` is what the upper edge stands
    for. What is below nought, or nought, is not drawn; what is above it is, however little."""
    heights = ((place, max(round(SIDE * value / top), 5)) for place, value in enumerate(values) if value > 0)
    return "".join(f"M{place + 0.1:.1f} {SIDE}v-{height}h.8v{height}z" for place, height in heights)
