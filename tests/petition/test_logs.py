import logging
import sys

import pytest
from gunicorn.config import Config

from petition.logs import Formatter, ServerLog
from signatures.seal import KeyProblem


def line(message, *args):
    return Formatter("{levelname} {message}", style="{").format(
        logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    )


def test_secret_part_of_an_address_is_left_out():
    assert line("Not Found: %s", "/km/s/abc-DEF_123/confirm/") == "WARNING Not Found: /km/s/…/confirm/"


def test_nobody_writes_lines_of_their_own_into_the_log():
    said = line("Not Found: %s", "/km/\nERROR all is lost\x1b[31m\u2028/")
    assert said == "WARNING Not Found: /km/\\nERROR all is lost\\x1b[31m\\u2028/"


def test_secret_part_stays_out_of_a_server_error():
    assert line("Error handling request %r", "/km/s/abc") == "WARNING Error handling request '/km/s/…'"


def test_other_addresses_are_logged():
    assert line("Not Found: %s", "/km/petitions/peace/sign/") == "WARNING Not Found: /km/petitions/peace/sign/"


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7"])
def test_client_is_left_out(address):
    assert line(f"Invalid request from ip={address}: Invalid HTTP Header") == (
        "WARNING Invalid request from ip=…: Invalid HTTP Header"
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("from 203.0.113.7 at 10:20:30", "from … at 10:20:30"),
        ("from 2001:db8::7, [::1]", "from …, […]"),
        ("from 2001:db8:1:2:3:4:5:6", "from …"),
        ("no mail to <dara.chan@example.org>", "no mail to <…>"),
        ("GET /en/?email=dara%40example.org&name=Dara", "GET /en/?…"),
        ("postgres://user:password@db:5432/x", "postgres://user:…:5432/x"),
    ],
)
def test_what_leads_to_a_person_is_left_out_wherever_it_stands(said, told):
    assert line(said) == f"WARNING {told}"


def test_text_of_an_error_is_left_out_but_for_our_own():
    def told(error):
        try:
            raise error
        except type(error):
            record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Failed", (), sys.exc_info())
        return Formatter("{message}", style="{").format(record)

    assert told(ValueError("Dara Chan")).endswith("builtins.ValueError")
    assert told(KeyProblem("MAIL_PRIVATE_KEY is not set")).endswith("KeyProblem: MAIL_PRIVATE_KEY is not set")


def test_server_writes_in_the_same_form():
    log = ServerLog(Config())
    assert [type(handler.formatter) for handler in log.error_log.handlers] == [Formatter]


@pytest.mark.parametrize(("status", "is_told"), [(403, False), (413, False), (500, True), (None, True)])
def test_only_a_fault_of_ours_is_told_with_where_it_came_from(status, is_told):
    try:
        raise ValueError("why")
    except ValueError:
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Refused", (), sys.exc_info())
    if status:
        record.status_code = status
    text = Formatter("{levelname} {message}", style="{").format(record)
    assert text.startswith("WARNING Refused")
    assert ("Traceback" in text) == is_told
    assert record.exc_info is not None
