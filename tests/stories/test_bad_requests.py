"""Many thousands of bad requests to a served site: none is answered by a server error, none changes a row.

BAD_REQUESTS says how many: BAD_REQUESTS=100000 .venv/bin/python -m pytest tests/stories/test_bad_requests.py
"""

from __future__ import annotations

import errno
import itertools
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import badrequests

HOW_MANY = int(os.environ.get("BAD_REQUESTS", "2000"))
SEED = 1991
AT_ONCE = 8
HUNG_UP = (errno.ENOTCONN, errno.EPIPE, errno.ECONNRESET)
UNKNOWN_CODING = 501  # what HTTP asks for, where a body comes in a transfer coding that the server does not know
# What a request may leave behind: counters of the limits. What the worker writes by itself, at its start and each hour,
# is not ours to count.
LEFT_OUT = (
    "petition_rate_counter|django_session|procrastinate_.*"
    "|signatures_(sealingkey|hourmark|hourtrend|endedpetition|destroyed)"
)


def send(url: str, request: bytes) -> bytes:
    """The whole answer; b"" where the server only hung up, as it may on what is no HTTP."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        answer = bytearray()
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                answer += piece
        except OSError as fault:
            if fault.errno not in HUNG_UP:
                raise
    return bytes(answer)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def contents(database: str) -> dict[str, str]:
    """A digest of every table's rows, and how many signatures' mails were ever queued."""
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ %s", [f"^({LEFT_OUT})$"]
        ).fetchall()
        digest = "SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} AS t"
        found = {name: connection.execute(digest.format(f'"{name}"')).fetchone()[0] for (name,) in tables}
        mails = connection.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%send_mail'"
        ).fetchone()
    return found | {"mails": str(mails[0])}


@pytest.fixture
def answers(site):
    def all_answers(how_many):
        bad = itertools.islice(badrequests.requests(urlsplit(site.url).netloc, SEED), how_many)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while some := list(itertools.islice(bad, 500)):
                yield from zip(some, pool.map(lambda request: send(site.url, request), some), strict=True)

    return all_answers


def test_no_bad_request_is_a_server_error_or_changes_a_row(site, answers):
    before = contents(site.environment["DATABASE_URL"])
    assert len(before) > 30
    seen, wrong = set(), []
    for request, answer in answers(HOW_MANY):
        seen.add(status(answer))
        if status(answer) >= 500 and status(answer) != UNKNOWN_CODING or badrequests.MARK.encode() in answer:
            wrong.append((request[:2000], answer[:2000]))
    assert wrong[:3] == []
    assert {200, 302, 303, 400, 403, 404, 405, 422} - seen <= {303}
    assert contents(site.environment["DATABASE_URL"]) == before
