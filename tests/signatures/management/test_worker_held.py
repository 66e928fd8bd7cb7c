"""All mail is held and let go again, with the worker as a process of its own."""

import pytest
from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob

from petition import switches
from petition.models import Switch
from signatures import tasks
from tests.people import create_petition, person, sign, signed
from tests.processes import manage, running
from tests.signatures.management.test_worker import SECONDS, smtp, until

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = [person(number) for number in range(6)]


@pytest.fixture
def petition():
    return create_petition()


def turn(on):
    by, _made = User.objects.get_or_create(username="chenda")
    switches.turn(name="hold_mail", on=on, why="storm", by=by)


def held():
    return ProcrastinateJob.objects.filter(queue_name="mail", status="todo", scheduled_at=tasks.HELD_UNTIL).count()


def got(postbox):
    return [recipient for recipients in postbox.recipients for recipient in recipients]


def test_mail_that_is_held_is_lost_by_nobody_and_goes_in_its_order(petition, postbox):
    turn(on=True)
    for who in PEOPLE:
        sign(petition, who)
    assert manage("worker", "--once", EMAIL_URL=smtp(postbox)).returncode == 0
    assert (got(postbox), held()) == ([], len(PEOPLE))

    turn(on=False)
    assert manage("worker", "--once", "--concurrency", "4", EMAIL_URL=smtp(postbox)).returncode == 0

    assert sorted(got(postbox)) == sorted(who.email for who in PEOPLE)
    assert not ProcrastinateJob.objects.filter(queue_name="mail").exists()


def test_order_of_the_queue_is_that_of_signing(petition):
    turn(on=True)
    rows = [signed(petition, who) for who in PEOPLE]
    manage("worker", "--once")
    turn(on=False)

    jobs = ProcrastinateJob.objects.filter(queue_name="mail", status="todo").order_by("id")
    assert [job.args["signature_id"] for job in jobs] == [row.pk for row in rows]
    assert {(job.scheduled_at, job.attempts) for job in jobs} == {(None, 0)}


def test_worker_that_is_killed_while_all_is_held_loses_none(petition, postbox):
    turn(on=True)
    for who in PEOPLE:
        sign(petition, who)
    with running("manage.py", "worker", EMAIL_URL=smtp(postbox)) as worker:
        until(lambda: held() > 0)
        worker.kill()
        worker.wait(SECONDS)
    assert got(postbox) == []

    turn(on=False)
    # What the killed one had in its hands is put back by the next, as ever.
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == len(PEOPLE)


def test_running_worker_stops_and_goes_on_within_seconds(petition, postbox):
    with running("manage.py", "worker", EMAIL_URL=smtp(postbox)):
        sign(petition, PEOPLE[0])
        until(lambda: len(got(postbox)) == 1)
        turn(on=True)
        sign(petition, PEOPLE[1])
        until(lambda: held() == 1)
        turn(on=False)
        until(lambda: len(got(postbox)) == 2)
    assert got(postbox) == [PEOPLE[0].email, PEOPLE[1].email]


def test_mail_that_was_being_held_when_all_were_let_go_goes_a_minute_later(petition):
    turn(on=True)
    sign(petition, PEOPLE[0])
    manage("worker", "--once")
    Switch.objects.all().delete()  # as if it was turned off before the mail was marked
    assert held() == 1

    tasks.look_after_held_mail(timestamp=0)

    assert held() == 0
