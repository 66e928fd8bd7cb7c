import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from petition import audit, auditchain
from signatures import counting
from tests.people import create_petition, create_update

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
