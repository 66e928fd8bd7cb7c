"""A mailing by workers as processes of their own: killed, two at once, paused, and beside the mails to confirm."""

import contextlib

import pytest
from django.contrib.auth.models import User
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from signatures import mailing, tasks
from signatures.models import Mailing
from tests.mailings import numbers, readers, started
from tests.people import create_petition, person, signed
from tests.processes import manage, running
from tests.signatures.management.test_worker import SECONDS, smtp, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return User.objects.create_user("chenda")


def begin(petition, chenda, n):
    """A mailing to n readers; the mails about their signing have long gone."""
    readers(petition, n)
    ProcrastinateJob.objects.all().delete()
    return started(petition, chenda)


def worker(postbox, rate="0"):
    return running("manage.py", "worker", EMAIL_URL=smtp(postbox), MAILING_RATE=rate)


def work_to_the_end(row, postbox):
    """A worker that ends when its queue is empty may leave a mailing that takes more than one batch to the next."""
    for _ in range(9):
        done = manage("worker", "--once", EMAIL_URL=smtp(postbox), MAILING_RATE="0")
        assert done.returncode == 0, done.stderr
        if state(row) == "sent":
            return


def got(postbox):
    return sorted(recipients[0] for recipients in postbox.recipients)


def everyone(n):
    return sorted(person(number).email for number in range(1, n + 1))


def state(row):
    return Mailing.objects.get(pk=row.pk).state


def test_worker_sends_a_mailing_to_its_end(petition, chenda, postbox):
    row = begin(petition, chenda, 5)
    work_to_the_end(row, postbox)
    assert (got(postbox), state(row), postbox.lines) == (everyone(5), "sent", 1)
    # Of this queue: the copies of the pages, made each ten minutes, want the gathered static files, which no test has.
    assert not ProcrastinateJob.objects.filter(queue_name="mailing", status="failed").exists()


def put_back():
    """As a worker does each minute, when the heart of the one that was killed has not beaten for so long."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    with contextlib.suppress(AlreadyEnqueued):
        tasks.put_back_stalled.defer(timestamp=0)


def test_worker_killed_between_claim_and_mark_leaves_one_unknown_and_the_next_sends_the_others(
    petition, chenda, postbox
):
    postbox.hold_at = 2
    row = begin(petition, chenda, 4)
    with worker(postbox) as killed:
        assert postbox.held.wait(SECONDS)
        killed.kill()
        killed.wait()
    assert numbers(row) == {"total": 4, "sent": 1, "unknown": 1, "remaining": 2}
    postbox.released.set()
    put_back()
    work_to_the_end(row, postbox)
    assert (state(row), numbers(row)) == ("sent", {"total": 4, "sent": 3, "unknown": 1})
    # Four were tried, once each: the second one's text had gone to the server, so it may have arrived.
    assert (postbox.tried, len(got(postbox)) - len(set(got(postbox)))) == (4, 0)


def test_two_workers_at_once_send_each_reader_one(petition, chenda, postbox):
    row = begin(petition, chenda, 30)
    with worker(postbox), worker(postbox):
        until(lambda: state(row) == "sent")
    assert (got(postbox), numbers(row)) == (everyone(30), {"total": 30, "sent": 30})


def test_pause_while_a_batch_is_sent_holds_after_the_mail_at_hand(petition, chenda, postbox):
    postbox.hold_at = 2
    row = begin(petition, chenda, 4)
    with worker(postbox):
        assert postbox.held.wait(SECONDS)
        mailing.pause(mailing=row, by=chenda)
        postbox.released.set()
        until(lambda: not ProcrastinateJob.objects.filter(queue_name="mailing", status__in=["todo", "doing"]).exists())
        assert numbers(row) == {"total": 4, "sent": 2, "remaining": 2}
        mailing.resume(mailing=row, by=chenda)
        until(lambda: state(row) == "sent")
    assert got(postbox) == everyone(4)


def test_mail_to_confirm_does_not_wait_for_a_mailing(petition, chenda, postbox):
    postbox.hold_at = 1
    begin(petition, chenda, 3)
    newcomer = person(99)
    with worker(postbox):
        assert postbox.held.wait(SECONDS)
        signed(petition, newcomer)
        until(lambda: got(postbox) == [newcomer.email])
        postbox.released.set()


@pytest.mark.parametrize("few", ["0", "1", "3"])
def test_worker_that_could_be_filled_by_a_delivery_a_mailing_and_a_sweep_does_not_start(few):
    done = manage("worker", "--once", "--concurrency", few)
    assert (done.returncode, "--concurrency" in done.stderr) == (1, True)


def test_mailing_that_lost_its_job_goes_on(petition, chenda, postbox):
    row = begin(petition, chenda, 2)
    ProcrastinateJob.objects.all().delete()
    tasks.look_after_mailings(timestamp=0)
    tasks.look_after_mailings(timestamp=0)
    assert ProcrastinateJob.objects.filter(queue_name="mailing").count() == 1
    work_to_the_end(row, postbox)
    assert state(row) == "sent"
