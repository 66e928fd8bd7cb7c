"""What staff may change and every signing asks: read from the database now and then, and kept in the process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

SECONDS = 30  # what staff change is in force everywhere after this

T = TypeVar("T")


class Remembered(Generic[T]):
    """What `read` gives, read anew where it is older than so many seconds."""

    def __init__(self, read: Callable[[], T], *, seconds: float = SECONDS) -> None:
        self._read = read
        self._seconds = seconds
        self._read_at = float("-inf")

    def get(self) -> T:
        if time.monotonic() - self._read_at > self._seconds:
            self._value = self._read()
            self._read_at = time.monotonic()
        return self._value

    def forget(self) -> None:
        """Read it anew the next time: after it was edited in this process."""
        self._read_at = float("-inf")
