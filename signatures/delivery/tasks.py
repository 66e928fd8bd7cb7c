"""What staff ask of the worker, and what it then does. One delivery at a time: mails never wait for a book."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from petition import approvals, audit
from signatures.delivery import embargo, second_person, stages
from signatures.delivery.models import Delivery, State
from signatures.delivery.problems import NotNow

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


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="start_due_mailings")
def start_due_mailings(timestamp: int) -> None:
    embargo.start_due_mailings()


@transaction.atomic
def request_freeze(*, delivery: Delivery, by: User) -> None:
    """Let the worker freeze a planned delivery whose letters a second person has approved as they stand. Asking twice
    freezes once."""
    taken = Delivery.objects.filter(pk=delivery.pk, state=State.PLANNED)
    if not taken.update(step=stages.FREEZING, done=0, total=0, fault=""):
        raise NotNow(_("Only a planned delivery can be frozen."))
    if second_person.letters_approval(delivery) is None:
        raise NotNow(second_person.NOT_APPROVED)
    freeze_delivery.defer(delivery_id=delivery.pk, by_id=by.pk, language=get_language() or "en")


@transaction.atomic
def request_build(*, delivery: Delivery, by: User) -> None:
    """Let the worker make the packets of a frozen delivery, where a second person has allowed it. Of two requests at
    once, one is refused."""
    taken = Delivery.objects.filter(pk=delivery.pk, state=State.FROZEN)
    if not taken.update(state=State.BUILDING, step=stages.WAITING, done=0, total=0, fault=""):
        raise NotNow(_("Only a frozen delivery that is not being built can be built."))
    approvals.use(kind=second_person.BUILD, target=delivery, by=by)
    audit.record(by=by, act="build", target=delivery)
    build_delivery.defer(delivery_id=delivery.pk, language=get_language() or "en")
