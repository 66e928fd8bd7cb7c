"""Exact counters for the limits, shared by all processes: a Django cache of whole numbers in PostgreSQL, or in Redis.

django-ratelimit calls `add`, then `incr` where somebody was there before, or `get` to look. Each is one statement, so
that no two hits get the same number. What counts many things of one request does so with `hit`, in one statement for
all. Outside a transaction, where a limit belongs, each counts at once and for good; within one it counts when that
commits, and others who count on the same key wait for it.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

# One new counter in so many sweeps up to 1000 expired ones (sql/rate_queries.sql), far more than have come since.
SWEEP_ONE_IN = 100

# No counter lives for ever: where no timeout is given, a year (seconds).
LONGEST = 365 * 24 * 60 * 60

RATE = re.compile(r"[1-9][0-9]*/(?:[1-9][0-9]*)?[smhd]")
UNITS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


class Rate(NamedTuple):
    number: int
    seconds: int


class Hit(NamedTuple):
    """What a counter is to count, and how long a new one lives."""

    amount: int
    seconds: int


class Count(NamedTuple):
    """Where a counter stands, this hit with it, and the seconds until it begins anew."""

    n: int
    left: float


def parse_rate(text: str, name: str) -> str:
    """The rate of a setting as django-ratelimit reads it: "300/h", "5/10m". Anything else is refused by its name."""
    if not RATE.fullmatch(text):
        raise ImproperlyConfigured(f"{name} is {text!r}, but must be a number a time, such as 300/h, 20/m or 5/10m")
    return text


def parse_rates(text: str, name: str) -> str:
    """The same for a setting of several rates, parted by commas or blanks: "300/h, 3000/d"."""
    for word in text.replace(",", " ").split() or [text]:
        parse_rate(word, name)
    return text


@functools.lru_cache(maxsize=64)
def rates(text: str) -> tuple[Rate, ...]:
    """What parse_rates has let through, as numbers."""
    found = []
    for word in text.replace(",", " ").split():
        number, _, period = word.partition("/")
        found.append(Rate(int(number), int(period[:-1] or 1) * UNITS[period[-1]]))
    return tuple(found)


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

    def hit(self, hits: Mapping[str, Hit]) -> dict[str, Count]:
        """Count all of them in one statement. An amount of 0 only looks."""
        by_key = {self.make_and_validate_key(name): name for name in hits}
        values: dict[str, Any] = {
            "keys": list(by_key),
            "amounts": [hits[name].amount for name in by_key.values()],
            "seconds": [hits[name].seconds for name in by_key.values()],
        }
        with connections[self.alias].cursor() as cursor:
            cursor.execute(QUERIES["hit"], values)
            counts = {by_key[key]: Count(n, left) for key, n, left in cursor.fetchall()}
        if random.randrange(SWEEP_ONE_IN) == 0:  # noqa: S311
            self.sweep()
        return counts

    def sweep(self) -> None:
        """Remove some expired counters; nothing hangs on it but the table's size."""
        self._run("sweep")

    def clear(self) -> None:
        self._run("clear")


class RedisRateCache(RedisCache):
    """Django's own, with `hit`. CACHES: {"BACKEND": "petition.ratecache.RedisRateCache", "LOCATION": "redis://…"}."""

    def hit(self, hits: Mapping[str, Hit]) -> dict[str, Count]:
        """Count all of them in one transaction of Redis, sent at once. An amount of 0 only looks."""
        keys = {name: self.make_and_validate_key(name) for name in hits}
        with self._cache.get_client(write=True).pipeline(transaction=True) as pipeline:
            for name, key in keys.items():
                pipeline.set(key, 0, ex=hits[name].seconds, nx=True)
                pipeline.incrby(key, hits[name].amount)
                pipeline.pttl(key)
            answers = pipeline.execute()
        return {name: Count(n, left / 1000) for name, n, left in zip(keys, answers[1::3], answers[2::3], strict=True)}
