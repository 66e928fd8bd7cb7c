"""What the worker does for deliveries. One at a time, however many are asked for: mails never wait for a book."""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from signatures.delivery import stages

# A worker that is told to stop leaves a build where it is; the next worker goes on with it.
GO_ON = RetryStrategy(retry_exceptions=[JobAborted], wait=1)
ONE_AT_A_TIME = "delivery"


@app.task(queue="delivery", lock=ONE_AT_A_TIME)
def freeze_delivery(*, delivery_id: int, by_id: int, language: str) -> None:
    stages.freeze_planned(delivery_id=delivery_id, by_id=by_id, language=language)


@app.task(queue="delivery", lock=ONE_AT_A_TIME, retry=GO_ON, pass_context=True)
def build_delivery(context: JobContext, *, delivery_id: int, language: str) -> None:
    finished = stages.build_frozen(delivery_id=delivery_id, language=language, should_stop=context.should_abort)
    if not finished:
        raise JobAborted
