"""Asked of a real name server on this machine, over UDP."""

import socket
import socketserver
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from signatures import mail_hosts, mail_sending
from signatures.models import Signature
from tests.people import DARA, create_petition, queued_mails, signed

ZONE = {
    ("com.", "NS"): ["a.gtld.com."],
    ("takes.com.", "MX"): ["10 mx.takes.com."],
    ("address-alone.com.", "A"): ["192.0.2.1"],
    ("ipv6-alone.com.", "AAAA"): ["2001:db8::1"],
    ("takes-none.com.", "MX"): ["0 ."],
    ("web-alone.com.", "TXT"): ["hello"],
}
BROKEN = "broken.com."


class Answers(socketserver.BaseRequestHandler):
    def handle(self):
        data, line = self.request
        asked = dns.message.from_wire(data)
        question = asked.question[0]
        self.server.asked.append(question.name.to_text())
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        kind = dns.rdatatype.to_text(question.rdtype)
        found = self.server.zone.get((question.name.to_text(), kind))
        if question.name.to_text() == BROKEN:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif question.name.to_text() not in {name for name, _ in self.server.zone}:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        line.sendto(answer.to_wire(), self.client_address)


@contextmanager
def name_server(settings, zone):
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answers) as server:
        server.zone, server.asked = zone, []
        settings.NAME_SERVER = f"127.0.0.1#{server.server_address[1]}"
        mail_hosts.forget()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
    mail_hosts.forget()


@pytest.fixture
def server(settings):
    with name_server(settings, ZONE) as server:
        yield server


@pytest.mark.parametrize("domain", ["takes.com", "address-alone.com", "ipv6-alone.com"])
def test_domain_with_a_host_takes_mail(server, domain):
    assert mail_hosts.take_no_mail(domain) is False


@pytest.mark.parametrize("domain", ["takes-none.com", "web-alone.com", "not-there.com"])
def test_domain_that_certainly_takes_none_is_known(server, domain):
    assert mail_hosts.take_no_mail(domain) is True


def test_answer_is_kept_for_a_while(server):
    assert [mail_hosts.take_no_mail("takes-none.com") for _ in range(3)] == [True] * 3
    assert server.asked == ["takes-none.com."]


def test_broken_name_server_stops_no_mail(server):
    assert mail_hosts.take_no_mail("broken.com") is False


def test_name_server_of_a_closed_network_stops_no_mail(settings):
    with name_server(settings, {}):
        assert mail_hosts.take_no_mail("takes.com") is False


def test_silent_name_server_stops_no_mail_and_is_left_alone_for_a_while(settings, monkeypatch):
    monkeypatch.setattr(mail_hosts, "PATIENCE", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        settings.NAME_SERVER = f"127.0.0.1#{silent.getsockname()[1]}"
        mail_hosts.forget()
        assert [mail_hosts.take_no_mail(f"number-{number}.com") for number in range(50)] == [False] * 50
        asked = silent.recv(512)
        assert b"number-0" in asked
        silent.setblocking(False)
        rest = []
        while True:
            try:
                rest.append(silent.recv(512))
            except BlockingIOError:
                break
    mail_hosts.forget()
    assert not any(b"number-1" in question for question in rest)


@pytest.mark.parametrize("domain", ["example.org", "mail.example.com", "site.test", "localhost"])
def test_names_that_are_nobodys_are_not_asked_for(server, domain):
    assert mail_hosts.take_no_mail(domain) is False
    assert server.asked == []


def test_nobody_is_asked_where_mails_are_files(server, settings):
    settings.NAME_SERVER = "none"
    assert (mail_hosts.take_no_mail("takes-none.com"), server.asked) == (False, [])


@pytest.mark.django_db
def test_mail_to_a_domain_that_takes_none_is_not_tried_and_staff_see_why(server, postbox):
    lost = signed(create_petition(), DARA._replace(email="dara@takes-none.com"))
    for mail in queued_mails():
        mail_sending.send(**mail, tries_before=0)
    assert (postbox.mails, Signature.objects.get(pk=lost.pk).mail_fault) == ([], "DomainTakesNoMail")


@pytest.mark.django_db
def test_mail_to_a_domain_that_takes_it_goes_out(server, postbox):
    signed(create_petition(), DARA._replace(email="dara@takes.com"))
    for mail in queued_mails():
        mail_sending.send(**mail, tries_before=0)
    assert [mail["To"] for mail in postbox.mails] == ["dara@takes.com"]
