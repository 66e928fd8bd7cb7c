"""One mail to one signer, over real SMTP."""

import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from signatures import erasure, mail_sending, moderation, seal
from signatures.mail_sending import ABOUT_SIGNING, SEATS_TAKEN, TRIES, MailNotSent
from signatures.models import Signature
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, create_staff, signed

pytestmark = pytest.mark.django_db


def send(signature, kind=ABOUT_SIGNING, tries_before=0):
    mail_sending.send(kind=kind, signature_id=signature.pk, tries_before=tries_before)


def fault_of(signature):
    return Signature.objects.get(pk=signature.pk).mail_fault


@pytest.fixture
def petition():
    return create_petition(short_title_en="A secret matter", title_en="A very secret matter")


def test_mail_goes_to_the_address_that_was_sealed_and_to_no_other(petition, postbox):
    signed(petition, SOKHA)
    send(signed(petition, DARA))
    assert (postbox.recipients, postbox.mails[0]["To"]) == ([[DARA.email]], DARA.email)


@pytest.mark.parametrize("who", [SOKHA, DARA])
def test_link_in_both_texts_is_the_signers_own(petition, postbox, settings, who):
    signature = signed(petition, who)
    send(signature)
    link = f"{settings.SITE_URL}/{who.language}/s/{signature.token}/"
    plain, html = (postbox.mails[0].get_body((kind,)).get_content() for kind in ("plain", "html"))
    found = [re.findall(r"https?://[^\s\"<>]+/s/[^\s\"<>]+", text) for text in (plain, html)]
    assert (set(found[0]), set(found[1])) == ({link}, {link})


def test_mail_carries_the_receipt(petition, postbox):
    signature = signed(petition, SOKHA)
    send(signature)
    assert signature.receipt in postbox.mails[0].get_body(("plain",)).get_content()


def test_phone_on_a_table_shows_no_petition(petition, postbox, settings):
    send(signed(petition, DARA))
    message = postbox.mails[0]
    shown = f"{message['Subject']} {message['From']} {message.get_body(('plain',)).get_content()}"
    assert message["From"] == settings.MAIL_FROM
    assert not re.search("secret|petition/|Dara Chan", shown)


def test_mail_is_marked_as_no_persons(petition, postbox):
    send(signed(petition, SOKHA))
    assert (postbox.mails[0]["Auto-Submitted"], postbox.mails[0]["Content-Language"]) == ("auto-generated", "km")


def test_each_state_has_its_mail(petition, postbox):
    pending, counted, held = signed(petition, SOKHA), confirmed(petition, DARA), confirmed(petition, MARIE)
    moderation.hold(ids=[held.pk], reason="fraud", by=create_staff("chenda"))
    Signature.objects.update(language="en")
    for signature in (pending, counted, held):
        send(signature)
    send(counted, SEATS_TAKEN)
    assert [message["Subject"].partition(" · ")[0] for message in postbox.mails] == [
        "Please confirm",
        "Nothing was changed",
        "Nothing was changed",
        "This could not be taken",
    ]


@pytest.mark.django_db(transaction=True)
def test_failure_marks_nobody_who_withdrew_while_it_was_sent(petition, postbox):
    signature = signed(petition, SOKHA)
    postbox.hold_at, postbox.data_answers = 1, ["554 no"]

    def send_last():
        try:
            send(signature, tries_before=TRIES - 1)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(send_last)
        assert postbox.held.wait(60)
        erasure.withdraw(signature=signature)
        postbox.released.set()
        with pytest.raises(MailNotSent):
            sending.result(timeout=60)
    assert fault_of(signature) == ""


@pytest.mark.parametrize("gone", [lambda s: erasure.withdraw(signature=s), lambda s: s.delete()])
def test_nothing_is_sent_to_who_is_gone(petition, postbox, gone):
    signature = signed(petition, SOKHA)
    pk = signature.pk
    gone(signature)
    mail_sending.send(kind=ABOUT_SIGNING, signature_id=pk, tries_before=0)
    assert postbox.mails == []


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_server_that_is_down_is_tried_again(petition, no_server):
    signature = signed(petition, SOKHA)
    with pytest.raises(MailNotSent):
        send(signature)
    assert fault_of(signature) == ""


def test_after_the_last_try_the_fault_is_marked_by_its_kind(petition, no_server):
    signature = signed(petition, SOKHA)
    with pytest.raises(MailNotSent):
        send(signature, tries_before=TRIES - 1)
    assert fault_of(signature) == "ConnectionRefusedError"


def test_mailbox_that_is_not_there_is_marked_and_not_tried_again(petition, postbox):
    postbox.answers = ["550 no such user"]
    signature = signed(petition, SOKHA)
    send(signature)
    assert (fault_of(signature), postbox.mails) == ("SMTPRecipientsRefused", [])


def test_server_that_asks_to_come_again_is_tried_again(petition, postbox):
    postbox.answers = ["450 greylisted, come back in five minutes"]
    signature = signed(petition, SOKHA)
    with pytest.raises(MailNotSent):
        send(signature)
    send(signature)
    assert (fault_of(signature), postbox.recipients) == ("", [[SOKHA.email]])


def test_mail_that_goes_at_last_takes_the_mark_away(petition, postbox):
    postbox.answers = ["550 mailbox full"]
    signature = signed(petition, SOKHA)
    send(signature)
    send(signature)
    assert fault_of(signature) == ""


def test_fault_that_goes_on_quotes_no_address(petition, postbox):
    postbox.answers = [f"450 {SOKHA.email} is busy"]
    with pytest.raises(MailNotSent) as fault:
        send(signed(petition, SOKHA))
    assert (str(fault.value), fault.value.__suppress_context__) == ("SMTPRecipientsRefused", True)


def hang_up(listener):
    listener.accept()[0].close()


def test_server_that_hangs_up_is_tried_again(petition, settings, no_server):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_PORT = listener.getsockname()[1]
        threading.Thread(target=hang_up, args=[listener], daemon=True).start()
        with pytest.raises(MailNotSent):
            send(signed(petition, SOKHA))


def test_worker_without_the_key_sends_nothing(petition, postbox, settings):
    signature = signed(petition, SOKHA)
    settings.MAIL_PRIVATE_KEY = ""
    with pytest.raises(seal.KeyProblem):
        send(signature)
    assert postbox.mails == []
