"""What the worker does. An id comes in, a verb is called; each is safe to run twice."""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from signatures import erasure, mail_sending

# Ten tries over more than eight hours: after 18 s, 24 s, 42 s, 96 s … up to 5 h 28 min. procrastinate counts the tries
# after the first.
RETRIES = RetryStrategy(max_attempts=mail_sending.TRIES - 1, exponential_wait=3, wait=15)
STALLED_AFTER = 60  # seconds without a heartbeat: the worker was killed


@app.task(queue="mail", retry=RETRIES, pass_context=True)
def send_mail(context: JobContext, *, kind: str, signature_id: int) -> None:
    mail_sending.send(kind=kind, signature_id=signature_id, tries_before=context.job.attempts)


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
