import ipaddress

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from petition.addresses import client_address, network_of, parse_networks


@pytest.fixture(autouse=True)
def proxies(settings):
    settings.TRUSTED_PROXIES = parse_networks("10.0.0.0/8 2001:db8:ffff::/48")


def request_from(peer, forwarded=None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


def test_networks_are_parted_by_commas_or_blanks():
    assert parse_networks("10.0.0.0/8, ::1  192.0.2.1") == [
        ipaddress.ip_network("10.0.0.0/8"),
        ipaddress.ip_network("::1/128"),
        ipaddress.ip_network("192.0.2.1/32"),
    ]


def test_no_networks_is_an_empty_list():
    assert parse_networks("") == []


@pytest.mark.parametrize("word", ["10.0.0.1/8", "localhost", "10.0.0.0/33"])
def test_wrong_network_is_refused_by_its_name(word):
    with pytest.raises(ImproperlyConfigured, match=f"^TRUSTED_PROXIES holds '{word}'"):
        parse_networks(f"::1,{word}")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        # A stranger can write what they like: nobody trusted sent it.
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        # Left of what the proxy added stands what the client made up.
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, <script>", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"),
        ("10.0.0.1", "2001:db8::5", "2001:db8::5"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8:ffff::1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_client_is_the_rightmost_address_no_trusted_proxy_has(peer, forwarded, client):
    assert client_address(request_from(peer, forwarded)) == ipaddress.ip_address(client)


def test_peer_of_a_unix_socket_is_this_machine(settings):
    settings.TRUSTED_PROXIES = parse_networks("127.0.0.1")
    assert client_address(request_from("", "198.51.100.1")) == ipaddress.ip_address("198.51.100.1")


def test_peer_of_a_unix_socket_is_not_trusted_unasked():
    assert network_of(request_from("", "198.51.100.1")) == "127.0.0.0/24"


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("garbage", ""),
    ],
)
def test_network_is_a_24_or_a_48(peer, network):
    assert network_of(request_from(peer)) == network
