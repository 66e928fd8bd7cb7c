"""The mails to a signer, and one to staff: one function each, three templates of the same name.

Subject, sender and first lines never name the petition: a phone lies on a table.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from petition import hosts, mailtext
from petition.models import Update
from signatures import domains, frozen, mail_hosts, retention, seal
from signatures.choices import Kept
from signatures.models import Signature
from signatures.smtp import Line

# Stands where a signer's token would, in a mail that is only to be looked at: it opens no page.
NO_TOKEN = "test"  # noqa: S105


class Written(NamedTuple):
    language: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]


def _site_url(path: str) -> str:
    return settings.SITE_URL + path


def _site() -> str:
    return settings.SITE_URL.partition("://")[2]


def _write(name: str, language: str, token: str, **context: object) -> Written:
    """Render mail/<name>.{subject,txt,html} in a language."""
    with translation.override(language):
        context |= {
            "signer_url": _site_url(reverse("signer", args=[token])),
            "pending_days": retention.days(Kept.UNCONFIRMED),
            "site": _site(),
        }
        subject, text, html = (render_to_string(f"mail/{name}.{kind}", context) for kind in ("subject", "txt", "html"))
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": language}
    return Written(language, " ".join(subject.split()), text, html, headers)


def _message(written: Written, address: str) -> EmailMessage:
    message = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        from_email=settings.MAIL_FROM,
        to=[address],
        headers=written.headers,
    )
    message.attach_alternative(written.html, "text/html")
    return message


def _to(signature: Signature, written: Written) -> EmailMessage:
    """Open the address: it lives only in this message."""
    return _message(written, seal.open_email(bytes(signature.sealed_email or b"")))


class DomainTakesNoMail(Exception):
    """There is no mailbox at the address, nor at any other of its domain."""


def _write_to(name: str, signature: Signature, **context: object) -> EmailMessage:
    written = _write(name, signature.language, signature.token, receipt=signature.receipt, **context)
    message = _to(signature, written)
    if mail_hosts.take_no_mail(domains.of(message.to[0])):
        raise DomainTakesNoMail
    return message


def confirm(signature: Signature) -> None:
    """The link behind which a signature is confirmed, with the receipt."""
    _write_to("confirm", signature).send()


def already_signed(signature: Signature) -> None:
    """To a mailbox that has signed in this name: nothing was changed, here is your page."""
    _write_to("already_signed", signature).send()


def seats_taken(signature: Signature) -> None:
    """To a mailbox that has signed for two names already: a third was not taken."""
    _write_to("seats_taken", signature).send()


def erased(signatures: list[Signature]) -> None:
    """To a mailbox of which somebody asked by letter that it be erased: what is about to be done to its signatures, and
    what cannot be undone."""
    held = [found for signature in signatures for found in frozen.of(signature)]
    _write_to("erased", signatures[0], number=len(signatures), frozen=held).send()


def reminder(signature: Signature, *, line: Line) -> None:
    """The same link once more, to who has not confirmed."""
    erased_on = signature.signed_on + datetime.timedelta(days=retention.days(Kept.UNCONFIRMED) + 1)
    line.send(_write_to("reminder", signature, erased_on=erased_on))


# -- to the staff --------------------------------------------------------------------------------------------------


def approval_asked(*, address: str) -> None:
    """That a request waits for a second person, in both languages. It tells nothing of it: the page does."""
    context = {
        "languages": [code for code, _name in settings.LANGUAGES],
        "url": hosts.room_url(reverse("admin:petition_approval_changelist")),
        "site": _site(),
    }
    kinds = ("subject", "txt", "html")
    subject, text, html = (render_to_string(f"mail/approval_asked.{kind}", context) for kind in kinds)
    headers = {"Auto-Submitted": "auto-generated"}
    _message(Written(settings.LANGUAGE_CODE, " ".join(subject.split()), text, html, headers), address).send()


# -- news ----------------------------------------------------------------------------------------------------------


def write_news(update: Update, language: str, token: str = NO_TOKEN) -> Written:
    """An update as a mail, in the reader's language; what it lacks in that language stands in the other one."""
    with translation.override(language):
        unsubscribe_url = _site_url(reverse("unsubscribe", args=[token]))
        update_url = _site_url(update.get_absolute_url())
        title, written_in, lead, has_more = update.title, update.language, update.lead, update.has_more
    context: dict[str, Any] = {
        "title": title,
        "written_in": written_in,
        "lead_text": mailtext.as_text(lead, update_url),
        "lead_html": mailtext.as_html(lead, update_url),
        "has_more": has_more,
        "update_url": update_url,
        "unsubscribe_url": unsubscribe_url,
    }
    written = _write("news", language, token, **context)
    return written._replace(headers=written.headers | _list_headers(unsubscribe_url))


def _list_headers(unsubscribe_url: str) -> dict[str, str]:
    """RFC 8058, by which a mail program unsubscribes at one press, and what keeps other programs from answering."""
    host = _site().partition(":")[0]
    return {
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<news.{host}>",
        "Precedence": "bulk",
    }


def news(signature: Signature, *, update: Update, line: Line) -> None:
    """An update to who asked for news."""
    line.send(_to(signature, write_news(update, signature.language, signature.token)))


def news_test(update: Update, language: str, *, address: str) -> None:
    """An update as it would look, to staff, marked as a test."""
    written = write_news(update, language)
    with translation.override(language):
        subject = _("Test: %(subject)s") % {"subject": written.subject}
    _message(written._replace(subject=subject), address).send()


# -- to staff ------------------------------------------------------------------------------------------------------


def alarm(findings: Sequence[object], *, hour: datetime.datetime, address: str) -> None:
    """What of an hour is over the limits (trends.Finding), in both languages, since its reader's is not known."""
    context = {
        "findings": findings,
        "hour": hour,
        "end": hour + datetime.timedelta(hours=1),
        "trends_url": hosts.room_url(reverse("admin:signatures_hourtrend_changelist")),
        "suspicious_url": hosts.room_url(reverse("admin:signatures_signature_suspicious")),
    }
    _message(_write("alarm", "km", NO_TOKEN, **context), address).send()
