"""The mails to a signer: one function each, three templates of the same name.

Subject, sender and first lines never name the petition: a phone lies on a table.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from signatures import queries, seal
from signatures.models import Signature


def _site_url(path: str) -> str:
    return settings.SITE_URL + path


def _send(name: str, signature: Signature, **context: object) -> None:
    """Open the address, render mail/<name>.{subject,txt,html} in the signer's language and send. The address lives only
    in this call."""
    with translation.override(signature.language):
        token = signature.token
        context |= {
            "signer_url": _site_url(reverse("signer", args=[token])),
            "receipt": signature.receipt,
            "pending_days": queries.PENDING_DAYS,
            "site": settings.SITE_URL.partition("://")[2],
        }
        subject, text, html = (render_to_string(f"mail/{name}.{kind}", context) for kind in ("subject", "txt", "html"))
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        from_email=settings.MAIL_FROM,
        to=[seal.open_email(bytes(signature.sealed_email or b""))],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": signature.language},
    )
    message.attach_alternative(html, "text/html")
    message.send()


def confirm(signature: Signature) -> None:
    """The link behind which a signature is confirmed, with the receipt."""
    _send("confirm", signature)


def already_signed(signature: Signature) -> None:
    """To a mailbox that has signed in this name: nothing was changed, here is your page."""
    _send("already_signed", signature)


def seats_taken(signature: Signature) -> None:
    """To a mailbox that has signed for two names already: a third was not taken."""
    _send("seats_taken", signature)
