"""Locks that the kernel gives back by itself, however a process ends. Who inherits the descriptor holds on to it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def hold(path: Path, *, shared: bool = False) -> int:
    """Waits for the lock; closing the descriptor gives it back."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    return lock


def take(lock: int, *, shared: bool = False) -> bool:
    """Whether it is held in this way now, without waiting. Where not, it is no longer held in the other way either."""
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    lock = hold(path)
    try:
        yield
    finally:
        os.close(lock)


def is_free(path: Path) -> bool:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        return take(lock)
    finally:
        os.close(lock)


def wait_until_free(path: Path, *, seconds: float) -> bool:
    """Whether it became free in that time."""
    end = time.monotonic() + seconds
    while not is_free(path):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
