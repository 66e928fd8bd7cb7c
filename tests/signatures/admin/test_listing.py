import datetime
import itertools

import pytest
from django.db import connection

from petition.admin import keyset
from petition.admin.keyset import Cursor
from signatures.admin import listing
from signatures.admin.listing import Filters
from signatures.choices import Origin, State
from signatures.models import Signature
from tests.people import create_petition

pytestmark = pytest.mark.django_db

COUNTRIES = ("KH", "US", "FR")
# What is said of millions can be seen with forty.
SMALL = {"size": 4, "window": 5}
DAYS = (datetime.date(2026, 1, 1), datetime.date(2026, 1, 2))


@pytest.fixture
def petition():
    return create_petition()


def fill(petition, n=40):
    """Signatures of every kind, in turn."""
    kinds = itertools.cycle(itertools.product(State.values[:3], COUNTRIES, DAYS, Origin.values))
    rows = []
    for i, (state, country, day, origin) in zip(range(n), kinds, strict=False):
        rows.append(
            Signature(
                petition=petition,
                state=state,
                country=country,
                origin=origin,
                language="km",
                visibility="count",
                signed_on=day,
                confirmed_on=None if state == State.PENDING else day,
                held_reason="fraud" if state == State.HELD else "",
                sealed_email=b"sealed",
                sealed_identity=b"sealed",
                mailbox_hash=i.to_bytes(32),
                name_hash=i.to_bytes(32),
                seat=1,
            )
        )
    return [row.pk for row in Signature.objects.bulk_create(rows)]


def wanted(filters):
    rows = Signature.objects.filter(petition_id=filters.petition_id).order_by("-pk")
    fields = {"state": filters.state, "country": filters.country, "signed_on": filters.day, "origin": filters.origin}
    return list(rows.filter(**{name: value for name, value in fields.items() if value}).values_list("pk", flat=True))


def every_filter(petition):
    for chosen in itertools.product(("", *State.values), ("", "KH", "JP"), (None, DAYS[0]), ("", *Origin.values)):
        yield Filters(petition.pk, *chosen)


def walk(filters, start, onward):
    """All rows from page to page, and how often a page ended before it was full."""
    at, found, looks = start, [], 0
    for _turn in range(100):
        result = listing.find(filters, at, **SMALL)
        found += [row.pk for row in result.page.rows] if onward == "older" else []
        found = [row.pk for row in result.page.rows] + found if onward == "newer" else found
        looks += result.looked_to is not None
        ahead = getattr(result.page, onward)
        if ahead is None:
            return found, looks
        at = Cursor(before=ahead) if onward == "older" else Cursor(after=ahead)
    raise AssertionError("the pages do not end")


def test_every_combination_of_filters_finds_each_row_once_in_order(petition):
    fill(petition)
    fill(create_petition("other"), 20)

    for filters in every_filter(petition):
        assert walk(filters, Cursor(), "older")[0] == wanted(filters), filters


def test_the_way_back_finds_the_same_rows(petition):
    fill(petition)

    for filters in every_filter(petition):
        assert walk(filters, Cursor(after=0), "newer")[0] == wanted(filters), filters


def test_a_page_that_sifts_in_vain_says_how_far_it_looked(petition):
    numbers = fill(petition)

    result = listing.find(
        Filters(petition.pk, state=State.CONFIRMED, origin=Origin.WEB, country="JP"), Cursor(), **SMALL
    )

    assert (result.page.rows, result.looked_to) == ([], None)  # nobody signed from there: the index says so at once
    result = listing.find(Filters(petition.pk, country="KH", origin="mail"), Cursor(), **SMALL)
    assert result.page.rows == []
    assert result.looked_to == result.page.older == [pk for pk in reversed(numbers) if country(pk) == "KH"][4]


def country(pk):
    return Signature.objects.values_list("country", flat=True).get(pk=pk)


def test_nothing_sealed_or_blind_or_shown_is_read(petition):
    fill(petition)
    asked = []

    def note(execute, sql, *args):
        asked.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        for filters in every_filter(petition):
            listing.find(filters, Cursor())
    read = " ".join(asked)
    for name in (
        "sealed_email",
        "sealed_identity",
        "mailbox_hash",
        "name_hash",
        "network_hash",
        "public_name",
        "comment",
    ):
        assert name not in read
    assert "COUNT(" not in read
    assert read.count("SELECT") == read.count("LIMIT")


def test_a_page_costs_as_many_queries_with_three_rows_as_with_one(petition, django_assert_max_num_queries):
    fill(petition, 1)
    with django_assert_max_num_queries(9) as asked:
        listing.find(Filters(petition.pk), Cursor())
    fill(petition_again := create_petition("again"), 3)
    with django_assert_max_num_queries(len(asked)):
        listing.find(Filters(petition_again.pk), Cursor())


def test_cursor_of_the_address(rf):
    assert keyset.cursor(rf.get("/?before=7")) == Cursor(before=7)
    assert keyset.cursor(rf.get("/?after=7&before=9")) == Cursor(after=7)
    assert keyset.cursor(rf.get("/?before=x")) == Cursor()
