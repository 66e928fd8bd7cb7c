"""The verbs of a mailing: who gets it, who may start it when, and what stops it."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.models import AuditEntry
from signatures import erasure, mailing, moderation, queries, signing
from signatures.mailing import NotNow
from signatures.models import Mailing, MailingRecipient, Signature
from tests.mailings import numbers, readers, send, started
from tests.people import DARA, confirmed, create_petition, create_staff, create_update, person, queued_mails, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return create_staff("chenda")


def chosen(row):
    return sorted(row.recipients.values_list("signature_id", flat=True))


def acts():
    return list(AuditEntry.objects.order_by("pk").values_list("by", "act", "target", "detail"))


# -- who gets it ---------------------------------------------------------------------------------------------------


def reader(petition, number, **changes):
    return confirmed(petition, person(number, wants_updates=True, **changes))


def test_those_who_asked_and_confirmed_get_it_and_nobody_else(petition, chenda):
    wanted = reader(petition, 1)
    confirmed(petition, person(2))  # asked for none
    signed(petition, person(3, wants_updates=True))  # has not confirmed
    erasure.withdraw(signature=reader(petition, 4))
    moderation.hold(ids=[reader(petition, 5).pk], reason="fraud", by=chenda)
    Signature.objects.filter(pk=reader(petition, 6).pk).update(mail_fault="SMTPRecipientsRefused")
    reader(create_petition("another"), 7)
    assert queries.count_news_readers(petition) == 1
    assert chosen(started(petition, chenda)) == [wanted.pk]


def test_couple_who_share_a_mailbox_get_it_once(petition, chenda):
    first = reader(petition, 1, email="family@gmail.com")
    reader(petition, 2, email="fam.ily+us@googlemail.com")
    assert queries.count_news_readers(petition) == 1
    assert chosen(started(petition, chenda)) == [first.pk]


def test_signature_from_paper_without_a_mailbox_is_no_reader(petition, chenda):
    wanted = reader(petition, 1)
    Signature.objects.filter(pk=reader(petition, 2).pk).update(
        origin="paper", sealed_email=None, mailbox_hash=None, seat=None
    )
    assert queries.count_news_readers(petition) == 1
    assert chosen(started(petition, chenda)) == [wanted.pk]


def test_who_comes_later_does_not_get_it(petition, chenda):
    readers(petition, 1)
    row = started(petition, chenda)
    reader(petition, 2)
    assert numbers(row) == {"total": 1, "remaining": 1}


COPY_READERS = """
    INSERT INTO signatures_signature (petition_id, handle, state, country, language, origin, visibility, signed_on,
        confirmed_on, sealed_email, sealed_identity, mailbox_hash, name_hash, seat, public_name, comment, review,
        review_reason, held_reason, wants_updates, mail_fault)
    SELECT petition_id, gen_random_uuid(), state, country, language, origin, visibility, signed_on, confirmed_on,
        sealed_email, sealed_identity, sha256(n::text::bytea), name_hash, seat, '', '', 'none', '', '', true, ''
    FROM signatures_signature, generate_series(1, %s) AS n WHERE petition_id = %s
