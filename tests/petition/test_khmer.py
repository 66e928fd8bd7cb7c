import datetime
from decimal import Decimal

import pytest

from petition import khmer


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "០"), (999, "៩៩៩"), (1234567, "១.២៣៤.៥៦៧"), (-1000, "-១.០០០"), (0.5, "០,៥"), (Decimal("1234.50"), "១.២៣៤,៥០")],
)
def test_numbers_are_grouped_by_points(value, written):
    assert khmer.number(value) == written


def test_date_names_its_parts():
    assert khmer.day(datetime.date(2017, 10, 23)) == "ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧"


def test_month_names_its_parts():
    assert khmer.month(datetime.date(2017, 10, 23)) == "ខែតុលា ឆ្នាំ២០១៧"


def test_year_has_twelve_months():
    days = [khmer.day(datetime.date(2026, month, 1)) for month in range(1, 13)]
    assert [day.split()[1].removeprefix("ខែ") for day in days] == list(khmer.MONTHS)
    assert len(set(khmer.MONTHS)) == 12


def test_digits_are_khmer_and_the_rest_stays():
    assert khmer.digits("A-2017") == "A-២០១៧"
