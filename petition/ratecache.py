"""Exact counters for the limits, shared by all processes: a Django cache of whole numbers in PostgreSQL.

django-ratelimit calls `add`, then `incr` where somebody was there before, or `get` to look. Each is one statement, so
that no two hits get the same number. Outside a transaction, where a limit belongs, each counts at once and for good;
within one it counts when that commits, and others who count on the same key wait for it.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

# One new counter in so many sweeps up to 1000 expired ones (sql/rate_queries.sql), far more than have come since.
SWEEP_ONE_IN = 100

# No counter lives for ever: where no timeout is given, a year (seconds).
LONGEST = 365 * 24 * 60 * 60

RATE = re.compile(r"[1-9][0-9]*/(?:[1-9][0-9]*)?[smhd]")


def parse_rate(text: str, name: str) -> str:
    """The rate of a setting as django-ratelimit reads it: "300/h", "5/10m". Anything else is refused by its name."""
    if not RATE.fullmatch(text):
        raise ImproperlyConfigured(f"{name} is {text!r}, but must be a number a time, such as 300/h, 20/m or 5/10m")
    return text


def _load(path: Path) -> dict[str, str]:
    parts = re.split(r"^-- (\w+) --$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


QUERIES = _load(Path(__file__).parent / "sql" / "rate_queries.sql")


class RateCache(BaseCache):
    """Values are whole numbers, timeouts seconds. CACHES: {"BACKEND": "petition.ratecache.RateCache"}; the LOCATION, if
    given, is the alias of the database."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.alias = location or DEFAULT_DB_ALIAS

    def _run(self, query: str, key: str | None = None, version: int | None = None, **values: Any) -> int | None:
        """The number the query gives back, None where it touched no row."""
        if key is not None:
            values["key"] = self.make_and_validate_key(key, version=version)
        with connections[self.alias].cursor() as cursor:
            cursor.execute(QUERIES[query], values)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def _seconds(self, timeout: Any) -> float:
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return LONGEST if timeout is None else timeout

    def add(self, key: str, value: int, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        added = self._run("add", key, version, n=int(value), timeout=self._seconds(timeout)) is not None
        if added and random.randrange(SWEEP_ONE_IN) == 0:  # noqa: S311
            self.sweep()
        return added

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """The new number. Raises ValueError where there is none to count on, as all of Django's caches do."""
        count = self._run("incr", key, version, n=delta)
        if count is None:
            raise ValueError(f"There is no counter {key!r}")
        return count

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        count = self._run("get", key, version)
        return default if count is None else count

    def set(self, key: str, value: int, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._run("set", key, version, n=int(value), timeout=self._seconds(timeout))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._run("touch", key, version, timeout=self._seconds(timeout)) is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._run("delete", key, version) is not None

    def sweep(self) -> None:
        """Remove some expired counters; nothing hangs on it but the table's size."""
        self._run("sweep")

    def clear(self) -> None:
        self._run("clear")
