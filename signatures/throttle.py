"""How often a network and a mailbox may sign. Wide enough for a phone operator's shared address, and the same whether
the mailbox is known or not."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage

from petition.addresses import network_of
from signatures import blind


def _wait(request: HttpRequest, *, group: str, counted: bytes, rate: str) -> int | None:
    """Count one more; the seconds until the window ends where that is one too many."""
    usage = get_usage(request, group=group, key=lambda *_: counted.hex(), rate=rate, increment=True)
    if usage is None or not usage["should_limit"]:
        return None
    return max(int(usage["time_left"]), 1)


def check(request: HttpRequest, *, mailbox: bytes | None) -> int | None:
    """Count a signing: None where it may go on, else the seconds to wait. `mailbox` is its blind index, None where no
    address was given. Both limits are counted always, so that neither tells anything of the other. Call it before the
    transaction: what is rolled back is not counted."""
    waits = [
        _wait(
            request,
            group="sign-network",
            counted=blind.network(network_of(request)),
            rate=settings.SIGN_LIMIT_NETWORK,
        )
    ]
    if mailbox is not None:
        waits.append(_wait(request, group="sign-mailbox", counted=mailbox, rate=settings.SIGN_LIMIT_MAILBOX))
    return max((wait for wait in waits if wait is not None), default=None)
