"""The lists of staff: networks, mail domains and mailboxes whose signings are let through, held or blocked."""

from __future__ import annotations

import fnmatch
import ipaddress
import re
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from petition.addresses import Address
from signatures import blind, mailbox
from signatures.models import Effect, ListEntry
from signatures.models.lists import DOMAIN, SMALLEST_PREFIX
from signatures.remembered import Remembered


def as_network(text: str) -> str:
    """A network as it is stored; an address within it may be typed, and an address alone is a network of its own.
    Raises ValueError for what is none, and for one that is too wide to be meant."""
    network = ipaddress.ip_network(text, strict=False)
    if network.version == 6 and network.prefixlen >= 96 and (mapped := network.network_address.ipv4_mapped):
        network = ipaddress.ip_network((mapped, network.prefixlen - 96))
    if network.prefixlen < SMALLEST_PREFIX or "%" in text:
        raise ValueError("no network of an address, or too wide")
    return str(network)


def _as_ascii(label: str) -> str:
    return label.encode("idna").decode()


def as_domain(text: str) -> str:
    """A mail domain or a pattern of some as it is stored: lower case, ASCII; `*` stands for any letters, `?` for one.
    A domain whose mailboxes are those of another one is that other one. Raises ValueError for what is none."""
    domain = text.lower().removeprefix("@").removesuffix(".")
    if re.search("[*?]", domain):
        domain = ".".join(part if re.search("[*?]", part) else _as_ascii(part) for part in domain.split("."))
    elif "@" not in domain:
        domain = mailbox.canonical(f"x@{domain}").rpartition("@")[2]
    if len(domain) > 253 or not re.fullmatch(DOMAIN, domain):
        raise ValueError("no mail domain")
    return domain


class Book:
    """The entries in force, by what they are looked up by."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self.mailboxes: dict[bytes, str] = {}
        self.domains: dict[str, str] = {}
        self.endings: dict[str, str] = {}  # of `*.example.org`: `.example.org`
        self.globs: list[tuple[re.Pattern[str], str]] = []  # the longest first
        self.networks: dict[tuple[int, int], dict[int, str]] = {}  # (version, prefix), to the network's number
        entries = list(entries)
        for entry in entries:
            if entry.mailbox_hash is not None:
                self.mailboxes[bytes(entry.mailbox_hash)] = entry.effect
            elif entry.network is not None:
                network = ipaddress.ip_network(entry.network)
                numbers = self.networks.setdefault((network.version, network.prefixlen), {})
                numbers[int(network.network_address)] = entry.effect
        for entry in sorted(entries, key=lambda entry: -len(entry.domain or "")):
            self._add_domain(entry.domain or "", entry.effect)
        self.prefixes = {v: sorted((p for w, p in self.networks if w == v), reverse=True) for v in (4, 6)}

    def _add_domain(self, domain: str, effect: str) -> None:
        if not re.search("[*?]", domain):
            self.domains[domain] = effect
        elif domain.startswith("*.") and not re.search("[*?]", domain[1:]):
            self.endings[domain[1:]] = effect
        else:
            self.globs.append((re.compile(fnmatch.translate(domain)), effect))

    def of_domain(self, domain: str) -> str | None:
        """The exact one before a pattern, the longer of two patterns before the other, `*.example.org` before both."""
        if (effect := self.domains.get(domain)) is not None:
            return effect
        at = domain.find(".")
        while self.endings and at >= 0:
            if (effect := self.endings.get(domain[at:])) is not None:
                return effect
            at = domain.find(".", at + 1)
        return next((effect for pattern, effect in self.globs if pattern.match(domain)), None)

    def of_network(self, address: Address) -> str | None:
        """The smallest network in which the address is."""
        number, bits = int(address), address.max_prefixlen
        for prefix in self.prefixes[address.version]:
            network = number >> (bits - prefix) << (bits - prefix)
            if (effect := self.networks[address.version, prefix].get(network)) is not None:
                return effect
        return None


def _read() -> Book:
    return Book(ListEntry.objects.filter(Q(until=None) | Q(until__gte=timezone.localdate())))


_book = Remembered(_read)
forget = _book.forget


def verdict(*, address: Address | None, canonical: str) -> Effect | None:
    """What the lists say of a signing from this address of the network and this canonical e-mail address; None where
    they say nothing. What says more wins: the mailbox before its domain, the domain before the network."""
    book = _book.get()
    found = book.mailboxes.get(blind.listed(canonical)) or book.of_domain(canonical.rpartition("@")[2])
    if found is None and address is not None:
        found = book.of_network(address)
    return Effect(found) if found else None
