"""Where a signature stands that erasing it here cannot reach: deliveries that are frozen. Their room enters itself."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import NamedTuple

from signatures.models import Signature


class Frozen(NamedTuple):
    """A delivery that holds a signature, as its owner had chosen by then."""

    frozen_on: datetime.date
    handed_over_on: datetime.date | None  # the day of its last packet so far; None: it has not left yet
    handed_over: int  # packets that have been handed over
    with_names: int  # of these, to recipients who receive names
    may_have_left: bool = False  # it is on its way, or nobody may know yet whether it is


sources: list[Callable[[Signature], Iterable[Frozen]]] = []


def of(signature: Signature) -> list[Frozen]:
    """Oldest first; those of one day as their source has them."""
    return sorted((found for source in sources for found in source(signature)), key=lambda found: found.frozen_on)
