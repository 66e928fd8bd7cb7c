"""What no test client can say, said to the real server over a socket: broken requests get an answer that is no 500, and
the log names nobody."""

import re
import socket
import time
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest

from signatures.models import Signature
from tests.pages import Page
from tests.people import DARA, create_petition, form, signed
from tests.processes import running

pytestmark = pytest.mark.django_db(transaction=True)

SIGN = "/en/petitions/peace/sign/"
SERVER = ["-m", "gunicorn", "tests.wsgi:application", "-w", "1", "-k", "gthread", "--threads", "4"]
SERVER += ["--no-control-socket", "--log-level", "warning", "--logger-class", "petition.logs.ServerLog"]
SECONDS = 30


class Answer:
    def __init__(self, raw):
        head, _, self.content = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if raw else 0
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}


class Server:
    def __init__(self, port):
        self.port = port

    def say(self, raw, half_close=False):
        """Send bytes, read until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as link:
            link.sendall(raw)
            if half_close:
                link.shutdown(socket.SHUT_WR)
            parts = []
            try:
                while part := link.recv(65536):
                    parts.append(part)
            except ConnectionResetError:
                pass
        return Answer(b"".join(parts))

    def ask(self, method, target, body=b"", **headers):
        given = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": len(body)}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{name}: {value}".encode("latin-1") for name, value in given.items()]
        target = target if isinstance(target, bytes) else target.encode()
        return self.say(b"\r\n".join([method.encode() + b" " + target + b" HTTP/1.1", *lines, b"", b""]) + body)

    def post(self, body, content_type="application/x-www-form-urlencoded", **headers):
        return self.ask("POST", SIGN, body, Content_Type=content_type, **headers)


@contextmanager
def serving(**settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running(*SERVER, "--bind", f"127.0.0.1:{port}", **settings) as process:
        end = time.monotonic() + SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, process.stdout.read()
                time.sleep(0.05)
        server = Server(port)
        yield server
        process.terminate()
        server.log = process.stdout.read()


EXPECTED = {
    "raw bytes": 422,
    "wrong charset": 303,
    "charset and query": 422,
    "million": 422,
    "two thousand fields": 422,
    "multipart cut short": 422,
    "too long": 413,
    "body that never comes": 422,
    "raw bytes in the address": 400,
    "NUL in the address": 404,
    "long address": 404,
    "another host": 400,
    "no host": 200,
    "odd method": 405,
    "broken header": 400,
    "odd length": 400,
    "other site": 403,
    "GET of a button": 405,
    "HEAD of a button": 405,
    "truncated link": 404,
    "not HTTP": 400,
}


def test_broken_requests_are_answered_and_nobody_is_named():
    petition = create_petition()
    signature = signed(petition, DARA)
    filled = urlencode(form(DARA)).encode()
    with serving() as server:
        answers = {
            # A form that is no UTF-8, byte for byte.
            "raw bytes": server.post(b"name=\xff\xfe\x00&email=" + b"\x80" * 50),
            "wrong charset": server.post(filled, "application/x-www-form-urlencoded; charset=hex"),
            "charset and query": server.ask("POST", SIGN + "?a=%E1", filled, Content_Type="x/y; charset=zip"),
            "million": server.post(b"comment=" + b"a" * 1_000_000),
            "two thousand fields": server.post(b"&".join(b"f%d=1" % n for n in range(2000))),
            "multipart cut short": server.post(
                b'--x\r\nContent-Disposition: form-data; name="na', "multipart/form-data; boundary=x"
            ),
            "too long": server.ask("POST", SIGN, Content_Length=20_000_000),
            "body that never comes": server.say(
                f"POST {SIGN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                "Content-Length: 500\r\n\r\nname=a".encode(),
                half_close=True,
            ),
            "raw bytes in the address": server.ask("GET", b"/en/petitions/\xff\xfe/"),
            "NUL in the address": server.ask("GET", "/en/petitions/a%00b/sign/"),
            "long address": server.ask("GET", "/en/s/" + "a" * 3000 + "/"),
            "another host": server.ask("GET", "/en/", Host="evil.example"),
            "no host": server.say(b"GET /en/ HTTP/1.1\r\nConnection: close\r\n\r\n"),
            "odd method": server.ask("BREW", SIGN),
            "broken header": server.ask("GET", "/en/", Accept_Language="\x00\xff"),
            "odd length": server.ask("POST", SIGN, Content_Length="-5"),
            "other site": server.post(filled, Origin="https://evil.example"),
            "GET of a button": server.ask("GET", f"/en/s/{signature.token}/confirm/"),
            "HEAD of a button": server.ask("HEAD", f"/en/s/{signature.token}/withdraw/"),
            "truncated link": server.ask("GET", f"/en/s/{signature.token[:-3]}/"),
            "not HTTP": server.say(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
        }
        # After all that it still takes a signature.
        last = server.post(filled)
    assert {name: answer.status for name, answer in answers.items()} == EXPECTED
    assert (last.status, last.headers["location"]) == (303, "/en/petitions/peace/sent/")
    assert (Signature.objects.get().pk, Signature.objects.get().state) == (signature.pk, "pending")
    secrets = [signature.token[:-3], DARA.name, DARA.email, "127.0.0.1", "evil.example"]
    assert "Method Not Allowed" in server.log
    assert [secret for secret in secrets if secret in server.log] == []


def test_form_of_raw_bytes_comes_back_in_its_language():
    create_petition()
    with serving() as server:
        answer = server.ask(
            "POST",
            SIGN.replace("/en/", "/km/"),
            b"name=\xff" + "សុខា".encode(),
            Content_Type="application/x-www-form-urlencoded",
        )
    page = Page(answer)
    assert (answer.status, page.lang, page.values["name"]) == (422, "km", "\ufffdសុខា")
    assert re.search("charset=utf-8", answer.headers["content-type"])
    assert "set-cookie" not in answer.headers
