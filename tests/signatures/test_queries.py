import datetime
import uuid

import pytest
from django.utils import timezone

from signatures import moderation, queries
from signatures.models import Signature
from tests.people import (
    DARA,
    MARIE,
    SOKHA,
    confirmed,
    create_petition,
    create_staff,
    held,
    person,
    signed,
    withdrawn,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def petition():
    return create_petition()


def crowd(petition, **numbers):
    Signature.objects.bulk_create(
        Signature(
            petition=petition,
            state="confirmed",
            confirmed_on=TODAY,
            signed_on=TODAY,
            country=country,
            language="km",
            origin="paper",
            visibility="count",
            sealed_identity=b"x",
            name_hash=b"n",
        )
        for country, number in numbers.items()
        for _ in range(number)
    )


def test_petition_nobody_has_signed_has_none(petition):
    assert (queries.count(petition), queries.by_day(petition)) == (0, {})


def test_countries_are_largest_first_and_small_ones_stand_together_last(petition):
    crowd(petition, FR=9, KH=12, US=10, AU=30, NZ=1)
    assert list(queries.totals(petition).by_country.items()) == [
        ("AU", 30),
        ("KH", 12),
        ("US", 10),
        (queries.ELSEWHERE, 10),
    ]


@pytest.mark.parametrize(("number", "shown"), [(9, {queries.ELSEWHERE: 9}), (10, {"KH": 10})])
def test_country_is_named_from_ten_on(petition, number, shown):
    crowd(petition, KH=number)
    assert queries.totals(petition).by_country == shown


def test_countries_of_one_size_are_in_order_of_their_codes(petition):
    crowd(petition, US=10, KH=10, AU=10)
    assert list(queries.totals(petition).by_country) == ["AU", "KH", "US"]


def test_totals_sum_to_the_count(petition):
    crowd(petition, FR=9, KH=12, NZ=1)
    assert (sum(queries.totals(petition).by_country.values()), sum(queries.by_day(petition).values())) == (22, 22)


def test_days_are_in_order(petition):
    crowd(petition, KH=3)
    days = [TODAY - datetime.timedelta(days=number) for number in (1, 5)]
    for day, row in zip(days, Signature.objects.all(), strict=False):
        Signature.objects.filter(pk=row.pk).update(confirmed_on=day)
    assert list(queries.by_day(petition)) == [days[1], days[0], TODAY]


def test_petition_nobody_has_signed_has_totals_of_nought(petition):
    totals = queries.totals(petition)
    assert (totals.count, totals.by_country, totals.by_day) == (0, {}, {})
    assert totals.integrity == (0, 0, 0, 0, {"web": 0, "paper": 0, "stall": 0})


def test_totals_are_what_each_query_alone_tells(petition):
    crowd(petition, FR=9, KH=12, US=10, AU=30, NZ=1)
    Signature.objects.filter(country="AU").update(confirmed_on=TODAY - datetime.timedelta(days=1))
    totals = queries.totals(petition)
    assert totals.count == queries.count(petition)
    assert list(totals.by_day.items()) == list(queries.by_day(petition).items())


def test_totals_tell_what_became_of_each(petition):
    crowd(petition, KH=4)
    confirmed(petition, DARA)
    signed(petition, SOKHA)
    held(petition, person(1))
    for number in (2, 3):
        withdrawn(petition, person(number))
    Signature.objects.filter(origin="paper", pk=Signature.objects.order_by("pk").first().pk).update(origin="stall")
    integrity = queries.totals(petition).integrity
    assert integrity == (8, 5, 1, 2, {"web": 1, "paper": 3, "stall": 1})


def test_totals_are_of_their_petition_alone(petition):
    other = create_petition("water")
    crowd(other, KH=12)
    signed(other, SOKHA)
    assert queries.totals(petition).integrity.received == 0


def test_totals_are_asked_in_one_statement(petition, django_assert_num_queries):
    crowd(petition, KH=12)
    with django_assert_num_queries(1):
        queries.totals(petition)


def test_many_petitions_are_counted_in_one_query(petition, django_assert_num_queries):
    other, empty = create_petition("water"), create_petition("air")
    confirmed(petition, SOKHA)
    for who in (SOKHA, DARA):
        confirmed(other, who)
    with django_assert_num_queries(1):
        assert queries.counts([petition, other, empty]) == {petition.pk: 1, other.pk: 2}


def test_signature_is_found_by_its_handle(petition):
    signature = confirmed(petition, SOKHA)
    assert (queries.by_handle(signature.handle), queries.by_handle(uuid.uuid4())) == (signature, None)


# -- what is shown -------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(petition):
    """Five signers whose words a moderator let through, newest first."""
    rows = [confirmed(petition, person(number, visibility="public")) for number in range(5)]
    moderation.approve(ids=[row.pk for row in rows], by=create_staff("chenda"))
    return [row.pk for row in reversed(rows)]


def ids(rows):
    return [row.pk for row in rows]


def test_newest_stand_first_and_one_more_tells_of_a_next_page(petition, shown):
    assert ids(queries.shown(petition, rows=3)) == shown[:4]


def test_next_page_goes_on_below(petition, shown):
    assert ids(queries.shown(petition, before=shown[2], rows=3)) == shown[3:]


def test_new_signature_shifts_no_page(petition, shown):
    newer = confirmed(petition, MARIE)
    moderation.approve(ids=[newer.pk], by=create_staff("vibol"))
    assert ids(queries.shown(petition, before=shown[2])) == shown[3:]


def test_words_that_wait_are_not_shown(petition):
    confirmed(petition, MARIE)
    assert queries.shown(petition) == []


def test_words_under_another_petition_are_not_shown(petition, shown):
    assert queries.shown(create_petition("water")) == []


def test_page_of_names_reads_nothing_sealed(petition, shown):
    assert {"sealed_email", "sealed_identity", "mailbox_hash"} <= queries.shown(petition)[0].get_deferred_fields()


def test_link_lives_for_its_days():
    assert queries.oldest_pending_day(datetime.date(2026, 9, 15)) == datetime.date(2026, 9, 1)
