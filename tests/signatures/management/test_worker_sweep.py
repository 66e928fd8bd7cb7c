"""A sweep by workers as processes of their own: to its end, killed in the middle of a batch, two at once."""

import contextlib

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from signatures import counting, queries, sweeps, tasks
from signatures.models import Signature, Sweep
from signatures.sweeps_running import BATCH
from tests.people import create_petition
from tests.processes import manage, running
from tests.signatures.management.test_worker import until
from tests.sweeps import many, numbers, refreshed, signers, started

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return User.objects.create_user("chenda")


def work_to_the_end(row, state):
    for _ in range(9):
        done = manage("worker", "--once")
        assert done.returncode == 0, done.stderr
        if refreshed(row).state == state:
            return


def put_back():
    """As a worker does each minute, when the heart of the one that was killed has not beaten for so long."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    with contextlib.suppress(AlreadyEnqueued):
        tasks.put_back_stalled.defer(timestamp=0)


def test_worker_counts_sweeps_and_undoes(petition, chenda):
    signers(petition, 3)
    ProcrastinateJob.objects.all().delete()
    row = sweeps.make(petition=petition, act="hold", reason="fraud", conditions={"country": "KH"}, by=chenda)
    work_to_the_end(row, "ready")
    sweeps.start(sweep=row, number=3, by=chenda)
    work_to_the_end(row, "done")
    assert queries.count(petition) == 0
    sweeps.undo(sweep=row, by=chenda)
    work_to_the_end(row, "undone")
    assert (numbers(row), queries.count(petition)) == ({"total": 3, "touched": 3, "restored": 3}, 3)


def waits_for_a_row():
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
        return cursor.fetchone()[0] > 0


def test_worker_killed_in_the_middle_of_a_batch_leaves_whole_ones_and_the_next_goes_on(petition, chenda):
    many(petition, BATCH + 20)
    row = started(petition, chenda)
    last = Signature.objects.latest("pk")
    with running("manage.py", "worker") as killed:
        with transaction.atomic():
            Signature.objects.select_for_update().get(pk=last.pk)
            until(lambda: refreshed(row).touched == BATCH and waits_for_a_row())
            killed.kill()
            killed.wait()
    assert (numbers(row), row.state) == ({"total": BATCH + 20, "touched": BATCH}, "running")
    assert (Signature.objects.filter(sweep=row).count(), queries.count(petition)) == (BATCH, 20)
    put_back()
    work_to_the_end(row, "done")
    assert (numbers(row)["touched"], queries.count(petition)) == (BATCH + 20, 0)


def test_two_workers_at_once_touch_each_once(petition, chenda):
    many(petition, BATCH * 3)
    row = started(petition, chenda)
    with running("manage.py", "worker"), running("manage.py", "worker"):
        until(lambda: refreshed(row).state == "done")
    assert (numbers(row), counting.differences()) == ({"total": BATCH * 3, "touched": BATCH * 3}, [])


def test_sweep_that_lost_its_job_goes_on(petition, chenda):
    signers(petition, 2)
    row = started(petition, chenda)
    ProcrastinateJob.objects.all().delete()
    tasks.look_after_sweeps(timestamp=0)
    tasks.look_after_sweeps(timestamp=0)
    assert ProcrastinateJob.objects.filter(queue_name="sweep").count() == 1
    work_to_the_end(row, "done")
    assert Sweep.objects.get(pk=row.pk).touched == 2
