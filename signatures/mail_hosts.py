"""Whether a mail domain takes mail at all, asked of the DNS before a mail is sent to it.

Only a sure no keeps a mail back: the domain does not exist, says that it takes none (RFC 7505), or has neither a mail
host nor an address. Whatever else goes wrong with the DNS, the mail goes out, and the mail server tries as it does.
"""

from __future__ import annotations

import time

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from django.conf import settings

from signatures import domains

PATIENCE = 3  # seconds for one domain, all name servers together
REST = 60  # seconds in which a name server that was silent is not asked again: mails wait for no DNS
KEPT = 15 * 60  # seconds that an answer is good for


_answers: dict[str, tuple[bool, float]] = {}  # domain: takes no mail, known until
_rests_until = float("-inf")


def take_no_mail(domain: str) -> bool:
    """Whether it is certain that nobody there gets mail. `domain` is in its ASCII form."""
    global _rests_until
    now = time.monotonic()
    if settings.NAME_SERVER == "none" or now < _rests_until or domains.is_reserved(domain):
        return False
    known, until = _answers.get(domain, (False, 0.0))
    if now < until:
        return known
    try:
        answer = _ask(domain, _resolver())
    except (dns.exception.Timeout, dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, OSError):
        _rests_until = now + REST
        return False
    except dns.exception.DNSException:
        return False
    if len(_answers) >= 10_000:
        _answers.clear()
    _answers[domain] = answer, now + KEPT
    return answer


def forget() -> None:
    """Ask anew from now on."""
    global _rests_until
    _answers.clear()
    _rests_until = float("-inf")


def _resolver() -> dns.resolver.Resolver:
    """The machine's own, or the one server that is set: an address, with a port or without."""
    if settings.NAME_SERVER == "system":
        resolver = dns.resolver.Resolver()
    else:
        resolver = dns.resolver.Resolver(configure=False)
        host, _, port = settings.NAME_SERVER.partition("#")
        resolver.nameservers, resolver.port = [host], int(port or 53)
    resolver.lifetime = PATIENCE
    return resolver


def _ask(domain: str, resolver: dns.resolver.Resolver) -> bool:
    try:
        hosts = resolver.resolve(f"{domain}.", "MX")
    except dns.resolver.NXDOMAIN:
        return _knows_the_world(domain, resolver)
    except dns.resolver.NoAnswer:
        return not any(_has(domain, kind, resolver) for kind in ("A", "AAAA"))
    return all(host.exchange == dns.name.root for host in hosts)


def _has(domain: str, kind: str, resolver: dns.resolver.Resolver) -> bool:
    try:
        resolver.resolve(f"{domain}.", kind)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return False
    return True


def _knows_the_world(domain: str, resolver: dns.resolver.Resolver) -> bool:
    """A name server of a closed network says of every name that it is not there, of the root's zones too."""
    return _has(domain.rpartition(".")[2], "NS", resolver) or _has("com", "NS", resolver)
