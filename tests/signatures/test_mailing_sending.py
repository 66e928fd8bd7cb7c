"""A mailing over real SMTP: each of its readers gets it once or not at all, whatever the server does."""

import datetime

import pytest
from django.utils import timezone

from petition.models import AuditEntry, Petition, Update
from signatures import erasure, mailing, mailing_sending, moderation, queries, signing
from signatures.models import Mailing, MailingRecipient, Signature
from tests.mailings import numbers, readers, send, started, states
from tests.people import MAILING_DAYS, create_petition, create_staff, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_fast_as_it_goes(settings):
    settings.MAILING_RATE = 0


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return create_staff("chenda")


def address(number):
    return person(number).email


def got(postbox):
    return sorted(recipients[0] for recipients in postbox.recipients)


def addresses(*numbers_of_people):
    return sorted(address(number) for number in numbers_of_people)


def test_each_reader_gets_it_once_over_one_connection(petition, chenda, postbox):
    readers(petition, 3)
    row = send(started(petition, chenda))
    assert (got(postbox), postbox.lines) == (addresses(1, 2, 3), 1)
    assert (row.state, numbers(row), states(row)) == ("sent", {"total": 3, "sent": 3}, {"sent": 3})
    assert row.finished_at is not None


def test_what_was_sent_is_not_sent_again(petition, chenda, postbox):
    readers(petition, 2)
    row = send(started(petition, chenda), batches=3)
    Mailing.objects.filter(pk=row.pk).update(state="sending", finished_at=None)
    send(row)
    assert got(postbox) == addresses(1, 2)


def test_without_a_mail_server_each_is_a_file(petition, chenda, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "petition.eml.EmailBackend", tmp_path / "mail"
    readers(petition, 2)
    assert numbers(send(started(petition, chenda))) == {"total": 2, "sent": 2}
    assert len(list(settings.MAIL_DIR.iterdir())) == 2


# -- who is left out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda row, by: erasure.withdraw(signature=row),
        lambda row, by: signing.unsubscribe(signature=row),
        lambda row, by: moderation.hold(ids=[row.pk], reason="fraud", by=by),
        lambda row, by: Signature.objects.filter(pk=row.pk).update(mail_fault="SMTPRecipientsRefused"),
        lambda row, by: row.delete(),
    ],
)
def test_who_goes_before_their_turn_is_left_out(petition, chenda, postbox, change):
    one, _another = readers(petition, 2)
    row = started(petition, chenda)
    change(one, chenda)
    assert numbers(send(row)) == {"total": 2, "sent": 1, "skipped": 1}
    assert got(postbox) == addresses(2)
    assert not row.recipients.filter(state="skipped", signature__isnull=False).exists()


# -- what stops it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stop", "state"), [(mailing.pause, "paused"), (mailing.cancel, "cancelled")])
def test_nothing_is_sent_when_it_was_stopped(petition, chenda, postbox, stop, state):
    readers(petition, 2)
    row = started(petition, chenda)
    stop(mailing=row, by=chenda)
    assert (send(row).state, postbox.mails, numbers(row)) == (state, [], {"total": 2, "remaining": 2})


@pytest.mark.parametrize(("stop", "state"), [(mailing.pause, "paused"), (mailing.cancel, "cancelled")])
def test_stop_in_the_middle_of_a_batch_is_seen_at_the_next_mail(petition, chenda, postbox, stop, state):
    readers(petition, 3)
    row = started(petition, chenda)
    claim = mailing_sending.claim_next(mailing=row, without=[])
    stop(mailing=row, by=chenda)
    assert mailing_sending.claim_next(mailing=row, without=[]) is None
    mailing_sending.mark(claim=claim, mailing=row, state=MailingRecipient.State.SENT)
    assert (send(row).state, numbers(row)) == (state, {"total": 3, "sent": 1, "remaining": 2})


def test_paused_one_goes_on_where_it_stopped(petition, chenda, postbox):
    readers(petition, 3)
    row = started(petition, chenda)
    claim = mailing_sending.claim_next(mailing=row, without=[])
    mailing_sending.mark(claim=claim, mailing=row, state=MailingRecipient.State.SENT)
    mailing.pause(mailing=row, by=chenda)
    mailing.resume(mailing=row, by=chenda)
    assert (send(row).state, len(postbox.mails)) == ("sent", 2)


