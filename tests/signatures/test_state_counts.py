"""How many rows of each origin and state there are, kept by the database, after every kind of act. That it equals the
truth is looked at after each test, by the fixture kept_counts_are_true."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Sum

from signatures import counting, erasure, moderation, signing
from signatures.models import CountByState, Signature
from tests.people import DARA, SOKHA, confirmed, create_petition, create_staff, held, made_old, person, sign, signed

pytestmark = pytest.mark.django_db


def by_state(petition):
    rows = CountByState.objects.filter(petition=petition).values_list("origin", "state").annotate(n=Sum("rows"))
    return {(origin, state): n for origin, state, n in rows if n}


@pytest.fixture
def petition():
    return create_petition()


def test_signing_is_one_that_waits(petition):
    signed(petition, SOKHA)
    assert by_state(petition) == {("web", "pending"): 1}


def test_signing_again_is_still_one(petition):
    for _ in range(3):
        sign(petition, SOKHA)
    assert by_state(petition) == {("web", "pending"): 1}


def test_third_name_of_a_mailbox_takes_the_place_of_one_that_waits(petition):
    for number in range(3):
        sign(petition, person(number, email=DARA.email))
    assert by_state(petition) == {("web", "pending"): 2}


def test_confirming_moves_one(petition):
    signed(petition, DARA)
    signature = confirmed(petition, SOKHA)
    signing.confirm(signature=signature)
    assert by_state(petition) == {("web", "pending"): 1, ("web", "confirmed"): 1}


def test_rejecting_moves_one_to_the_withdrawn(petition):
    erasure.reject(signature=signed(petition, SOKHA))
    assert by_state(petition) == {("web", "withdrawn"): 1}


def test_withdrawing_moves_one(petition):
    confirmed(petition, DARA)
    erasure.withdraw(signature=confirmed(petition, SOKHA))
    assert by_state(petition) == {("web", "confirmed"): 1, ("web", "withdrawn"): 1}


def test_hold_and_release_come_out_even(petition):
    confirmed(petition, DARA)
    signature = held(petition, SOKHA)
    while_held = by_state(petition)
    moderation.release(ids=[signature.pk], by=create_staff("vibol"))
    assert (while_held, by_state(petition)) == (
        {("web", "confirmed"): 1, ("web", "held"): 1},
        {("web", "confirmed"): 2},
    )


def test_purge_takes_away_what_it_erases(petition):
    made_old(signed(petition, SOKHA))
    signed(petition, DARA)
    erasure.purge()
    assert by_state(petition) == {("web", "pending"): 1}


def test_delete_takes_away(petition):
    confirmed(petition, SOKHA).delete()
    assert by_state(petition) == {}


def test_each_petition_has_its_own(petition):
    other = create_petition("water")
    confirmed(petition, SOKHA)
    for who in (SOKHA, DARA):
        signed(other, who)
    assert (by_state(petition), by_state(other)) == ({("web", "confirmed"): 1}, {("web", "pending"): 2})


def test_change_of_petition_moves_one(petition):
    other = create_petition("water")
    signature = confirmed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(petition=other)
    assert (by_state(petition), by_state(other)) == ({}, {("web", "confirmed"): 1})


def test_change_of_origin_moves_one(petition):
    signature = confirmed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(origin="stall")
    assert by_state(petition) == {("stall", "confirmed"): 1}


def places(petition):
    """Where the newest version of each count lies: another place after every write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid FROM signatures_countbystate WHERE petition_id = %s ORDER BY 1", [petition.pk])
        return cursor.fetchall()


def test_change_of_anything_else_writes_nothing(petition):
    signature = confirmed(petition, SOKHA)
    before = places(petition)
    Signature.objects.filter(pk=signature.pk).update(wants_updates=True, country="TH", mail_fault="SMTPException")
    assert places(petition) == before


def test_statement_that_touches_no_row_writes_nothing(petition):
    signed(petition, SOKHA)
    before = places(petition)
    Signature.objects.filter(pk=0).update(state="withdrawn")
    Signature.objects.filter(pk=0).delete()
    assert places(petition) == before


def crowd(petition, size=90):
    """Of paper and stall in turn, every third unconfirmed."""
    return [
        Signature(
            petition=petition,
            state="confirmed" if number % 3 else "pending",
            confirmed_on="2026-09-02" if number % 3 else None,
            signed_on="2026-09-01",
            country="KH",
            language="km",
            origin=("paper", "stall")[number % 2],
            visibility="count",
            sealed_identity=b"x",
            name_hash=number.to_bytes(32, "big"),
        )
        for number in range(size)
    ]


def test_many_at_once_are_each_counted(petition):
    Signature.objects.bulk_create(crowd(petition))
    assert by_state(petition) == {
        ("paper", "pending"): 15,
        ("paper", "confirmed"): 30,
        ("stall", "pending"): 15,
        ("stall", "confirmed"): 30,
    }


def test_many_at_once_swap_states_in_one_statement(petition):
    Signature.objects.bulk_create(crowd(petition))
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE signatures_signature
               SET state = CASE state WHEN 'pending' THEN 'confirmed' ELSE 'pending' END,
                   confirmed_on = CASE state WHEN 'pending' THEN date '2026-09-02' END
               WHERE origin = 'paper'"""
        )
    assert by_state(petition) == {
        ("paper", "pending"): 30,
        ("paper", "confirmed"): 15,
        ("stall", "pending"): 15,
        ("stall", "confirmed"): 30,
    }


def test_all_at_once_are_deleted(petition):
    Signature.objects.bulk_create(crowd(petition))
    Signature.objects.all().delete()
    assert by_state(petition) == {}


def test_act_that_fails_counts_nothing(petition):
    savepoint = transaction.savepoint()
    sign(petition, SOKHA)
    transaction.savepoint_rollback(savepoint)
    assert by_state(petition) == {}


def test_connection_writes_to_one_stripe_of_its_own(petition):
    for who in (SOKHA, DARA):
        signed(petition, who)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() % 32")
        stripe = cursor.fetchone()[0]
    assert list(CountByState.objects.values_list("stripe", "rows")) == [(stripe, 2)]


@pytest.mark.parametrize("kind", ["insert", "update", "delete"])
def test_triggers_fire_in_one_order_with_every_kind_of_statement(kind):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'signatures_signature'::regclass AND NOT tgisinternal "
            "AND tgname LIKE %s ORDER BY tgname",
            [f"%{kind}"],
        )
        found = [name for (name,) in cursor.fetchall() if "forget" not in name]
        assert found == [f"signatures_by_state_{kind}", f"signatures_count_{kind}"]


@pytest.mark.broken_counts
def test_stripe_stands_once(petition):
    key = {"petition": petition, "origin": "web", "state": "pending", "stripe": 3}
    CountByState.objects.create(**key, rows=1)
    with pytest.raises(IntegrityError, match="count_once_a_stripe"), transaction.atomic():
        CountByState.objects.create(**key, rows=2)


@pytest.mark.django_db(transaction=True)
def test_migration_counts_what_is_there_already(petition):
    confirmed(petition, SOKHA)
    signed(petition, DARA)
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([("signatures", "0003_mailbox_rules")])
    MigrationExecutor(connection).migrate(latest)
    sign(petition, person(1))
    assert by_state(petition) == {("web", "confirmed"): 1, ("web", "pending"): 2}
    assert counting.differences() == []
