"""How soon each kind of page begins to come, and what it weighs; in both languages, with nothing signed.

The wait is from the last byte of the request to the first of the answer, on one kept-alive connection, for a page
that is kept and for one that is rendered anew; its floor is hello-world's, asked in turn. The first visit is a
browser's, with nothing kept from an earlier one, on a phone that has Khmer letters of its own: all that comes, heads
included.
"""

from __future__ import annotations

import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.load import HOST, LENGTH, SILENCE, LoadFailed, get
from tests.bench.web import serving
from tests.stories.phones import KHMER, LATIN, Visit, fonts_of, phone
from tests.stories.test_every_page import PAGES

LANGUAGES = ("km", "en")
MOST_BYTES = {"km": 90_000, "en": 45_000}
MOST_REQUESTS = 8
ASKS = 20  # a round
MISSING = ("petitions/nothing-here/", "s/forged/")  # not found, so never kept


@dataclass
class Weight:
    """Of one page. Seconds, and bytes over the wire."""

    page: str
    language: str
    kept: float
    fresh: float
    floor: float
    gzip: int  # the HTML alone, without its head
    brotli: int
    visit: int
    requests: int

    @property
    def is_met(self) -> bool:
        return self.visit <= MOST_BYTES[self.language] and self.requests <= MOST_REQUESTS


def measure(slug: str, *, rounds: int) -> list[Weight]:
    with ExitStack() as stack:
        floor = stack.enter_context(serving("tests.bench.floor:application"))
        kept = stack.enter_context(serving("petition.wsgi:application", PAGE_CACHE_SECONDS="3600"))
        fresh = stack.enter_context(serving("petition.wsgi:application", PAGE_CACHE_SECONDS="0"))
        visits = _first_visits(kept, slug)
        return [
            Weight(
                _name(path, slug),
                language,
                *_waits(f"/{language}/{path}", kept=kept, fresh=fresh, floor=floor, rounds=rounds),
                *(_size(kept, f"/{language}/{path}", coding) for coding in ("gzip", "br")),
                *visits[language, path],
            )
            for language, path in _pages()
        ]


def _pages() -> Iterator[tuple[str, str]]:
    return ((language, path) for path in PAGES if path not in MISSING for language in LANGUAGES)


def _name(path: str, slug: str) -> str:
    return path.removeprefix(f"petitions/{slug}/") or ("petition" if path else "home")


def _waits(path: str, *, kept: int, fresh: int, floor: int, rounds: int) -> Iterator[float]:
    """The medians of the kept page, the fresh one, and the floor."""
    waits: dict[int, list[float]] = {kept: [], fresh: [], floor: []}
    with ExitStack() as stack:
        sockets = {port: stack.enter_context(socket.create_connection((HOST, port), timeout=SILENCE)) for port in waits}
        asked = {port: "/" if port == floor else path for port in waits}
        for port, connection in sockets.items():
            _wait(connection, get(asked[port]))  # the first one is rendered, and gunicorn's threads are started
        for _ in range(rounds):
            for port, connection in sockets.items():
                waits[port] += [_wait(connection, get(asked[port])) for _ in range(ASKS)]
    return (statistics.median(some) for some in waits.values())


def _wait(connection: socket.socket, request: bytes) -> float:
    connection.sendall(request)
    started = time.perf_counter()
    received = connection.recv(262_144)
    wait = time.perf_counter() - started
    while (end := received.find(b"\r\n\r\n")) < 0 or len(received) < end + 4 + int(LENGTH.search(received)[1]):
        more = connection.recv(262_144)
        if not more:
            raise LoadFailed("the server closed a connection in the middle of an answer")
        received += more
    if received[9:12] != b"200":
        raise LoadFailed(f"the page answered {received[9:12].decode()}")
    return wait


def _size(port: int, path: str, coding: str) -> int:
    """Where the client takes this coding alone."""
    request = get(path).replace(b"gzip, deflate, br", coding.encode())
    with socket.create_connection((HOST, port), timeout=SILENCE) as connection:
        connection.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(262_144)
    return int(LENGTH.search(head)[1])


def _first_visits(port: int, slug: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Bytes and requests."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = phone(playwright.chromium, fonts_of(Path(folder) / "fonts", LATIN, KHMER))
        for language, path in _pages():
            visit = Visit(browser)
            visit.open(f"http://{HOST}:{port}/{language}/{path}")
            found[language, path] = sum(visit.sizes.values()), len(visit.sizes)
            visit.close()
        browser.close()
    return found
