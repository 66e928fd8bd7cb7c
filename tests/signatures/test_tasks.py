"""The queue with a real worker, its own connections and a real mail server."""

import contextlib
import datetime
import logging

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from signatures import erasure, mail_sending, tasks
from signatures.models import Signature
from tests.people import DARA, SOKHA, confirmed, create_petition, queued_mails, sign, signed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def petition():
    return create_petition()


def work():
    """All that waits, done by a worker that ends when nothing is left."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, delete_jobs="successful", concurrency=2)


def mail_jobs():
    """Only these: with each minute a worker queues the periodic tasks, too."""
    return ProcrastinateJob.objects.filter(queue_name="mail").order_by("id")


def jobs():
    return list(mail_jobs().values_list("status", "attempts"))


def make_due(seconds):
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE procrastinate_jobs SET scheduled_at = now() + %s * interval '1 second'
               WHERE status = 'todo' AND queue_name = 'mail'""",
            [seconds],
        )


def kill_worker_at_work():
    """A job as it is left behind by a worker that was killed while it sent, its heartbeat two minutes old."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH worker AS (
                   INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')
                   RETURNING id)
               UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id
               FROM worker WHERE status = 'todo' AND queue_name = 'mail'"""
        )


def put_back():
    with contextlib.suppress(AlreadyEnqueued):
        tasks.put_back_stalled.defer(timestamp=0)
    for _ in range(3):  # a worker that is done with what it saw goes, though the last job has just put one back
        work()


def test_worker_sends_what_waits_and_leaves_no_trace_of_it(petition, postbox):
    for who in (SOKHA, DARA):
        sign(petition, who)
    work()
    assert sorted(postbox.recipients) == [[DARA.email], [SOKHA.email]]
    assert jobs() == []


def test_signature_that_is_rolled_back_sends_nothing(petition, postbox):
    connection.set_autocommit(False)
    try:
        sign(petition, SOKHA)
        connection.rollback()
    finally:
        connection.set_autocommit(True)
    work()
    assert (postbox.mails, Signature.objects.count()) == ([], 0)


def test_mail_that_was_not_taken_waits_and_goes_later(petition, postbox):
    postbox.answers = ["451 try again later"]
    sign(petition, SOKHA)
    work()
    waiting = mail_jobs().get()
    assert (waiting.status, waiting.attempts, postbox.mails) == ("todo", 1, [])
    assert waiting.scheduled_at > timezone.now() + datetime.timedelta(seconds=10)
    make_due(0)
    work()
    assert (postbox.recipients, jobs()) == ([[SOKHA.email]], [])


def test_after_ten_tries_it_rests_to_be_seen(petition, postbox):
    signature = signed(petition, SOKHA)
    postbox.answers = ["451 try again later"] * 99
    gaps = []
    for _ in range(20):
        work()
        job = mail_jobs().get()
        if job.status != "todo":
            break
        gaps.append(job.scheduled_at - timezone.now())
        make_due(0)
    signature.refresh_from_db()
    assert (job.status, postbox.tried, signature.mail_fault) == ("failed", 10, "SMTPRecipientsRefused")
    assert gaps == sorted(gaps)
    assert datetime.timedelta(hours=8) < sum(gaps, datetime.timedelta()) < datetime.timedelta(hours=10)


def test_killed_workers_mail_is_put_back_and_sent(petition, postbox):
    sign(petition, SOKHA)
    kill_worker_at_work()
    put_back()
    assert (postbox.recipients, jobs()) == ([[SOKHA.email]], [])


def test_job_at_hand_is_left_to_its_worker(petition, postbox):
    sign(petition, SOKHA)
    kill_worker_at_work()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    put_back()
    assert (postbox.mails, jobs()) == ([], [("doing", 0)])


def test_stalled_mail_whose_double_waits_keeps_no_other_from_being_put_back(petition, postbox):
    confirmed(petition, SOKHA)
    work()
    sign(petition, SOKHA)  # "already signed", of which one waits at a time
    sign(petition, DARA)
    kill_worker_at_work()
    sign(petition, SOKHA)
    make_due(60)
    postbox.recipients.clear()
    put_back()
    assert (postbox.recipients, jobs()) == ([[DARA.email]], [("todo", 0)])
    make_due(0)
    work()
    assert (postbox.recipients, jobs()) == ([[DARA.email], [SOKHA.email]], [])


def test_log_of_a_worker_names_nobody(petition, postbox, caplog):
    caplog.set_level(logging.DEBUG, logger="procrastinate")
    postbox.answers = [f"451 <{SOKHA.email}> try later", f"550 <{DARA.email}> unknown"]
    token = signed(petition, SOKHA).token
    sign(petition, DARA)
    work()
    assert "MailNotSent: SMTPRecipientsRefused" in caplog.text
    for secret in (SOKHA.email, SOKHA.name, DARA.email, "Dara.Chan", token):
        assert secret not in caplog.text


def test_withdrawn_while_it_waits_gets_no_mail(petition, postbox):
    erasure.withdraw(signature=signed(petition, SOKHA))
    work()
    assert (postbox.mails, jobs()) == ([], [])


def test_purge_is_done_by_the_queue(petition, postbox):
    signature = signed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(signed_on=timezone.localdate() - datetime.timedelta(days=15))
    with contextlib.suppress(AlreadyEnqueued):
        tasks.purge.defer(timestamp=0)
    work()
    assert Signature.objects.count() == 0


def test_signing_again_queues_one_mail_at_a_time(petition):
    for _ in range(4):
        sign(petition, SOKHA)
    pk = Signature.objects.get().pk
    # The first mail, and one for all that came again before it went.
    assert queued_mails() == [{"kind": mail_sending.ABOUT_SIGNING, "signature_id": pk}] * 2
