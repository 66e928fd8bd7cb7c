"""Choosing, sending and marking the mail to one signer."""

from __future__ import annotations

from django.contrib.auth.models import User

from petition import approvals, switches
from petition.models import Update
from signatures import mail, smtp
from signatures.choices import State
from signatures.models import Signature
from signatures.seal import KeyProblem

TRIES = 10
ABOUT_SIGNING = "signing"
SEATS_TAKEN = "seats_taken"


def send(*, kind: str, signature_id: int, tries_before: int) -> None:
    """Send the mail that fits the signature as it is now. A signature that was withdrawn or purged meanwhile has no
    address any more: then nothing is sent. After the last try the fault is marked, by its kind alone. Raises MailHeld
    while all mail is held."""
    check_held()
    signature = Signature.objects.filter(pk=signature_id).exclude(state=State.WITHDRAWN).first()
    if signature is None or signature.sealed_email is None:
        return
    try:
        if kind == SEATS_TAKEN:
            mail.seats_taken(signature)
        elif signature.state == State.PENDING:
            mail.confirm(signature)
        else:
            mail.already_signed(signature)
    except Exception as fault:
        for_good = smtp.is_no_such_mailbox(fault) or isinstance(fault, mail.DomainTakesNoMail)
        if tries_before + 1 >= TRIES or for_good:
            # Who withdrew meanwhile stays erased.
            kept = Signature.objects.filter(pk=signature_id).exclude(state=State.WITHDRAWN)
            kept.update(mail_fault=type(fault).__name__)
        if isinstance(fault, KeyProblem):
            raise  # it names the key that is missing or wrong, and nothing of the mail
        if not for_good:
            # Only the kind goes on: the text of many an error quotes the address.
            raise MailNotSent(type(fault).__name__) from None
    else:
        Signature.objects.filter(pk=signature_id).exclude(mail_fault="").update(mail_fault="")


def send_test(*, update_id: int, user_id: int, language: str) -> None:
    """Send an update, as the mail that it would be, to one of the staff. Raises MailHeld while all mail is held."""
    check_held()
    update = Update.objects.select_related("petition").filter(pk=update_id).first()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if update is None or user is None or not user.email:
        return
    try:
        mail.news_test(update, language, address=user.email)
    except Exception as fault:
        raise MailNotSent(type(fault).__name__) from None


def send_request(*, approval_id: int, user_id: int) -> None:
    """Tell one of the staff that a request waits for them, if it still does. Raises MailHeld."""
    check_held()
    row = approvals.open_requests().filter(pk=approval_id, state=approvals.State.ASKED).first()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if row is None or user is None or not user.email:
        return
    try:
        mail.approval_asked(address=user.email)
    except Exception as fault:
        raise MailNotSent(type(fault).__name__) from None


def check_held() -> None:
    """Asked of the database itself, mail by mail: when mail is let go again, none must be held a moment later."""
    if switches.read().hold_mail:
        raise MailHeld


class MailHeld(Exception):
    """No mail goes out now; it waits until it is let go."""


class MailNotSent(Exception):
    """A mail did not go out; the worker tries again later."""