"""


def test_ten_thousand_are_chosen_with_as_many_queries_as_three(petition, chenda):
    readers(petition, 3)
    with CaptureQueriesContext(connection) as few:
        started(petition, chenda)
    another = create_petition("another")
    confirmed(another, DARA._replace(wants_updates=False))
    with connection.cursor() as cursor:
        cursor.execute(COPY_READERS, [10_000, another.pk])
    with CaptureQueriesContext(connection) as many:
        row = started(another, chenda)
    assert (row.total, row.recipients.count()) == (10_000, 10_000)
    assert len(many) == len(few)


# -- starting ------------------------------------------------------------------------------------------------------


def test_start_is_recorded_and_left_to_the_worker(petition, chenda):
    readers(petition, 2)
    row = started(petition, chenda)
    assert acts() == [("chenda", "start", f"signatures.mailing:{row.pk}", {"recipients": 2})]
    job = ProcrastinateJob.objects.get(queue_name="mailing")
    assert (job.args, job.lock, job.priority) == ({"mailing_id": row.pk}, "mailing", -1)


@pytest.mark.parametrize("end", [None, mailing.pause, mailing.cancel, "sent"])
def test_update_is_started_once(petition, chenda, postbox, end):
    readers(petition, 1)
    row = started(petition, chenda)
    if end == "sent":
        send(row, batches=2)
    elif end:
        end(mailing=row, by=chenda)
    with pytest.raises(NotNow):
        mailing.start(update=row.update, by=chenda)
    assert Mailing.objects.count() == 1


@pytest.mark.parametrize(("of_petition", "of_update"), [({}, {"is_published": False}), ({"state": "draft"}, {})])
def test_what_nobody_can_read_is_not_sent(chenda, of_petition, of_update):
    petition = create_petition()
    readers(petition, 1)
    update = create_update(petition, **of_update)
    for name, value in of_petition.items():
        setattr(petition, name, value)
    petition.save(update_fields=list(of_petition))
    with pytest.raises(NotNow):
        mailing.start(update=update, by=chenda)
    assert (Mailing.objects.count(), acts()) == (0, [])


def test_mailing_to_nobody_is_none(petition, chenda):
    update = create_update(petition)
    with pytest.raises(NotNow), transaction.atomic():
        mailing.start(update=update, by=chenda)
    assert Mailing.objects.count() == 0


# -- pause, resume, cancel -----------------------------------------------------------------------------------------


def test_pause_and_resume_are_recorded(petition, chenda):
    readers(petition, 1)
    row = started(petition, chenda)
    mailing.pause(mailing=row, by=chenda)
    mailing.resume(mailing=row, by=chenda)
    row.refresh_from_db()
    assert (row.state, [act for _by, act, *_ in acts()]) == ("sending", ["start", "pause", "resume"])


def test_cancelled_stays_cancelled(petition, chenda):
    readers(petition, 1)
    row = started(petition, chenda)
    mailing.cancel(mailing=row, by=chenda)
    for act in (mailing.pause, mailing.resume, mailing.cancel):
        with pytest.raises(NotNow):
            act(mailing=row, by=chenda)
    row.refresh_from_db()
    assert (row.state, row.finished_at is not None) == ("cancelled", True)


def test_resume_goes_on_at_once_where_the_server_was_in_trouble(petition, chenda, no_server):
    readers(petition, 1)
    row = send(started(petition, chenda), batches=3)
    assert row.faults == 3
    mailing.pause(mailing=row, by=chenda)
    mailing.resume(mailing=row, by=chenda)
    row.refresh_from_db()
    assert (row.faults, row.fault) == (0, "")


# -- the test to oneself -------------------------------------------------------------------------------------------


def test_test_goes_to_who_asks_for_it_by_their_number_alone(petition, chenda):
    chenda.email = "chenda@example.org"
    update = create_update(petition, is_published=False)
    mailing.send_test(update=update, by=chenda)
    assert queued_mails() == [
        {"update_id": update.pk, "user_id": chenda.pk, "language": language} for language in ("km", "en")
    ]
    assert acts() == [("chenda", "test_mailing", f"petition.update:{update.pk}", {})]


def test_test_to_nowhere_is_refused(petition, chenda):
    with pytest.raises(NotNow):
        mailing.send_test(update=create_update(petition), by=chenda)
    assert queued_mails() == []


# -- what a signer's acts leave of it ------------------------------------------------------------------------------


def test_withdrawn_signature_is_taken_out_of_its_mailings(petition, chenda):
    one, another = readers(petition, 2)
    row = started(petition, chenda)
    erasure.withdraw(signature=one)
    assert set(row.recipients.values_list("signature_id", "state")) == {(None, "waiting"), (another.pk, "waiting")}


def test_signature_that_is_deleted_stands_in_no_ones_way(petition, chenda):
    (one,) = readers(petition, 1)
    row = started(petition, chenda)
    one.delete()
    assert chosen(row) == [None]


def test_unsubscribing_ends_the_news_for_the_whole_mailbox_under_that_petition(petition):
    ours = [reader(petition, number, email="family@example.org") for number in (1, 2)]
    others = [reader(petition, 3), reader(create_petition("another"), 4, email="family@example.org")]
    signing.unsubscribe(signature=ours[0])
    still = set(Signature.objects.filter(wants_updates=True).values_list("pk", flat=True))
    assert still == {row.pk for row in others}


def test_unsubscribing_a_signature_without_a_mailbox_touches_no_other(petition):
    rows = readers(petition, 2)
    Signature.objects.all().update(origin="paper", sealed_email=None, mailbox_hash=None, seat=None)
    rows[0].refresh_from_db()
    signing.unsubscribe(signature=rows[0])
    assert Signature.objects.get(wants_updates=True).pk == rows[1].pk


# -- what the database refuses -------------------------------------------------------------------------------------


def test_signature_stands_in_a_mailing_once(petition, chenda):
    (one,) = readers(petition, 1)
    row = started(petition, chenda)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailingRecipient.objects.create(mailing=row, signature=one)


def test_update_has_one_mailing(petition, chenda):
    readers(petition, 1)
    row = started(petition, chenda)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.create(update=row.update)


@pytest.mark.parametrize(
    "wrong",
    [
        {"taken": 2},
        {"sent": 1},
        {"taken": 1, "sent": 1, "skipped": 1},
        {"state": "sent"},
        {"state": "unheard"},
        {"finished_at": "2017-10-23T00:00:00Z"},
    ],
)
def test_numbers_and_states_that_can_not_be_are_refused(petition, chenda, wrong):
    readers(petition, 1)
    row = started(petition, chenda)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.filter(pk=row.pk).update(**wrong)


def test_unheard_of_state_of_a_recipient_is_refused(petition, chenda):
    readers(petition, 1)
    started(petition, chenda)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailingRecipient.objects.update(state="lost")
