"""A mailing and the reminder against themselves and against signers, at one moment."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.utils import timezone

from petition.models import AuditEntry
from signatures import erasure, mailing, mailing_sending, queries, reminding, signing
from signatures.mailing import NotNow
from signatures.models import Mailing, MailingRecipient
from tests.mailings import numbers, readers, started
from tests.people import MAILING_DAYS, NETWORK_DAYS, create_petition, create_update, made_old, person, sign, signed
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mails(settings, tmp_path):
    """Where each mail that goes is a file."""
    settings.EMAIL_BACKEND, settings.MAIL_DIR, settings.MAILING_RATE = "petition.eml.EmailBackend", tmp_path / "mail", 0
    return settings.MAIL_DIR


@pytest.fixture
def petition():
    return create_petition(reminds_unconfirmed=True)


@pytest.fixture
def chenda():
    return User.objects.create_user("chenda")


def test_update_started_by_many_at_once_is_started_by_one(petition, chenda):
    readers(petition, 3)
    update = create_update(petition)
    done = together([lambda: mailing.start(update=update, by=chenda)] * 8)
    assert [type(result) for result in done if not isinstance(result, Mailing)] == [NotNow] * 7
    assert (Mailing.objects.count(), AuditEntry.objects.count(), MailingRecipient.objects.count()) == (1, 1, 3)


def test_many_who_claim_at_once_claim_each_recipient_once(petition, chenda):
    readers(petition, 20)
    row = started(petition, chenda)
    claims = together([lambda: mailing_sending.claim_next(mailing=row, without=[])] * 24)
    taken = [claim.recipient_id for claim in claims if claim]
    assert (len(taken), len(set(taken)), numbers(row)) == (20, 20, {"total": 20, "unknown": 20})


def test_batches_side_by_side_send_each_reader_one(petition, chenda, mails):
    readers(petition, 20)
    row = started(petition, chenda)
    together([lambda: mailing_sending.send_batch(mailing_id=row.pk)] * 4)
    assert (len(list(mails.iterdir())), numbers(row)) == (20, {"total": 20, "sent": 20})


def test_stop_against_a_batch_leaves_true_numbers(petition, chenda, mails):
    readers(petition, 20)
    row = started(petition, chenda)
    together([lambda: mailing_sending.send_batch(mailing_id=row.pk), lambda: mailing.cancel(mailing=row, by=chenda)])
    row.refresh_from_db()
    assert (row.state, row.sent + row.remaining) in [("cancelled", 20), ("sent", 20)]
    assert row.recipients.filter(state="sent").count() == row.sent


def test_withdrawals_while_it_is_sent_take_everybody_out(petition, chenda, mails):
    rows = readers(petition, 12)
    row = started(petition, chenda)
    acts = [lambda one=one: erasure.withdraw(signature=one) for one in rows]
    acts[3:3] = [lambda: mailing_sending.send_batch(mailing_id=row.pk)]
    assert [result for result in together(acts) if isinstance(result, Exception)] == []
    mailing_sending.send_batch(mailing_id=row.pk)
    row.refresh_from_db()
    assert (row.sent + row.skipped, row.recipients.filter(signature__isnull=False).count()) == (12, 0)


def test_purge_and_who_withdraws_never_wait_in_a_circle(petition, chenda):
    (reader,) = readers(petition, 1)
    made_old(reader, NETWORK_DAYS + 1)
    mailing.cancel(mailing=started(petition, chenda), by=chenda)
    Mailing.objects.update(finished_at=timezone.now() - datetime.timedelta(days=MAILING_DAYS + 1))

    def purge():
        try:
            return erasure.purge()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        # As far as a withdrawal that has come half of its way.
        MailingRecipient.objects.filter(signature=reader).update(signature=None)
        purged = thread.submit(purge).result(timeout=60)
        erasure.withdraw(signature=reader)
    assert (purged.networks, purged.mailing_recipients) == (1, 0)
    assert erasure.purge().mailing_recipients == 1


def test_start_keeps_no_signer_waiting(petition, chenda):
    """While the recipients of a whole petition are chosen, its signers sign again, change their choice and withdraw."""
    one, another, third = readers(petition, 3)
    choice = {"visibility": "count", "public_name": "", "comment": "", "wants_updates": False}
    acts = [
        lambda: sign(petition, person(1)),
        lambda: signing.choose(signature=another, **choice),
        lambda: erasure.withdraw(signature=third),
    ]

    def act(number):
        try:
            return acts[number]()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads, transaction.atomic():
        started(petition, chenda)
        done = [threads.submit(act, number) for number in range(3)]
        assert [future.result(timeout=10) for future in done] == [None, True, True]
    assert queries.count_news_readers(petition) == 1
    assert one.pk


def test_reminder_by_many_at_once_goes_once(petition, mails):
    signature = made_old(signed(petition, person(1)), queries.REMINDER_DAYS)
    together([lambda: reminding.remind(signature_id=signature.pk)] * 8)
    assert len(list(mails.iterdir())) == 1
