"""What the worker does. An id comes in, a verb is called; each is safe to run twice."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate import JobContext, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Job, JobDeferrer, Status

from petition import approvals, fallback, switches
from petition.models import Approval
from signatures import asked_erasure, erasure, flags, mail_sending, mailing_sending, reminding, sweeps_running, trends
from signatures.models import Mailing, Sweep

# Ten tries over more than eight hours: after 18 s, 24 s, 42 s, 96 s … up to 5 h 28 min. procrastinate counts the tries
# after the first.
# What is held waits until then, which is for ever; release_held_mail lets it go.
HELD_UNTIL = datetime.datetime(3000, 1, 1, tzinfo=datetime.UTC)


class Retries(RetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, mail_sending.MailHeld):
            return RetryDecision(retry_at=HELD_UNTIL)
        return super().get_retry_decision(exception=exception, job=job)


RETRIES = Retries(max_attempts=mail_sending.TRIES - 1, exponential_wait=3, wait=15)
RELEASE_HELD_MAIL = (Path(__file__).parent / "sql" / "release_held_mail.sql").read_text(encoding="utf-8")
STALLED_AFTER = 60  # seconds without a heartbeat: the worker was killed


@app.task(queue="mail", retry=RETRIES, pass_context=True)
def send_mail(context: JobContext, *, kind: str, signature_id: int) -> None:
    mail_sending.send(kind=kind, signature_id=signature_id, tries_before=context.job.attempts)


@app.task(queue="mail", retry=RETRIES, pass_context=True)
def erase_asked(context: JobContext, *, request_id: int) -> None:
    asked_erasure.erase(request_id=request_id, tries_before=context.job.attempts)


def release_held_mail() -> None:
    """Let go what was held, in its order; that it was held was no try."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE_HELD_MAIL, {"held_until": HELD_UNTIL})


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="look_after_held_mail")
def look_after_held_mail(timestamp: int) -> None:
    """A mail that was being held at the moment in which all were let go."""
    if not switches.read().hold_mail:
        release_held_mail()


@app.periodic(cron="*/10 * * * *")
@app.task(queue="house", queueing_lock="write_copies")
def write_copies(timestamp: int) -> None:
    fallback.write()


# One batch at a time over all mailings and workers: they share one account and its rate. Whatever else waits, such as a
# mail to confirm, goes first.
@app.task(queue="mailing", lock="mailing", priority=-1)
def send_mailing(*, mailing_id: int) -> None:
    go_on_at = mailing_sending.send_batch(mailing_id=mailing_id)
    if go_on_at:
        queue_mailing(mailing_id, go_on_at)


def queue_mailing(mailing_id: int, at: datetime.datetime | None = None) -> None:
    """Let the worker go on with a mailing. Asked twice before it does, it does it once."""
    _queue_once(send_mailing.configure(queueing_lock=f"mailing-{mailing_id}", schedule_at=at), mailing_id=mailing_id)


def _queue_once(deferrer: JobDeferrer, **arguments: Any) -> None:
    try:
        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        pass


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="look_after_mailings")
def look_after_mailings(timestamp: int) -> None:
    """A mailing goes on whatever was killed, and when its mail server has had its rest."""
    for mailing_id in Mailing.objects.filter(state=Mailing.State.SENDING).order_by("pk").values_list("pk", flat=True):
        queue_mailing(mailing_id)


# One at a time over all sweeps and workers: side by side they would only wait for each other's counts.
@app.task(queue="sweep", lock="sweep", priority=-1)
def sweep(*, sweep_id: int) -> None:
    if sweeps_running.go_on(sweep_id=sweep_id):
        queue_sweep(sweep_id)


def queue_sweep(sweep_id: int) -> None:
    """Let the worker go on with a sweep. Asked twice before it does, it does it once."""
    _queue_once(sweep.configure(queueing_lock=f"sweep-{sweep_id}"), sweep_id=sweep_id)


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="look_after_sweeps")
def look_after_sweeps(timestamp: int) -> None:
    """A sweep goes on whatever was killed."""
    sweeps_running.clear_up()
    for sweep_id in Sweep.objects.filter(state__in=Sweep.AT_WORK).order_by("pk").values_list("pk", flat=True):
        queue_sweep(sweep_id)


@app.task(queue="mail", retry=RETRIES)
def send_test(*, update_id: int, user_id: int, language: str) -> None:
    mail_sending.send_test(update_id=update_id, user_id=user_id, language=language)


@app.task(queue="mail", retry=RETRIES)
def send_request(*, approval_id: int, user_id: int) -> None:
    mail_sending.send_request(approval_id=approval_id, user_id=user_id)


def tell_who_may_allow(approval: Approval) -> None:
    """A mail to each who could allow a new request and has an address."""
    others = approvals.who_may_allow(approvals.kinds[approval.kind]).exclude(pk=approval.asked_by_id)
    for user in others.exclude(email=""):
        send_request.defer(approval_id=approval.pk, user_id=user.pk)


@app.task(queue="mailing", priority=-1)
def send_reminder(*, signature_id: int) -> None:
    reminding.remind(signature_id=signature_id)


@app.periodic(cron="41 * * * *")
@app.task(queue="house", queueing_lock="remind")
def remind(timestamp: int) -> None:
    """Spread at the rate of a mailing."""
    now = timezone.now()
    for place, signature_id in enumerate(reminding.due()):
        at = now + place * mailing_sending.gap()
        _queue_once(
            send_reminder.configure(queueing_lock=f"reminder-{signature_id}", schedule_at=at), signature_id=signature_id
        )


@app.periodic(cron="* * * * *")
@app.task(queue="house", pass_context=True, queueing_lock="put_back_stalled")
async def put_back_stalled(context: JobContext, timestamp: int) -> None:
    """A worker that was killed leaves its job marked as being done: put it back into the queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # Another one with its queueing lock waits already, and will do the same.
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)


@app.periodic(cron="17 * * * *")
@app.task(queue="house", queueing_lock="purge")
def purge(timestamp: int) -> None:
    erasure.purge()


@app.periodic(cron="0 * * * *")
@app.task(queue="house", queueing_lock="look_at_the_hour")
def look_at_the_hour(timestamp: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        for user_id in trends.write_hour(now=now):
            send_alarm.defer(user_id=user_id, hour=trends.last_whole_hour(now).isoformat())


@app.task(queue="mail", retry=RETRIES)
def send_alarm(*, user_id: int, hour: str) -> None:
    trends.tell(user_id=user_id, hour=datetime.datetime.fromisoformat(hour))


@app.task(queue="house")
def flag_waiting() -> None:
    flags.flag_waiting()


def queue_flagging() -> None:
    """Let the worker look anew at the words that wait, when no process takes words in by the old list any more."""
    at = timezone.now() + datetime.timedelta(seconds=2 * flags.SECONDS)
    _queue_once(flag_waiting.configure(queueing_lock="flag_waiting", schedule_at=at))