@pytest.mark.parametrize(
    "take_off",
    [lambda: Update.objects.update(is_published=False), lambda: Petition.objects.update(state="removed")],
    ids=["unpublished", "taken down"],
)
def test_update_taken_off_the_site_pauses_its_mailing(petition, chenda, postbox, take_off):
    readers(petition, 1)
    row = started(petition, chenda)
    take_off()
    assert (send(row).state, row.fault, postbox.mails) == ("paused", "unpublished", [])
    last = AuditEntry.objects.first()
    assert (last.by, last.act, last.detail) == ("system", "pause", {"reason": "unpublished"})


# -- the rate ------------------------------------------------------------------------------------------------------


def next_in(row):
    row.refresh_from_db()
    return round((row.next_at - timezone.now()).total_seconds())


def test_next_mail_waits_as_the_rate_says_whoever_sends_it(petition, chenda, postbox, settings):
    settings.MAILING_RATE = 2
    readers(petition, 3)
    row = started(petition, chenda)
    go_on_at = mailing_sending.send_batch(mailing_id=row.pk)
    assert (len(postbox.mails), next_in(row)) == (1, 30)
    assert round((go_on_at - timezone.now()).total_seconds()) == 30
    mailing_sending.send_batch(mailing_id=row.pk)  # another worker, or this one started anew
    assert len(postbox.mails) == 1


def test_two_mailings_share_the_rate(petition, chenda, postbox, settings):
    settings.MAILING_RATE = 2
    readers(petition, 2)
    one, another = started(petition, chenda), started(petition, chenda, slug="more")
    mailing_sending.send_batch(mailing_id=one.pk)
    mailing_sending.send_batch(mailing_id=another.pk)
    assert len(postbox.mails) == 1


def test_pause_and_resume_do_not_outrun_the_rate(petition, chenda, postbox, settings):
    settings.MAILING_RATE = 2
    readers(petition, 2)
    row = started(petition, chenda)
    mailing_sending.send_batch(mailing_id=row.pk)
    mailing.pause(mailing=row, by=chenda)
    mailing.resume(mailing=row, by=chenda)
    assert next_in(row) == 30


# -- what the server refuses ---------------------------------------------------------------------------------------


def test_mailbox_that_is_not_there_is_marked_and_the_others_get_theirs(petition, chenda, postbox):
    postbox.answers = ["550 no such user"]
    readers(petition, 3)
    row = send(started(petition, chenda))
    assert (row.state, numbers(row)) == ("sent", {"total": 3, "sent": 2, "failed": 1})
    failed = row.recipients.get(state="failed").signature
    assert failed.mail_fault == "SMTPRecipientsRefused"
    assert queries.count_news_readers(petition) == 2


def test_server_that_asks_to_come_again_is_asked_again_after_a_rest(petition, chenda, postbox):
    postbox.answers = ["450 greylisted, come back in five minutes"]
    readers(petition, 2)
    row = send(started(petition, chenda))
    assert (len(postbox.mails), next_in(row), numbers(row)) == (1, 60, {"total": 2, "sent": 1, "remaining": 1})
    send(row)
    assert (row.state, got(postbox)) == ("sent", addresses(1, 2))


def test_what_was_refused_once_more_waits_behind_all_others(petition, chenda, postbox):
    postbox.answers = ["450 later"] * 3
    readers(petition, 4)
    row = send(started(petition, chenda))
    assert (postbox.tried, postbox.mails) == (3, [])  # three in a row are no matter of one mailbox
    send(row)
    assert (postbox.tried, len(postbox.mails)) == (7, 4)


def test_after_the_last_try_one_has_failed_and_its_mailbox_is_not_marked(petition, chenda, postbox):
    postbox.answers = ["450 later"] * 99
    (one,) = readers(petition, 1)
    row = send(started(petition, chenda), batches=mailing_sending.TRIES + 1)
    one.refresh_from_db()
    assert (postbox.tried, row.state, numbers(row)) == (mailing_sending.TRIES, "sent", {"total": 1, "failed": 1})
    assert one.mail_fault == ""


def test_server_that_refuses_everybody_is_not_believed(petition, chenda, postbox):
    postbox.answers = ["550 no"] * 99
    readers(petition, 12)
    row = send(started(petition, chenda), batches=3)
    assert (row.state, row.fault, numbers(row)) == (
        "paused",
        "all refused",
        {"total": 12, "failed": 10, "remaining": 2},
    )
    postbox.answers = ["550 no"]
    mailing.resume(mailing=row, by=chenda)
    assert numbers(send(row)) == {"total": 12, "sent": 1, "failed": 11}


def test_refusal_of_what_we_may_send_marks_no_mailbox(petition, chenda, postbox):
    postbox.answers = ["550 5.7.1 this account may not send"]
    readers(petition, 1)
    row = send(started(petition, chenda))
    assert (numbers(row), queries.count_news_readers(petition)) == ({"total": 1, "remaining": 1}, 1)


