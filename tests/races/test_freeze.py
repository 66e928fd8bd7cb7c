"""A freeze while people sign, confirm and withdraw: it waits for nobody, nobody waits for it, and its numbers are those
of one moment."""

import json
import time
import zipfile

import pytest
from django.db import connection, transaction
from django.utils import timezone

from signatures import counting, erasure, signing
from signatures.delivery.bundle import open_bundle
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery, Entry
from signatures.models import Signature
from tests.people import confirmed, create_petition, create_recipient, person, sign, signed
from tests.processes import running
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 40


@pytest.fixture
def petition():
    petition = create_petition()
    create_recipient(petition)
    return petition


def faults(results):
    return [result for result in results if isinstance(result, Exception)]


def test_freeze_against_signing_confirming_and_withdrawing(petition, tmp_path):
    leaving = [confirmed(petition, person(n, visibility="deliver")) for n in range(SIZE)]
    coming = [signed(petition, person(n)) for n in range(SIZE, 2 * SIZE)]
    others = [person(n) for n in range(2 * SIZE, 3 * SIZE)]
    acts = []
    for n in range(SIZE):
        acts += [
            lambda row=leaving[n]: erasure.withdraw(signature=row),
            lambda row=coming[n]: signing.confirm(signature=row),
            lambda who=others[n]: sign(petition, who),
        ]
    acts[12:12] = [lambda: freeze(petition=petition, by=None, out=tmp_path / "bundle.zip")]
    assert faults(together(acts)) == []

    delivery = Delivery.objects.get()
    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        written = json.loads(bundle.read("bundle.json"))
        rows = [line for part in written["rows"] for line in bundle.read(part["path"]).splitlines()]
    assert numbers == list(range(1, delivery.confirmed + 1))
    assert (len(rows), written["counts"]["confirmed"]) == (delivery.confirmed, delivery.confirmed)
    assert sum(written["counts"]["by_country"].values()) == delivery.confirmed
    assert counting.differences() == []
    # Whoever came or left in that moment is in it or not; everybody else is as they are now.
    assert set(Entry.objects.values_list("signature_id", flat=True)) <= {row.pk for row in leaving + coming}


def at_once(act):
    """The act, which fails where it would have to wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    return act()


def test_nobody_waits_for_a_freeze_that_has_all_its_locks(petition, tmp_path):
    """A freeze of a million rows holds its transaction open for many seconds: here for as long as the others need."""
    numbered = [confirmed(petition, person(n, visibility="deliver")) for n in range(5)]
    coming = signed(petition, person(5))
    choices = {"visibility": "public", "public_name": "Sok Dara", "comment": "", "wants_updates": False}
    acts = [
        lambda: sign(petition, person(6)),
        lambda: sign(petition, person(0)),  # again
        lambda: signing.confirm(signature=coming),
        lambda: signing.choose(signature=numbered[1], **choices),
        lambda: erasure.withdraw(signature=numbered[2]),
    ]
    with transaction.atomic():
        freeze(petition=petition, by=None, out=tmp_path / "bundle.zip")
        assert faults(together([lambda act=act: at_once(act) for act in acts])) == []
        states = list(Signature.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["confirmed"] * 2 + ["withdrawn"] + ["confirmed"] * 3 + ["pending"]
    assert Entry.objects.count() == 5
    assert counting.differences() == []


def killed_freeze(petition, table, out):
    """A freeze as a process of its own, killed where it waits for a lock on a table that we hold."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        with running("manage.py", "freeze", petition.slug, "--out", str(out)) as process:
            while not waits_for_a_lock(cursor):
                assert process.poll() is None, process.stdout.read()
                time.sleep(0.02)
            process.kill()
            process.wait()


def waits_for_a_lock(cursor):
    cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    return cursor.fetchone()[0]


@pytest.mark.parametrize("table", ["delivery_entry", "delivery_packet", "petition_auditentry"])
def test_freeze_that_was_killed_leaves_a_planned_delivery_and_no_bundle(petition, tmp_path, table):
    confirmed(petition, person(1))
    planned = Delivery.objects.create(petition=petition, ordinal=1, planned_on=timezone.localdate())
    killed_freeze(petition, table, tmp_path / "bundle.zip")
    planned.refresh_from_db()
    assert (planned.state, Entry.objects.count()) == ("planned", 0)
    assert not (tmp_path / "bundle.zip").exists()
    freeze(petition=petition, by=None, out=tmp_path / "bundle.zip")
    assert open_bundle(tmp_path / "bundle.zip").counts["confirmed"] == 1


def test_of_two_freezes_at_once_one_takes_the_planned_delivery(petition, tmp_path):
    confirmed(petition, person(1))
    planned = Delivery.objects.create(petition=petition, ordinal=1, planned_on=timezone.localdate())
    acts = [
        lambda n=n: freeze(petition=petition, by=None, planned=planned, out=tmp_path / f"{n}.zip") for n in range(4)
    ]
    done = together(acts)
    assert (len(faults(done)), Entry.objects.count()) == (3, 1)


def test_frozen_numbers_stand_whatever_happens_to_the_rows(petition, tmp_path):
    rows = [confirmed(petition, person(n)) for n in range(5)]
    delivery, _ = freeze(petition=petition, by=None, out=tmp_path / "bundle.zip")
    erasure.withdraw(signature=rows[2])
    numbered = dict(Entry.objects.filter(delivery=delivery).values_list("signature_id", "number"))
    assert numbered == {row.pk: number for number, row in enumerate(rows, 1)}
    assert Signature.objects.get(pk=rows[2].pk).state == "withdrawn"
