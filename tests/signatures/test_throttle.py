import pytest
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory

from petition.addresses import parse_networks
from signatures.throttle import check

pytestmark = pytest.mark.django_db

SOKHA, DARA = b"\x55" * 32, b"\xdd" * 32


@pytest.fixture(autouse=True)
def limits(settings):
    settings.SIGN_LIMIT_NETWORK = "4/h"
    settings.SIGN_LIMIT_MAILBOX = "2/h"
    settings.TRUSTED_PROXIES = []
    caches[settings.RATELIMIT_USE_CACHE].clear()


def sign(mailbox=SOKHA, peer="203.0.113.7", **headers):
    return check(RequestFactory().post("/", REMOTE_ADDR=peer, **headers), mailbox=mailbox)


def test_mailbox_may_sign_up_to_its_limit():
    waits = [sign() for _ in range(3)]
    assert waits[:2] == [None, None]
    assert 1 <= waits[2] <= 3600


def test_one_mailbox_does_not_stop_another():
    for _ in range(3):
        sign()
    assert sign(DARA) is None


def test_network_may_sign_up_to_its_limit():
    waits = [sign(bytes([number]) * 32) for number in range(5)]
    assert waits[:4] == [None] * 4
    assert 1 <= waits[4] <= 3600


def test_network_is_counted_where_no_mailbox_is_given():
    waits = [sign(None) for _ in range(5)]
    assert (waits[:4], waits[4] is None) == ([None] * 4, False)


def test_neighbours_are_one_network():
    for last in range(4):
        sign(bytes([last]) * 32, peer=f"203.0.113.{last}")
    assert sign(DARA, peer="203.0.113.99") is not None
    assert sign(DARA, peer="203.0.114.99") is None


def test_both_are_counted_also_when_one_is_over():
    for _ in range(4):
        sign(SOKHA)
    # Two of the four were refused for the mailbox, and still count for the network.
    assert sign(DARA) is not None


def test_strangers_do_not_choose_their_network():
    for number in range(4):
        sign(bytes([number]) * 32, HTTP_X_FORWARDED_FOR=f"198.51.{number}.1")
    assert sign(DARA, HTTP_X_FORWARDED_FOR="198.51.100.1") is not None


def test_clients_of_a_trusted_proxy_are_told_apart(settings):
    settings.TRUSTED_PROXIES = parse_networks("203.0.113.7")
    waits = [sign(bytes([number]) * 32, HTTP_X_FORWARDED_FOR=f"198.51.{number}.1") for number in range(6)]
    assert waits == [None] * 6


def test_counters_hold_no_address():
    sign()
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM petition_rate_counter")
        keys = [key for (key,) in cursor.fetchall()]
    assert len(keys) == 2
    assert not any("203.0.113" in key or SOKHA.hex() in key for key in keys)