def test_refused_text_is_no_fault_of_the_mailbox(petition, chenda, postbox):
    postbox.data_answers = ["554 looks like spam"]
    (one,) = readers(petition, 1)
    row = send(started(petition, chenda))
    one.refresh_from_db()
    assert (numbers(row), row.fault, one.mail_fault) == ({"total": 1, "remaining": 1}, "SMTPDataError", "")


# -- what breaks ---------------------------------------------------------------------------------------------------


def test_server_that_is_down_loses_nobody_and_is_left_alone_for_longer_each_time(petition, chenda, no_server):
    readers(petition, 2)
    row = started(petition, chenda)
    rests = []
    for _ in range(8):
        send(row)
        rests.append(next_in(row))
    assert rests == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert (row.state, row.fault, states(row)) == ("sending", "ConnectionRefusedError", {"waiting": 2})
    assert set(row.recipients.values_list("tries", flat=True)) == {0}


def test_server_that_comes_back_is_forgiven(petition, chenda, postbox, settings):
    readers(petition, 1)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    row = send(started(petition, chenda), batches=2)
    settings.EMAIL_PORT = port
    send(row, batches=2)
    assert (row.state, row.faults, row.fault) == ("sent", 0, "")


def test_resting_server_is_not_asked(petition, chenda, postbox):
    readers(petition, 1)
    row = started(petition, chenda)
    Mailing.objects.update(next_at=timezone.now() + datetime.timedelta(minutes=30))
    assert mailing_sending.send_batch(mailing_id=row.pk) is None
    assert (postbox.lines, states(row)) == (0, {"waiting": 1})


def test_line_that_breaks_before_the_text_loses_nobody(petition, chenda, postbox):
    postbox.cuts = {"RCPT": 2}
    readers(petition, 4)
    row = send(started(petition, chenda), batches=3)
    assert (row.state, numbers(row)) == ("sent", {"total": 4, "sent": 4})
    assert got(postbox) == addresses(1, 2, 3, 4)


def test_line_that_breaks_within_the_text_leaves_one_unknown_who_gets_no_second(petition, chenda, postbox):
    postbox.cuts = {"DATA": 2}
    readers(petition, 4)
    row = send(started(petition, chenda), batches=3)
    assert (row.state, numbers(row)) == ("sent", {"total": 4, "sent": 3, "unknown": 1})
    assert (len(set(got(postbox))), len(got(postbox)), postbox.tried) == (3, 3, 4)


def test_worker_without_the_key_claims_nobody_for_good(petition, chenda, postbox, settings):
    readers(petition, 1)
    settings.MAIL_PRIVATE_KEY = ""
    row = send(started(petition, chenda))
    assert (states(row), row.fault, postbox.mails) == ({"waiting": 1}, "KeyProblem", [])


def test_claim_that_nobody_marked_is_never_taken_again(petition, chenda, postbox):
    readers(petition, 2)
    row = started(petition, chenda)
    mailing_sending.claim_next(mailing=row, without=[])  # and then its worker was killed
    assert numbers(send(row, batches=3)) == {"total": 2, "sent": 1, "unknown": 1}
    assert (row.state, len(postbox.mails)) == ("sent", 1)


def test_late_mark_changes_nothing(petition, chenda, postbox):
    readers(petition, 1)
    row = started(petition, chenda)
    claim = mailing_sending.claim_next(mailing=row, without=[])
    for _ in range(2):
        mailing_sending.mark(claim=claim, mailing=row, state=MailingRecipient.State.SENT)
    mailing_sending.put_back(claim=claim, mailing=row, fault=OSError())
    assert numbers(row) == {"total": 1, "sent": 1}


# -- and afterwards ------------------------------------------------------------------------------------------------


def test_whom_it_was_for_is_forgotten_some_days_after_its_end(petition, chenda, postbox):
    readers(petition, 2)
    row, going = send(started(petition, chenda)), started(petition, chenda, slug="going")
    assert erasure.purge().mailing_recipients == 0
    long_ago = timezone.now() - datetime.timedelta(days=MAILING_DAYS + 1)
    Mailing.objects.filter(pk=row.pk).update(finished_at=long_ago)
    assert erasure.purge(dry_run=True).mailing_recipients == 2
    assert erasure.purge().mailing_recipients == 2
    assert (numbers(row), states(going)) == ({"total": 2, "sent": 2}, {"waiting": 2})
