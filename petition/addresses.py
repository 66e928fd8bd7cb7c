"""Where a request comes from, as far as the limits need to know it: the client's network, never stored or logged."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Who has one address of an IPv6 site has the whole /48; an IPv4 /24 is about what one household or office can roam in.
IPV4_PREFIX = 24
IPV6_PREFIX = 48

# A server on a unix socket sees no address: the peer is a program on this machine.
UNIX_SOCKET_PEER = "127.0.0.1"


def parse_networks(text: str, name: str = "TRUSTED_PROXIES") -> list[Network]:
    """The networks of a setting, parted by commas or blanks: "10.0.0.0/8, ::1". A wrong word is refused by its name."""
    networks: list[Network] = []
    for word in text.replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(word))
        except ValueError as fault:
            raise ImproperlyConfigured(
                f"{name} holds {word!r}, which is no network such as 10.0.0.0/8 or 2001:db8::/32 ({fault})"
            ) from None
    return networks


def parse_name_server(text: str, name: str = "NAME_SERVER") -> str:
    """ "system", "none", or one server's address, with a port where it is not 53: "192.0.2.1#5353"."""
    host, _, port = text.partition("#")
    if text not in ("system", "none") and (parse_address(host) is None or not (port or "53").isdecimal()):
        raise ImproperlyConfigured(f"{name} is {text!r}, but must be system, none, or an address such as 192.0.2.1#53")
    return text


def parse_address(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets, IPv4 inside IPv6. None where it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)


def client_address(request: HttpRequest) -> Address | None:
    """The rightmost address of X-Forwarded-For that no trusted proxy has, looked at only where a trusted proxy sent the
    request. Anything a client can write itself stands further left, so it is never believed. None: unknown."""
    peer = parse_address(request.META.get("REMOTE_ADDR") or UNIX_SOCKET_PEER)
    proxies: Sequence[Network] = settings.TRUSTED_PROXIES
    if peer is None or not _is_trusted(peer, proxies):
        return peer
    found = peer
    for word in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = parse_address(word)
        if address is None:
            return peer
        found = address
        if not _is_trusted(address, proxies):
            break
    return found


# This machine, and what is behind it: the client itself is not known, as behind a proxy that TRUSTED_PROXIES lacks.
OWN = parse_networks("127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1 fc00::/7 fe80::/10", "OWN")


def is_own(address: Address) -> bool:
    """Whether an address is of this machine or of a network behind it, so that it says nothing of a client."""
    return _is_trusted(address, OWN)


def network_of(request: HttpRequest) -> str:
    """The client's network, "203.0.113.0/24" or "2001:db8::/48"; "" where it is unknown."""
    address = client_address(request)
    if address is None:
        return ""
    prefix = IPV4_PREFIX if address.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network((address.packed, prefix), strict=False))
