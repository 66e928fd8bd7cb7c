"""The switches for the bad hour: what is turned on is in force in every process within seconds, and stays known to it
while the database is down."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db import Error, transaction

from petition import audit
from petition.models.switch import Name, Switch

SECONDS = 2.0  # a process looks so often
RETRY_SECONDS = 5.0  # and after a failure so often: a database that is down must not take a thread at each look


@dataclass(frozen=True)
class Switches:
    """Which of them are on."""

    pause_signing: bool = False
    review_everything: bool = False
    ask_for_work: bool = False
    hold_mail: bool = False
    fallback: bool = False


# What rooms above this one do when a switch is turned off.
when_off: dict[str, list[Callable[[], object]]] = {}

_known = Switches()
_look_at = float("-inf")
_looking = threading.Lock()
_assumed: ContextVar[Switches | None] = ContextVar("assumed", default=None)


def read() -> Switches:
    """As the database has them now."""
    return Switches(**dict.fromkeys(Switch.objects.values_list("name", flat=True), True))


def keep(found: Switches, *, seconds: float) -> None:
    """Know them so for some seconds."""
    global _known, _look_at
    _known = found
    _look_at = time.monotonic() + seconds


def forget() -> None:
    """Look anew at the next question."""
    global _look_at
    _look_at = float("-inf")


def current() -> Switches:
    """As this process knows them, at most SECONDS old; where the database is down, as they were last. One thread looks,
    and the others do not wait for it."""
    assumed = _assumed.get()
    if assumed is not None:
        return assumed
    if time.monotonic() >= _look_at and _looking.acquire(blocking=False):
        try:
            keep(read(), seconds=SECONDS)
        except Error:
            keep(_known, seconds=RETRY_SECONDS)
        finally:
            _looking.release()
    return _known


@contextlib.contextmanager
def assumed(**on: bool) -> Iterator[None]:
    """Within this block and thread, some of them are taken to be on, or off."""
    token = _assumed.set(replace(current(), **on))
    try:
        yield
    finally:
        _assumed.reset(token)


@transaction.atomic
def turn(*, name: str, on: bool, by: User, why: str = "") -> bool:
    """Turn a switch, with a word on why it is turned on. False where somebody else had turned it so already."""
    name = Name(name)
    target = f"switch:{name}"
    if on:
        _row, changed = Switch.objects.get_or_create(name=name, defaults={"by": by.get_username(), "why": why})
        if changed:
            audit.record(by=by, act="turn_on", target=target, detail={"why": why})
    else:
        changed = bool(Switch.objects.filter(name=name).delete()[0])
        for act in when_off.get(name, []):
            act()
        if changed:
            audit.record(by=by, act="turn_off", target=target)
    forget()
    transaction.on_commit(forget)
    return changed
