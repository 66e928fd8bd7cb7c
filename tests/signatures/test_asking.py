"""Erasing by address: staff ask, the worker tells the mailbox and erases, and nobody learns whether it had signed."""

import pytest
from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.models import AuditEntry
from signatures import asked_erasure, asking, mail_sending
from signatures.models import ErasureRequest, Signature
from tests.leaks import dump, found_in
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, create_staff, person, signed, withdrawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def vibol():
    return create_staff("vibol")


def ask(by, who=DARA, **changes):
    return asking.ask_erasure(**{"email": who.email, "reason": "letter", "by": by} | changes)


def work(request, tries_before=0):
    asked_erasure.erase(request_id=request.pk, tries_before=tries_before)
    request.refresh_from_db()
    return request


def states():
    return sorted(Signature.objects.values_list("state", flat=True))


def test_everything_of_the_mailbox_is_erased_under_each_petition(petition, vibol, mailoutbox):
    other = create_petition("water")
    for row in (petition, other):
        confirmed(row, DARA)
    signed(petition, DARA._replace(name="Sophea Chan"))
    confirmed(petition, MARIE)
    work(ask(vibol))
    assert states() == ["confirmed", "withdrawn", "withdrawn", "withdrawn"]


def test_any_spelling_of_the_mailbox_will_do(petition, vibol, mailoutbox):
    confirmed(petition, DARA)
    work(ask(vibol, email=f"  {DARA.email.upper()} ".strip().replace("@", "+x@")))
    assert states() == ["withdrawn"]


def test_mail_goes_to_the_address_before_it_is_gone(petition, vibol, mailoutbox):
    confirmed(petition, DARA)
    work(ask(vibol))
    assert [mail.to for mail in mailoutbox] == [[DARA.email]]
    assert "1 entry is being erased" in mailoutbox[0].body


def test_unknown_address_gets_no_mail(petition, vibol, mailoutbox):
    confirmed(petition, MARIE)
    work(ask(vibol))
    assert (states(), mailoutbox) == (["confirmed"], [])


@pytest.mark.parametrize("known", [None, signed, confirmed, withdrawn])
def test_what_is_kept_of_a_request_is_the_same_found_or_not(petition, vibol, mailoutbox, known):
    if known:
        known(petition, DARA)
    request = ask(vibol)
    assert request.mailbox_hash is not None
    work(request)
    fields = {f.attname: getattr(request, f.attname) for f in request._meta.concrete_fields}
    del fields["id"], fields["asked_at"]
    assert fields == {"by": "vibol", "reason": "letter", "mailbox_hash": None}


@pytest.mark.parametrize("known", [None, confirmed])
def test_audit_trail_has_the_request_and_its_reason_alone(petition, vibol, mailoutbox, known):
    if known:
        known(petition, DARA)
    request = work(ask(vibol))
    rows = list(AuditEntry.objects.values_list("by", "act", "target", "detail"))
    assert rows == [("vibol", "ask_erasure", f"signatures.erasurerequest:{request.pk}", {"request_reason": "letter"})]


def test_address_stands_in_no_table(petition, vibol, mailoutbox):
    confirmed(petition, DARA)
    request = ask(vibol)
    assert found_in(dump(), [DARA.email, DARA.email.lower()]) == []
    work(request)
    assert found_in(dump(), [DARA.email, DARA.email.lower()]) == []


def test_job_carries_the_number_of_the_request_alone(petition, vibol):
    request = ask(vibol)
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"request_id": request.pk}]


def test_done_twice_it_is_done_once(petition, vibol, mailoutbox):
    confirmed(petition, DARA)
    request = work(ask(vibol))
    confirmed(petition, DARA)
    work(request)
    assert (states(), len(mailoutbox)) == (["confirmed", "withdrawn"], 1)


def test_one_person_asks_so_often_a_day(vibol):
    for number in range(asking.MOST_A_DAY):
        ask(vibol, person(number))
    with pytest.raises(asking.TooMany):
        ask(vibol)
    other = User.objects.create_user("other", password="x" * 20)
    assert ask(other).by == "other"


def test_mail_server_that_is_down_is_tried_again_and_at_last_it_is_erased_without(petition, vibol, no_server):
    confirmed(petition, SOKHA)
    request = ask(vibol, SOKHA)
    with pytest.raises(mail_sending.MailNotSent) as fault:
        work(request)
    assert (str(fault.value), states()) == ("ConnectionRefusedError", ["confirmed"])
    work(request, tries_before=mail_sending.TRIES - 1)
    assert states() == ["withdrawn"]


def test_mailbox_that_is_gone_is_erased_at_once(petition, vibol, postbox):
    confirmed(petition, SOKHA)
    postbox.answers[:] = ["550 5.1.1 no such user"]
    work(ask(vibol, SOKHA))
    assert (states(), ErasureRequest.objects.get().mailbox_hash) == (["withdrawn"], None)
