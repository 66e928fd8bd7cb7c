"""The mail server over one connection for many mails, and what is certain when it fails."""

from __future__ import annotations

import contextlib
import smtplib
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class _Watched:
    """Knows whether the text of the mail at hand has begun to go out. Until then nothing was sent, for certain."""

    has_begun = False

    def data(self, *args: Any, **kwargs: Any) -> Any:
        self.has_begun = True
        return super().data(*args, **kwargs)  # type: ignore[misc]


class _Smtp(_Watched, smtplib.SMTP):
    pass


class _SmtpOverTls(_Watched, smtplib.SMTP_SSL):
    pass


class WatchedBackend(smtp.EmailBackend):
    @property
    def connection_class(self) -> Any:
        return _SmtpOverTls if self.use_ssl else _Smtp


class Line:
    """`with Line() as line:` is a connection for as long as the block lasts. Without a mail server it writes files, as
    all mail does then."""

    def __init__(self) -> None:
        is_smtp = settings.EMAIL_BACKEND == SMTP_BACKEND
        self._backend: Any = WatchedBackend() if is_smtp else get_connection()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()

    @property
    def _standing(self) -> Any:
        return getattr(self._backend, "connection", None)

    def make_ready(self) -> None:
        """See before each mail that the server is there, over the connection that stands or a new one. Raises what
        keeps it away, an OSError."""
        if self._standing is not None and not _answers(self._standing):
            self.hang_up()
        self._backend.open()
        if self._standing is not None:
            self._standing.has_begun = False

    def send(self, message: EmailMessage) -> None:
        message.connection = self._backend
        message.send()

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):  # the server's own end of it is broken: so be it
            self._backend.close()

    def is_certainly_unsent(self, fault: Exception) -> bool:
        """Whether a mail that ended in this fault did not go out. A server that refuses has not taken it; where the
        line broke while the text went over it, nobody knows."""
        if isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code >= 400:  # below: no sound answer
            return True
        if isinstance(fault, smtplib.SMTPRecipientsRefused):
            return True
        return not getattr(self._standing, "has_begun", False)


def _answers(standing: smtplib.SMTP) -> bool:
    try:
        return standing.noop()[0] == 250
    except OSError:  # every fault of smtplib is one
        return False


def is_no_such_mailbox(fault: Exception) -> bool:
    """Whether the server refused the recipient for good. Many refuse a first mail with a 4xx, and take it some minutes
    later; 5.7 (RFC 3463) is about what we may send, not about the mailbox."""
    if not isinstance(fault, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 and not reason.startswith(b"5.7.") for code, reason in fault.recipients.values())
