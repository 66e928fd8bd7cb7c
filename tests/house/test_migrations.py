import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from petition import audit, auditchain
from signatures import counting
from signatures.delivery.models import Packet
from tests.people import create_petition, create_update

DAY = datetime.date(2017, 10, 23)
OURS = ("delivery", "signatures", "petition")


@pytest.mark.django_db
def test_migrations_say_all_that_the_models_say(capsys):
    call_command("makemigrations", "--check", "--dry-run")
    assert capsys.readouterr().out == "No changes detected\n"


def tables():
    with connection.cursor() as cursor:
        return {name for name in connection.introspection.table_names(cursor) if name.split("_")[0] in OURS}


def functions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname !~ '^procrastinate'"
        )
        return {name for (name,) in cursor.fetchall()}


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)


@pytest.mark.django_db(transaction=True)
def test_going_back_publishes_nothing_that_still_waits():
    petition = create_petition()
    create_update(petition, "public")
    create_update(petition, "waiting", publish_at=timezone.now() + datetime.timedelta(hours=1))
    latest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] in OURS]
    migrate([("petition", "0002_rate_counters")])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT slug FROM petition_update WHERE is_published")
            assert cursor.fetchall() == [("public",)]
    finally:
        migrate(latest)


@pytest.mark.django_db(transaction=True)
def test_going_back_shows_nothing_that_was_taken_down():
    create_petition(state="removed")
    latest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] in OURS]
    migrate([("petition", "0002_rate_counters")])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT state FROM petition_petition")
            assert cursor.fetchall() == [("draft",)]
    finally:
        migrate(latest)


@pytest.mark.django_db(transaction=True)
def test_what_was_recorded_of_hand_overs_stays_and_the_place_is_still_for_the_committee_alone():
    latest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] in OURS]
    before = [("delivery", "0008_moderation_rights"), ("petition", "0009_staff")]
    migrate(before)
    try:
        executor = MigrationExecutor(connection)
        old = executor.loader.project_state(before).apps
        petition = old.get_model("petition", "Petition").objects.create(slug="old", goal=1, opened_on=DAY)
        recipients = old.get_model("petition", "Recipient").objects
        delivery = old.get_model("delivery", "Delivery").objects.create(
            petition=petition, ordinal=1, planned_on=DAY, state="handed_over"
        )
        rows = [
            {},
            {"handed_over_on": DAY, "channel": "by pigeon", "place": "Paris", "note": "Monday"},
            {"handed_over_on": DAY, "answered_on": DAY, "answer_en": "Thanks"},
            {"answer_en": "Too early"},
        ]
        for number, fields in enumerate(rows, 1):
            recipient = recipients.create(petition=petition, number=number, name="N", office="O", body="B")
            old.get_model("delivery", "Packet").objects.create(delivery=delivery, recipient=recipient, **fields)
    finally:
        migrate(latest)
    packets = Packet.objects.order_by("recipient__number")
    assert [(p.state, p.way, p.place, p.note, p.answer_en) for p in packets] == [
        ("drafted", "", "", "", ""),
        ("handed_over", "by pigeon", "", "Monday\nParis", ""),
        ("answered", "", "", "", "Thanks"),
        ("drafted", "", "", "Too early", ""),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_trail_from_before_the_chain_is_chained():
    for act in ("one", "two", "three"):
        audit.record(by=None, act=act, target="x")
    latest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] in OURS]
    migrate([("petition", "0005_reminders")])
    migrate(latest)
    assert auditchain.prove_database().entries == 3


@pytest.mark.django_db(transaction=True)
def test_migrations_go_back_to_nothing_and_forth_again():
    latest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] in OURS]
    before = tables(), functions()
    migrate([(label, None) for label in OURS])
    assert (tables(), functions()) == (set(), set())
    migrate(latest)
    assert (tables(), functions()) == before
    assert counting.differences() == []
