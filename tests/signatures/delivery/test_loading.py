"""When the next delivery of a content file is."""

import datetime

import pytest

from signatures.delivery import loading


@pytest.mark.parametrize(
    ("today", "comes"),
    [
        (datetime.date(2026, 10, 22), datetime.date(2026, 10, 23)),
        (datetime.date(2026, 10, 23), datetime.date(2026, 10, 23)),
        (datetime.date(2026, 10, 24), datetime.date(2027, 10, 23)),
        (datetime.date(2026, 12, 31), datetime.date(2027, 10, 23)),
        (datetime.date(2027, 1, 1), datetime.date(2027, 10, 23)),
    ],
)
def test_day_of_the_year_comes_next(today, comes):
    assert loading.coming(10, 23, today) == comes


@pytest.mark.parametrize(("month", "day"), [(2, 30), (13, 1), (0, 1), (4, 31)])
def test_day_that_no_year_has_is_refused(month, day):
    with pytest.raises(ValueError, match="day|month"):
        loading.coming(month, day, datetime.date(2026, 1, 1))
