"""How often a password or a code may be tried.

A stranger who tries somebody's name from their own network makes only themselves wait: the counters are of the name and
the network together, and a browser in which that person has logged in before has counters of its own. A code is tried
only after the password was right, so there the account counts wherever it is tried from: else a thousand networks could
guess six digits in a day. Names are counted alike whether there is such an account or not.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_ratelimit.core import get_usage

from petition import audit, devices
from petition.addresses import network_of

# The waits grow: to the end of a minute, a quarter of an hour, an hour, a day.
TRIES = ("5/m", "10/15m", "20/h", "50/d")
# In a browser of theirs, where a person's own right answers count as well.
KNOWN_TRIES = ("10/m", "30/15m", "60/h", "300/d")
# Of one network over all names: only so that nobody keeps the server at hashing.
NETWORK_TRIES = ("60/m", "600/h")


def _usages(request: HttpRequest, group: str, of: str, rates: Sequence[str], *, count: bool) -> list[dict[str, int]]:
    # The counters' keys outlive the request: keyed hashes, of which nobody can tell a name or a network.
    key = salted_hmac("petition.attempts", of, algorithm="sha256").hexdigest()
    found = (get_usage(request, group=group, key=lambda *_: key, rate=rate, increment=count) for rate in rates)
    return [usage for usage in found if usage is not None]


def _wait(usages: Sequence[dict[str, int]]) -> int | None:
    return max((max(usage["time_left"], 1) for usage in usages if usage["should_limit"]), default=None)


def _try(request: HttpRequest, group: str, of: str, rates: Sequence[str]) -> tuple[int | None, bool]:
    """Counts one try: the seconds to wait, None where it may be made; and whether a limit was passed by this one. Who
    must wait and tries again does not wait longer for it."""
    if (wait := _wait(_usages(request, group, of, rates, count=False))) is not None:
        return wait, False
    usages = _usages(request, group, of, rates, count=True)
    return _wait(usages), any(usage["count"] == usage["limit"] + 1 for usage in usages)


def password_wait(request: HttpRequest, username: str) -> int | None:
    """Call it before the password is looked at, outside a transaction: what is rolled back is not counted."""
    username = username.replace("\0", "")  # which the database has no letter for
    name = username.strip().casefold()
    if browser := devices.known_by_name(request, username):
        wait, is_passed = _try(request, "staff-password", f"{browser} {name}", KNOWN_TRIES)
    else:
        network = network_of(request)
        wait, _passed = _try(request, "staff-network", network, NETWORK_TRIES)
        if wait is not None:
            return wait
        wait, is_passed = _try(request, "staff-password", f"{network} {name}", TRIES)
    if is_passed:
        user = User.objects.filter(username=username).first()
        if user is not None:
            audit.record(by=None, act="log_in_refused", target=user)
    return wait


def factor_wait(request: HttpRequest, user: User) -> int | None:
    """For a code, a key, or a password that is asked for once more."""
    browser = devices.known(request, user)
    wait, is_passed = _try(request, "staff-factor", f"{browser} {user.pk}", KNOWN_TRIES if browser else TRIES)
    if is_passed:
        audit.record(by=None, act="factor_refused", target=user)
    return wait
