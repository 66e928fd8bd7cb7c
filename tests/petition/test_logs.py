import logging

from petition.logs import Formatter


def line(message, *args):
    return Formatter("{levelname} {message}", style="{").format(
        logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    )


def test_secret_part_of_an_address_is_left_out():
    assert line("Not Found: %s", "/km/s/abc-DEF_123/confirm/") == "WARNING Not Found: /km/s/…/confirm/"


def test_other_addresses_are_logged():
    assert line("Not Found: %s", "/km/petitions/peace/sign/") == "WARNING Not Found: /km/petitions/peace/sign/"
