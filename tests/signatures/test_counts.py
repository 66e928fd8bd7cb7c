"""The counts that the database keeps by itself, after every kind of act. That they equal the truth is looked at after
each test, by the fixture kept_counts_are_true."""

import datetime

import pytest
from django.db import connection
from django.utils import timezone

from petition.models import Petition
from signatures import erasure, moderation, queries, signing
from signatures.models import CountByCountry, CountByDay, Signature
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, create_staff, person, signed

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YESTERDAY = TODAY - datetime.timedelta(days=1)


def by_country(petition):
    rows = CountByCountry.objects.filter(petition=petition, confirmed__gt=0)
    return dict(rows.values_list("country", "confirmed"))


def by_day(petition):
    return dict(CountByDay.objects.filter(petition=petition, confirmed__gt=0).values_list("day", "confirmed"))


@pytest.fixture
def petition():
    return create_petition()


def test_pending_signature_is_not_counted(petition):
    signed(petition, SOKHA)
    assert (by_country(petition), by_day(petition)) == ({}, {})


def test_confirming_counts_one(petition):
    confirmed(petition, SOKHA)
    assert (by_country(petition), by_day(petition)) == ({"KH": 1}, {TODAY: 1})


def test_confirming_again_counts_no_more(petition):
    signature = confirmed(petition, SOKHA)
    signing.confirm(signature=signature)
    assert by_country(petition) == {"KH": 1}


def test_each_country_has_its_own(petition):
    for who in (SOKHA, DARA, MARIE, person(1)):
        confirmed(petition, who)
    assert (by_country(petition), by_day(petition)) == ({"KH": 2, "US": 1, "FR": 1}, {TODAY: 4})


def test_each_petition_has_its_own(petition):
    other = create_petition("water")
    confirmed(petition, SOKHA)
    confirmed(other, SOKHA)
    confirmed(other, DARA)
    assert (by_country(petition), by_country(other)) == ({"KH": 1}, {"KH": 1, "US": 1})


def test_withdrawing_takes_one_away(petition):
    confirmed(petition, DARA)
    erasure.withdraw(signature=confirmed(petition, SOKHA))
    assert (by_country(petition), by_day(petition)) == ({"US": 1}, {TODAY: 1})


def test_withdrawing_what_was_not_counted_takes_nothing_away(petition):
    confirmed(petition, DARA)
    erasure.withdraw(signature=signed(petition, SOKHA))
    assert by_country(petition) == {"US": 1}


def test_hold_and_release_come_out_even(petition):
    chenda = create_staff("chenda")
    ids = [confirmed(petition, who).pk for who in (SOKHA, DARA)]
    moderation.hold(ids=ids, reason="fraud", by=chenda)
    held = by_country(petition)
    moderation.release(ids=ids, by=chenda)
    assert (held, by_country(petition)) == ({}, {"KH": 1, "US": 1})


def test_held_signature_that_is_withdrawn_is_taken_away_once(petition):
    confirmed(petition, DARA)
    signature = confirmed(petition, SOKHA)
    moderation.hold(ids=[signature.pk], reason="fraud", by=create_staff("chenda"))
    erasure.withdraw(signature=signature)
    assert by_country(petition) == {"US": 1}


def test_delete_takes_away(petition):
    confirmed(petition, DARA)
    confirmed(petition, SOKHA).delete()
    assert by_country(petition) == {"US": 1}


def test_change_of_country_moves_one(petition):
    signature = confirmed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(country="TH")
    assert (by_country(petition), by_day(petition)) == ({"TH": 1}, {TODAY: 1})


def test_change_of_day_moves_one(petition):
    signature = confirmed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(confirmed_on=YESTERDAY)
    assert (by_country(petition), by_day(petition)) == ({"KH": 1}, {YESTERDAY: 1})


def test_change_of_petition_moves_one(petition):
    other = create_petition("water")
    signature = confirmed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(petition=other)
    assert (by_country(petition), by_country(other)) == ({}, {"KH": 1})


