import datetime

import pytest

from signatures import milestones

DAY = datetime.date(2017, 10, 23)


def day(n):
    return DAY + datetime.timedelta(days=n)


@pytest.mark.parametrize(
    ("goal", "steps"),
    [
        (50, [50]),
        (100, [100]),
        (300, [100, 250, 300]),
        (10_000, [100, 250, 500, 1000, 2500, 5000, 10_000]),
    ],
)
def test_steps_lead_to_the_goal(goal, steps):
    assert list(milestones.steps(goal)) == steps


@pytest.mark.parametrize(("count", "ahead"), [(0, 100), (99, 100), (100, 250), (999, 1000), (1000, None), (1001, None)])
def test_the_following_one_is_above_the_count(count, ahead):
    assert milestones.following(count, 1000) == ahead


def test_each_stands_on_the_day_it_was_reached():
    by_day = {day(2): 200, day(0): 99, day(1): 1}
    assert milestones.reached(by_day, 1000) == [(day(1), 100), (day(2), 250)]


def test_of_several_on_one_day_the_highest_counts():
    assert milestones.reached({day(0): 1200}, 1000) == [(day(0), 1000)]


def test_nothing_is_reached_without_signatures():
    assert milestones.reached({}, 1000) == []


@pytest.mark.parametrize(
    ("step", "great"), [(100, True), (250, False), (500, False), (10_000, True), (25_000, True), (50_000, True)]
)
def test_powers_of_ten_half_of_the_goal_and_the_goal_are_great(step, great):
    assert milestones.is_great(step, 50_000) == great
