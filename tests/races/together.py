"""Many threads at one moment, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def together(acts: Iterable[Callable[[], Any]], at_once: int = 8) -> list[Any]:
    """What each act returned, or the exception it raised, in order. `at_once` are as many as the pool has connections:
    so many really run side by side, the others follow as soon as one of them is done."""
    waiting = list(acts)
    start = Barrier(min(at_once, len(waiting)))

    def run(number: int) -> Any:
        if number < start.parties:
            start.wait()
        try:
            return waiting[number]()
        except Exception as fault:
            return fault
        finally:
            connections.close_all()

    with ThreadPoolExecutor(start.parties) as threads:
        return list(threads.map(run, range(len(waiting))))
