"""A mail server of the tests' own, on this machine, that a sender really talks SMTP with."""

from __future__ import annotations

import asyncio
import email
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Postbox:
    """The mails that were taken. `answers` are given in turn to RCPT TO, then every recipient is taken. `cuts` holds
    the number of the mail at which the line breaks, by the step at which it does: "RCPT" or "DATA". The mail with the
    number `hold_at` has `held` set when its text is there, and gets no answer before `released` is."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    cuts: dict[str, int] = field(default_factory=dict)
    hold_at: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    lines: int = 0
    tried: int = 0
    port: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.lines += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tried += 1
        if self.cuts.get("RCPT") == self.tried:
            server.transport.abort()
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.cuts.get("DATA") == self.tried:
            server.transport.abort()
            return "250 never heard"
        if self.hold_at == self.tried and not self.held.is_set():
            self.held.set()
            while not self.released.is_set():
                await asyncio.sleep(0.02)
        if self.data_answers:
            return self.data_answers.pop(0)
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        self.recipients.append(envelope.rcpt_tos)
        return "250 taken"


class AnyPort(Controller):
    def _trigger_server(self):
        # The server listens on a port that the system chose; here it is asked which.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postbox(settings):
    postbox = Postbox()
    controller = AnyPort(postbox, hostname="127.0.0.1", port=0)
    controller.start()
    postbox.port = controller.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 5
    yield postbox
    controller.stop()


@pytest.fixture
def no_server(settings):
    """A mail server that is down: nobody listens on port 9 here."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
