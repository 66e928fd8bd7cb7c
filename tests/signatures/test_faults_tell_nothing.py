"""The site as processes of their own, hit by real faults while somebody signs; then all that they said is searched."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils.log import AdminEmailHandler

from petition.logs import Report, without_values
from signatures.models import Signature
from tests.leaks import files, found_in, secrets_of
from tests.people import Person, create_petition, form, rows_of, signed
from tests.processes import running
from tests.signatures.views.test_server import SERVER, Server

pytestmark = pytest.mark.django_db(transaction=True)

QUOLL = Person("Zymarka Quollvex", "zq.marker.77@quollvex.example", "US", "Vexville", "public", "Zoltrix reason", "en")
NETWORK, AGENT, SECONDS = "198.51.100.77", "QuollBrowser/77.7", 30
SECRETS = [*secrets_of(QUOLL, QUOLL.comment), NETWORK, AGENT]

# What quotes a whole row, what quotes a value in its message, and what quotes the key of a double.
FAULTS = {
    "constraint": (
        "ALTER TABLE signatures_signature ADD CONSTRAINT boom CHECK (country <> 'US') NOT VALID",
        "ALTER TABLE signatures_signature DROP CONSTRAINT boom",
    ),
    "message": (
        "CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'no % and %', NEW.public_name, NEW.comment; END $$;"
        "CREATE TRIGGER boom BEFORE INSERT ON signatures_signature FOR EACH ROW EXECUTE FUNCTION boom()",
        "DROP TRIGGER boom ON signatures_signature; DROP FUNCTION boom()",
    ),
    "key": (
        "CREATE UNIQUE INDEX boom ON signatures_signature (public_name)",
        "DROP INDEX boom",
    ),
}


@pytest.fixture(autouse=True)
def petition(settings):
    caches[settings.RATELIMIT_USE_CACHE].clear()
    return create_petition()


@pytest.fixture(params=FAULTS)
def fault(request, petition):
    """The database refuses to store the signature, and says why in the signer's own words."""
    make, mend = FAULTS[request.param]
    if request.param == "key":
        signed(petition, QUOLL._replace(email="other@example.org"))
    with connection.cursor() as cursor:
        cursor.execute(make)
        yield request.param
        cursor.execute(mend)


def server_log():
    """What PostgreSQL has said, where it is the tests' own."""
    found = list(Path(os.environ["TESTS_VAR_DIR"], "postgres").resolve().glob("server.log"))
    return b"".join(path.read_bytes() for path in found)


def sign(server):
    headers = {"X_Forwarded_For": NETWORK, "User_Agent": AGENT}
    return server.post(urlencode(form(QUOLL)).encode(), **headers)


def started(port_of):
    end = time.monotonic() + SECONDS
    while True:
        try:
            return Server(port_of).ask("GET", "/healthz") and Server(port_of)
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture
def web(unused_port):
    """A site like that of `make run`, and what it has said when it is stopped."""
    said = []
    with running(*SERVER, "--bind", f"127.0.0.1:{unused_port}", TRUSTED_PROXIES="127.0.0.1") as process:
        server = started(unused_port)

        def stop():
            process.send_signal(signal.SIGTERM)
            said.append(process.communicate(timeout=SECONDS)[0])
            return said[0].encode()

        server.stop = stop
        yield server


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_row_that_is_refused_is_told_by_its_kind_alone(fault, web):
    answer = sign(web)
    said = web.stop()
    assert answer.status == 500
    assert b"Traceback" in said and (b"23514" in said or b"P0001" in said or b"23505" in said)
    assert [found_in(told, SECRETS) for told in (answer.content, said, server_log())] == [[], [], []]


def test_a_database_that_is_killed_says_nothing_of_who_was_signing(web):
    assert sign(web).status == 303
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    connection.close()
    connection.close_pool()  # those of the tests themselves were killed as well
    statuses = [sign(web).status for _ in range(3)]
    said = web.stop()
    assert set(statuses) <= {303, 500, 503}
    assert "TESTS_EMBEDDED" not in os.environ or b"terminating connection" in server_log()
    assert [found_in(told, SECRETS) for told in (said, server_log())] == [[], []]


def test_a_mail_that_is_refused_is_told_by_its_kind_alone(petition, postbox):
    signature = signed(petition, QUOLL)
    postbox.answers[:] = [f"550 no such user <{QUOLL.email}> {QUOLL.name}"] * 3
    with running("manage.py", "worker", EMAIL_URL=f"smtp://127.0.0.1:{postbox.port}") as worker:
        end = time.monotonic() + SECONDS
        while not Signature.objects.exclude(mail_fault="").exists():
            assert time.monotonic() < end
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        said = worker.communicate(timeout=SECONDS)[0].encode()
    signature.refresh_from_db()
    assert found_in(said + signature.mail_fault.encode(), [*SECRETS, signature.token]) == []


def test_folder_of_the_site_names_nobody_after_the_faults(petition):
    signed(petition, QUOLL)
    blobs = dict(files(Path(os.environ["VAR_DIR"]), ["keys", "postgres", "mail"]))
    assert {name for name, blob in blobs.items() if found_in(blob, SECRETS)} == set()


# -- pages and mails of errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("debug", [False, True])
def test_page_of_an_error_tells_nothing_with_debug_either(fault, settings, debug):
    settings.DEBUG = debug
    client = Client(raise_request_exception=False, headers={"User-Agent": AGENT, "X-Forwarded-For": NETWORK})
    answer = client.post("/en/petitions/peace/sign/", form(QUOLL))
    assert (answer.status_code, found_in(answer.content, SECRETS)) == (500, [])


def test_mail_of_an_error_tells_nothing(fault, settings, mailoutbox, caplog):
    settings.ADMINS = [("A", "a@example.org")]
    handler = AdminEmailHandler(include_html=True, reporter_class="petition.logs.Report")
    client = Client(raise_request_exception=False, headers={"User-Agent": AGENT})
    client.post("/en/petitions/peace/sign/", form(QUOLL))
    record = next(r for r in caplog.records if r.exc_info)
    handler.emit(record)
    whole = mailoutbox[0].message().as_bytes() + mailoutbox[0].body.encode()
    assert b"Traceback" in whole and found_in(whole, [*SECRETS, "example.org?"]) == []


def test_what_led_to_an_error_is_told_without_its_words_as_well():
    try:
        try:
            int(QUOLL.name)
        except ValueError as first:
            raise RuntimeError(QUOLL.email) from first
    except RuntimeError as error:
        told = without_values(error)
        page = Report(None, RuntimeError, error, error.__traceback__).get_traceback_html()
    assert "builtins.ValueError" in told and "builtins.RuntimeError" in told
    assert found_in((told + page).encode(), SECRETS) == []


def test_rows_are_still_there_to_be_found(petition):
    signed(petition, QUOLL)
    assert rows_of(petition, QUOLL)[0].public_name == QUOLL.name