def test_change_of_anything_else_moves_nothing(petition):
    signature = confirmed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(wants_updates=True, mail_fault="SMTPException")
    assert by_country(petition) == {"KH": 1}


def crowd(petition, size=100):
    """Half of Cambodia, half of the United States, every tenth unconfirmed."""
    return [
        Signature(
            petition=petition,
            state="pending" if number % 10 == 0 else "confirmed",
            confirmed_on=None if number % 10 == 0 else (TODAY, YESTERDAY)[number % 3 == 0],
            signed_on=YESTERDAY,
            country=("KH", "US")[number % 2],
            language="km",
            origin="paper",
            visibility="count",
            sealed_identity=b"x",
            name_hash=number.to_bytes(32, "big"),
        )
        for number in range(size)
    ]


def test_many_at_once_are_each_counted(petition):
    Signature.objects.bulk_create(crowd(petition))
    assert (by_country(petition), sum(by_day(petition).values())) == ({"KH": 40, "US": 50}, 90)


def test_many_at_once_move_from_country_to_country(petition):
    Signature.objects.bulk_create(crowd(petition))
    Signature.objects.filter(country="US").update(country="KH")
    assert by_country(petition) == {"KH": 90}


def test_many_at_once_swap_countries(petition):
    Signature.objects.bulk_create(crowd(petition))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE signatures_signature SET country = CASE country WHEN 'KH' THEN 'US' ELSE 'KH' END")
    assert by_country(petition) == {"KH": 50, "US": 40}


def test_many_at_once_are_confirmed_and_withdrawn_in_one_statement(petition):
    Signature.objects.bulk_create(crowd(petition))
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE signatures_signature
               SET state = CASE state WHEN 'pending' THEN 'confirmed' ELSE 'withdrawn' END,
                   confirmed_on = coalesce(confirmed_on, %s),
                   name_hash = CASE state WHEN 'pending' THEN name_hash END,
                   sealed_identity = CASE state WHEN 'pending' THEN sealed_identity END""",
            [TODAY],
        )
    assert (by_country(petition), by_day(petition)) == ({"KH": 10}, {TODAY: 10})


def test_all_at_once_are_deleted(petition):
    Signature.objects.bulk_create(crowd(petition))
    Signature.objects.all().delete()
    assert (by_country(petition), by_day(petition)) == ({}, {})


def test_act_that_fails_counts_nothing(petition):
    signature = signed(petition, SOKHA)
    connection.savepoint_rollback(count_and_stop(signature))
    assert by_country(petition) == {}


def count_and_stop(signature):
    savepoint = connection.savepoint()
    signing.confirm(signature=signature)
    return savepoint


def test_count_of_a_petition_is_the_sum_of_its_countries(petition):
    for who in (SOKHA, DARA, MARIE):
        confirmed(petition, who)
    assert queries.count(petition) == 3


# -- the first confirmed signature locks the wording ---------------------------------------------------------------


def is_locked(petition):
    return Petition.objects.get(pk=petition.pk).is_wording_locked


def test_pending_signature_leaves_the_wording_open(petition):
    signed(petition, SOKHA)
    assert not is_locked(petition)


def test_first_confirmed_signature_locks_the_wording_of_its_petition_alone(petition):
    other = create_petition("water")
    confirmed(petition, SOKHA)
    assert (is_locked(petition), is_locked(other)) == (True, False)


def test_wording_stays_locked_when_all_have_withdrawn(petition):
    erasure.withdraw(signature=confirmed(petition, SOKHA))
    assert is_locked(petition)


def place_of(petition):
    """Where the row's newest version lies: another place after every UPDATE."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid FROM petition_petition WHERE id = %s", [petition.pk])
        return cursor.fetchone()


def test_later_signatures_do_not_touch_the_petitions_row(petition):
    confirmed(petition, SOKHA)
    first = place_of(petition)
    confirmed(petition, DARA)
    assert place_of(petition) == first
