"""The one reminder: who gets it, when, and that there is never a second."""

import datetime

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.models import Petition
from signatures import erasure, queries, reminding, signing, tasks
from signatures.models import Signature
from tests.people import PENDING_DAYS, SOKHA, confirmed, create_petition, made_old, person, rows_of, sign, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition(reminds_unconfirmed=True)


def old(petition, days=queries.REMINDER_DAYS, who=SOKHA):
    return made_old(signed(petition, who), days)


def remind_all():
    for signature_id in reminding.due():
        reminding.remind(signature_id=signature_id)


def test_who_has_not_confirmed_is_reminded_with_the_same_link(petition, postbox, settings):
    signature = old(petition)
    remind_all()
    assert postbox.recipients == [[SOKHA.email]]
    link = f"{settings.SITE_URL}/km/s/{signature.token}/"
    assert link in postbox.mails[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("days", "is_reminded"),
    [
        (queries.REMINDER_DAYS - 1, False),
        (queries.REMINDER_DAYS, True),
        (PENDING_DAYS - 1, True),
        (PENDING_DAYS, False),  # its link ends today
    ],
)
def test_reminder_comes_three_days_after_and_while_its_link_works(petition, days, is_reminded):
    signature = old(petition, days)
    assert reminding.due() == ([signature.pk] if is_reminded else [])


def test_nobody_is_reminded_of_a_petition_that_did_not_choose_so(postbox):
    old(create_petition())
    remind_all()
    assert postbox.mails == []


@pytest.mark.parametrize(
    "changes",
    [
        *({"state": state} for state in ("draft", "paused", "closed", "removed")),
        {"closes_on": timezone.localdate() - datetime.timedelta(days=1)},
        {"opened_on": timezone.localdate() + datetime.timedelta(days=1)},
    ],
)
def test_nobody_is_reminded_of_what_can_not_be_signed_now(petition, changes):
    old(petition)
    Petition.objects.update(**changes)
    assert reminding.due() == []


def test_who_confirmed_or_took_it_back_is_not_reminded(petition):
    signing.confirm(signature=signed(petition, person(1)))
    Signature.objects.update(signed_on=datetime.date(2017, 10, 23))
    erasure.reject(signature=old(petition))
    assert reminding.due() == []


def test_mailbox_that_failed_is_not_reminded(petition):
    Signature.objects.filter(pk=old(petition).pk).update(mail_fault="SMTPRecipientsRefused")
    assert reminding.due() == []


# -- never a second ------------------------------------------------------------------------------------------------


def test_reminded_once_however_often_it_is_asked(petition, postbox):
    signature = old(petition)
    for _ in range(3):
        reminding.remind(signature_id=signature.pk)
        remind_all()
    assert len(postbox.mails) == 1


def test_who_signs_again_gets_no_second(petition, postbox):
    signature = old(petition)
    remind_all()
    sign(petition, SOKHA)
    made_old(signature, queries.REMINDER_DAYS)
    remind_all()
    assert (len(rows_of(petition, SOKHA)), len(postbox.mails)) == (1, 1)


def test_three_days_begin_anew_for_who_signs_again(petition):
    old(petition)
    sign(petition, SOKHA)
    assert reminding.due() == []


def test_job_of_a_worker_that_was_killed_while_it_sent_sends_no_second(petition, postbox):
    signature = old(petition)
    Signature.objects.update(reminded_on=datetime.date(2017, 10, 26))  # claimed, and then the kill
    reminding.remind(signature_id=signature.pk)
    assert postbox.mails == []


def test_confirmed_while_the_reminder_waits_gets_none(petition, postbox):
    signature = old(petition)
    signing.confirm(signature=signature)
    reminding.remind(signature_id=signature.pk)
    assert postbox.mails == []


def test_line_that_breaks_within_the_text_is_not_tried_again(petition, postbox):
    postbox.cuts = {"DATA": 1}
    old(petition)
    remind_all()
    remind_all()
    assert (postbox.tried, postbox.mails) == (1, [])


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_server_that_is_down_leaves_it_due(petition, no_server):
    signature = old(petition)
    remind_all()
    assert reminding.due() == [signature.pk]


def test_server_that_asks_to_come_again_is_asked_an_hour_later(petition, postbox):
    postbox.answers = ["450 later"]
    old(petition)
    remind_all()
    remind_all()
    assert (postbox.tried, len(postbox.mails)) == (2, 1)


def test_mailbox_that_is_not_there_is_marked(petition, postbox):
    postbox.answers = ["550 no such user"]
    signature = old(petition)
    remind_all()
    signature.refresh_from_db()
    assert (signature.mail_fault, reminding.due()) == ("SMTPRecipientsRefused", [])


def test_withdrawal_erases_that_there_was_a_reminder(petition, postbox):
    signature = old(petition)
    remind_all()
    erasure.reject(signature=signature)
    assert Signature.objects.get().reminded_on is None


# -- the queue -----------------------------------------------------------------------------------------------------


def test_each_hour_queues_those_who_are_due_once_and_spread_at_the_rate(petition, settings):
    settings.MAILING_RATE = 2
    rows = [old(petition, who=person(number)) for number in (1, 2)]
    confirmed(petition, person(3))
    for _ in range(2):
        tasks.remind(timestamp=0)
    jobs = list(ProcrastinateJob.objects.filter(queue_name="mailing").order_by("id"))
    assert [job.args for job in jobs] == [{"signature_id": row.pk} for row in rows]
    assert (jobs[1].scheduled_at - jobs[0].scheduled_at).total_seconds() == 30
