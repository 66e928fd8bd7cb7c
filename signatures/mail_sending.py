"""Choosing, sending and marking the mail to one signer."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused

from signatures import mail
from signatures.choices import State
from signatures.models import Signature
from signatures.seal import KeyProblem

TRIES = 10
ABOUT_SIGNING = "signing"
SEATS_TAKEN = "seats_taken"


def send(*, kind: str, signature_id: int, tries_before: int) -> None:
    """Send the mail that fits the signature as it is now. A signature that was withdrawn or purged meanwhile has no
    address any more: then nothing is sent. After the last try the fault is marked, by its kind alone."""
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
        for_good = _is_refused_for_good(fault)
        if tries_before + 1 >= TRIES or for_good:
            Signature.objects.filter(pk=signature_id).update(mail_fault=type(fault).__name__)
        if isinstance(fault, KeyProblem):
            raise  # it names the key that is missing or wrong, and nothing of the mail
        if not for_good:
            # Only the kind goes on: the text of many an error quotes the address.
            raise MailNotSent(type(fault).__name__) from None
    else:
        Signature.objects.filter(pk=signature_id).exclude(mail_fault="").update(mail_fault="")


def _is_refused_for_good(fault: Exception) -> bool:
    """Whether the server knows no such mailbox. Many refuse a first mail with a 4xx, and take it some minutes later."""
    if not isinstance(fault, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _reason in fault.recipients.values())


class MailNotSent(Exception):
    """A mail did not go out; the worker tries again later."""
