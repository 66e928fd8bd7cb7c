"""Acts that commit side by side: one chain, every entry in it once, and nobody waits in a circle."""

import time
from threading import Event

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from petition import audit, auditchain
from petition.models import AuditEntry, AuditLink
from petition.snapshot import one_snapshot
from signatures.delivery.freeze import freeze
from tests.people import confirmed, create_petition, create_recipient, person
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 40
SECONDS = 30


def faults(results):
    return [result for result in results if isinstance(result, Exception)]


def unchained():
    return AuditEntry.objects.filter(link=None).count()


@transaction.atomic
def act(number):
    audit.record(by=None, act="one", target=f"row:{number}")
    audit.record_each(by=None, act="many", targets={f"row:{number}.{n}": {} for n in range(20)})
    if number % 5 == 0:
        raise ZeroDivisionError


def test_acts_that_commit_at_once_make_one_chain():
    done = together([lambda n=n: act(n) for n in range(SIZE)])

    assert len(faults(done)) == SIZE // 5
    assert auditchain.prove_database().entries == AuditEntry.objects.count() == 21 * SIZE * 4 // 5


def test_a_freeze_among_acts_is_chained_and_fails_by_none(tmp_path):
    petition = create_petition()
    create_recipient(petition)
    confirmed(petition, person(1, visibility="deliver"))
    acts = [lambda n=n: audit.record(by=None, act="one", target=f"row:{n}") for n in range(SIZE)]
    acts[3:3] = [lambda: freeze(petition=petition, by=None, out=tmp_path / "bundle.zip")]

    assert faults(together(acts)) == []
    assert unchained() == 0
    assert auditchain.prove_database().entries == SIZE + 1


def test_what_a_snapshot_left_is_chained_by_the_next_act():
    audit.record(by=None, act="before", target="x")
    with one_snapshot():
        audit.record(by=None, act="freeze", target="x")
        together([lambda: audit.record(by=None, act="meanwhile", target="x")])
    assert unchained() == 1
    audit.record(by=None, act="next", target="x")

    acts = AuditLink.objects.order_by("position").values_list("entry__act", flat=True)
    assert list(acts) == ["before", "meanwhile", "freeze", "next"]
    assert auditchain.prove_database().entries == 4


def test_what_a_snapshot_left_is_no_fault_of_the_chain():
    with one_snapshot():
        audit.record(by=None, act="freeze", target="x")
    assert unchained() == 1
    assert auditchain.prove_database().entries == 1


def test_an_act_does_not_wait_for_the_transaction_of_another():
    with transaction.atomic():
        audit.record(by=None, act="long", target="x")
        together([lambda: audit.record(by=None, act="short", target="x")])
        assert AuditLink.objects.get().entry.act == "short"
    assert auditchain.prove_database().entries == 2


def wait_until_somebody_waits_for_a_lock():
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone():
                return
    raise AssertionError("nobody waits")


def test_who_holds_a_row_and_who_refers_to_it_do_not_wait_in_a_circle():
    vibol, kind = User.objects.create_superuser("vibol"), ContentType.objects.get_for_model(User)
    is_held = Event()

    @transaction.atomic
    def hold():
        User.objects.select_for_update().get(pk=vibol.pk)
        is_held.set()
        wait_until_somebody_waits_for_a_lock()
        audit.record(by=None, act="hold", target="x")

    @transaction.atomic
    def refer():
        is_held.wait(SECONDS)
        audit.record(by=None, act="refer", target="x")
        # Looked up at the commit, after the audit row was written.
        LogEntry.objects.create(user=vibol, content_type=kind, action_flag=1, change_message="")

    assert faults(together([hold, refer])) == []
    assert auditchain.prove_database().entries == 2
