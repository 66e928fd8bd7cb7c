"""Mail for a machine without a mail server: each message is one file that any mail program opens."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from petition.files import flush, make_folder, write_whole


def file_name(now: datetime.datetime) -> str:
    """Sorts by time, is never given twice, and tells nothing of who wrote to whom."""
    return f"{now:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.eml"


def make_private(folder: Path) -> None:
    """A folder only its owner looks into, also where it was made by hand."""
    make_folder(folder)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def write(folder: Path, content: bytes) -> Path:
    """One file of mode 0600 that is there whole, also after a power cut, or not at all. Raises OSError."""
    make_private(folder)
    path = folder / file_name(datetime.datetime.now(datetime.UTC))
    write_whole(path, content)
    flush(folder)
    return path


class EmailBackend(BaseEmailBackend):
    """Writes RFC 5322 files, with its CRLF line ends, into settings.MAIL_DIR."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                write(Path(settings.MAIL_DIR), message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
                sent += 1
            except OSError:
                if not self.fail_silently:
                    raise
        return sent
