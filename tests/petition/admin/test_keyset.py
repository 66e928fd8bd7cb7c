import pytest

from petition import audit
from petition.admin import keyset
from petition.admin.keyset import Cursor
from petition.models import AuditEntry


@pytest.fixture
def numbers(db):
    """Seven rows' numbers, oldest first."""
    return [audit.record(by=None, act="x", target="x").pk for _ in range(7)]


def page(at):
    found = keyset.page(AuditEntry.objects.all(), at, size=3)
    return [row.pk for row in found.rows], found.newer, found.older


def test_the_first_page_is_the_newest(numbers):
    assert page(Cursor()) == (numbers[:-4:-1], None, numbers[4])


def test_a_page_below_a_number_leads_both_ways(numbers):
    assert page(Cursor(before=numbers[4])) == (numbers[3:0:-1], numbers[3], numbers[1])


def test_the_last_page_leads_only_back(numbers):
    assert page(Cursor(before=numbers[1])) == ([numbers[0]], numbers[0], None)


def test_a_page_above_a_number_is_its_nearest_newest_first(numbers):
    assert page(Cursor(after=numbers[0])) == (numbers[3:0:-1], numbers[3], numbers[1])


def test_the_top_reached_upward_has_nothing_newer(numbers):
    assert page(Cursor(after=numbers[3])) == (numbers[:3:-1], None, numbers[4])


def test_an_empty_page_leads_back_to_where_it_came_from(numbers):
    assert page(Cursor(before=numbers[0])) == ([], numbers[0] - 1, None)
    assert page(Cursor(after=numbers[6])) == ([], None, numbers[6] + 1)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "9" * 19, None, "1\x00"])
def test_what_is_no_number_is_none(text):
    assert keyset.number(text) is None


def test_khmer_digits_are_a_number():
    assert keyset.number("២០១៧") == 2017
