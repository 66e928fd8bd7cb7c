"""What the switches for the bad hour do to signatures and mails."""

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from petition import switches
from petition.models.switch import Name
from signatures import mail_sending, mailing, mailing_sending, moderation, queries, reminding, signing, tasks
from signatures.choices import Reason, State
from signatures.models import Mailing, MailingRecipient
from tests.people import (
    DARA,
    MARIE,
    SOKHA,
    confirmed,
    create_petition,
    create_staff,
    create_update,
    form,
    made_old,
    rows_of,
    sign,
    signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def turn():
    by = create_staff("chenda")
    return lambda name, on=True: switches.turn(name=name, on=on, why="storm", by=by)


# -- signing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "words"), [("en", "Signing is paused"), ("km", "ផ្អាក")])
def test_while_signing_is_paused_the_page_says_so_and_nothing_is_taken(client, petition, turn, lang, words):
    turn(Name.PAUSE_SIGNING)

    page = client.get(f"/{lang}/petitions/peace/").content.decode()
    answer = client.post(f"/{lang}/petitions/peace/sign/", form(SOKHA))

    assert words in page and 'name="email"' not in page
    assert (answer.status_code, words in answer.content.decode(), rows_of(petition, SOKHA)) == (410, True, [])


def test_who_signed_before_the_pause_can_still_confirm(client, petition, turn):
    signature = signed(petition, SOKHA)
    turn(Name.PAUSE_SIGNING)

    assert client.post(f"/en/s/{signature.token}/confirm/").status_code == 303
    assert queries.count(petition) == 1


def test_while_everything_is_looked_at_first_what_is_confirmed_is_held(petition, turn):
    before, during = confirmed(petition, SOKHA), signed(petition, DARA)
    turn(Name.REVIEW_EVERYTHING)

    assert signing.confirm(signature=during)

    during.refresh_from_db()
    assert (during.state, during.held_reason, queries.count(petition)) == (State.HELD, Reason.REVIEW, 1)
    before.refresh_from_db()
    assert before.state == State.CONFIRMED


def test_answer_to_who_confirms_is_the_same_while_everything_is_looked_at_first(client, petition, turn):
    first, second = signed(petition, SOKHA), signed(petition, DARA)
    plain = client.post(f"/en/s/{first.token}/confirm/")
    turn(Name.REVIEW_EVERYTHING)
    looked_at = client.post(f"/en/s/{second.token}/confirm/")

    assert (looked_at.status_code, looked_at.headers["Location"]) == (plain.status_code, plain.headers["Location"])


def test_what_is_held_so_counts_no_less_when_it_is_released_than_any_other(petition, turn):
    signature = signed(petition, SOKHA)
    turn(Name.REVIEW_EVERYTHING)
    signing.confirm(signature=signature)
    moderation.release(ids=[signature.pk], by=create_staff("vibol"))

    assert queries.count(petition) == 1


# -- mail ----------------------------------------------------------------------------------------------------------


def test_no_mail_goes_while_all_are_held(petition, turn, mailoutbox):
    signature = signed(petition, SOKHA)
    turn(Name.HOLD_MAIL)

    with pytest.raises(mail_sending.MailHeld):
        mail_sending.send(kind=mail_sending.ABOUT_SIGNING, signature_id=signature.pk, tries_before=9)

    signature.refresh_from_db()
    assert (mailoutbox, signature.mail_fault) == ([], "")


def test_held_mail_waits_for_ever_and_that_is_no_try(petition, turn):
    sign(petition, SOKHA)
    job = ProcrastinateJob.objects.get(queue_name="mail")
    decision = tasks.RETRIES.get_retry_decision(exception=mail_sending.MailHeld(), job=job)
    with connection.cursor() as cursor:  # as the worker does, which has taken it
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.pk])
        cursor.execute("SELECT procrastinate_retry_job_v1(%s, %s, NULL, NULL, NULL)", [job.pk, decision.retry_at])
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("todo", 1)

    turn(Name.HOLD_MAIL)
    turn(Name.HOLD_MAIL, on=False)

    job.refresh_from_db()
    assert (decision.retry_at, job.scheduled_at, job.attempts) == (tasks.HELD_UNTIL, None, 0)


def test_mailing_touches_nobody_while_all_mail_is_held(petition, turn):
    confirmed(petition, DARA)
    sent = mailing.start(update=create_update(petition), by=create_staff("vibol"))
    turn(Name.HOLD_MAIL)

    assert mailing_sending.send_batch(mailing_id=sent.pk) is None
    sent.refresh_from_db()
    assert (sent.state, sent.taken) == (Mailing.State.SENDING, 0)
    assert MailingRecipient.objects.get().state == MailingRecipient.State.WAITING


def test_reminder_stays_due_while_all_mail_is_held(turn, mailoutbox):
    petition = create_petition(reminds_unconfirmed=True, opened_on=timezone.localdate())
    signature = made_old(signed(petition, MARIE), days=queries.REMINDER_DAYS)
    turn(Name.HOLD_MAIL)

    reminding.remind(signature_id=signature.pk)

    assert (mailoutbox, reminding.due()) == ([], [signature.pk])
