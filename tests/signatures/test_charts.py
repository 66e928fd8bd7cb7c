import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures import charts

DAY = datetime.date(2025, 12, 30)


def day(n):
    return DAY + datetime.timedelta(days=n)


def points(path):
    """Of the line alone, without the way along the bottom."""
    start, line = path.split("L")
    assert start == "M1000 1000H0"
    numbers = list(map(int, line.split()))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


# -- bars ----------------------------------------------------------------------------------------------------------


def test_bars_are_measured_by_the_longest():
    assert charts.bars({"US": 400, "KH": 100, "FR": 13}) == [
        ("US", 400, "100.0%"),
        ("KH", 100, "25.0%"),
        ("FR", 13, "3.2%"),
    ]


def test_bars_are_of_the_largest_alone():
    assert len(charts.bars({str(n): 1000 - n for n in range(60)})) == charts.BARS


def test_no_country_has_no_bar():
    assert charts.bars({}) == []


# -- the line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_day", [{}, {day(0): 9}])
def test_one_day_is_no_line(by_day):
    assert charts.growth(by_day, goal=1000) is None


def test_line_begins_with_nought_the_day_before_and_rises_to_the_count():
    found = charts.growth({day(1): 25, day(3): 25}, goal=1000)
    assert (found.first, found.last, found.top) == (day(0), day(3), 100)
    assert points(found.path) == [(0, 1000), (333, 750), (667, 750), (1000, 500)]


def test_line_goes_on_level_until_the_day_that_is_asked_for():
    found = charts.growth({day(1): 25, day(2): 25}, goal=1000, until=day(10))
    assert (found.last, points(found.path)[-2:]) == (day(10), [(200, 500), (1000, 500)])


def test_day_before_the_last_signature_ends_nothing():
    assert charts.growth({day(1): 25, day(4): 25}, goal=1000, until=day(2)).last == day(4)


def test_next_milestone_is_the_upper_edge_and_then_the_count():
    days = {day(0): 600, day(1): 600}
    assert [charts.growth(days, goal=goal).top for goal in (10_000, 2000, 1200, 1000)] == [2500, 2000, 1200, 1200]


def test_milestone_stands_on_the_line():
    found = charts.growth({day(1): 80, day(2): 40, day(4): 5}, goal=1000)
    assert found.marks == [(100, "37.5%", "60.0%", True)]


def test_labels_that_would_cover_each_other_are_left_away():
    found = charts.growth({day(n): 100 for n in range(30)}, goal=1_000_000)
    assert found.top == 5000
    assert [(mark.step, mark.has_label) for mark in found.marks] == [
        (100, False),
        (250, False),
        (500, False),
        (1000, True),
        (2500, True),
    ]


def test_goal_near_the_milestone_before_it_leaves_room_for_its_label():
    found = charts.growth({day(n): 350 for n in range(3)}, goal=1100)
    assert [(mark.step, mark.has_label) for mark in found.marks][-2:] == [(500, True), (1000, False)]


def test_reached_goal_has_its_label_at_the_top():
    found = charts.growth({day(n): 500 for n in range(2)}, goal=1000)
    assert found.marks[-1] == (1000, "100.0%", "0.0%", True)


@given(
    by_day=st.dictionaries(st.integers(0, 4000).map(day), st.integers(1, 5000), min_size=2, max_size=60),
    goal=st.integers(1, 1_000_000),
    more=st.integers(0, 400),
)
def test_line_never_falls_and_stays_in_its_square(by_day, goal, more):
    found = charts.growth(by_day, goal=goal, until=max(by_day) + datetime.timedelta(days=more))
    line = points(found.path)
    assert [line[0], line[-1][0]] == [(0, 1000), 1000]
    assert line[-1][1] == round(1000 - 1000 * sum(by_day.values()) / found.top)
    assert all(a[0] <= b[0] and a[1] >= b[1] >= 0 for a, b in zip(line, line[1:], strict=False))
    assert len(line) <= charts.COLUMNS + 1
    places = [float(place.removesuffix("%")) for mark in found.marks for place in (mark.x, mark.y)]
    assert all(0 <= place <= 100 for place in places)


def test_path_is_of_whole_numbers_alone():
    found = charts.growth({day(n * n): n for n in range(1, 40)}, goal=1000)
    assert re.fullmatch(r"M1000 1000H0L\d+( \d+)+", found.path)


# -- the tables ----------------------------------------------------------------------------------------------------


def test_newest_days_stand_first_each_with_all_until_its_end():
    assert charts.newest_days({day(0): 3, day(5): 4}) == [(day(5), 4, 7), (day(0), 3, 3)]


def test_newest_days_are_a_week():
    days = {day(n): 1 for n in range(30)}
    assert [row.day for row in charts.newest_days(days)] == [day(n) for n in range(29, 22, -1)]


@pytest.mark.parametrize("days", [0, 1, 7])
def test_what_the_newest_days_show_is_not_shown_again(days):
    assert charts.periods({day(n): 1 for n in range(days)}) == ("day", [])


def test_few_days_stand_as_days():
    period, rows = charts.periods({day(n): 1 for n in range(60)})
    assert (period, len(rows), rows[0]) == ("day", 60, (day(59), 1, 60))


def test_more_days_stand_as_months():
    period, rows = charts.periods({day(n): 1 for n in range(61)})
    assert (period, rows) == (
        "month",
        [
            (datetime.date(2026, 2, 1), 28, 61),
            (datetime.date(2026, 1, 1), 31, 33),
            (datetime.date(2025, 12, 1), 2, 2),
        ],
    )


def test_more_months_stand_as_years():
    period, rows = charts.periods({day(20 * n): 1 for n in range(120)})
    assert (period, [row.day.year for row in rows]) == ("year", [2032, 2031, 2030, 2029, 2028, 2027, 2026, 2025])
    assert (rows[0].total, sum(row.n for row in rows)) == (120, 120)
