"""The client: one thread, raw sockets kept alive, and no more parsing than it takes to find the end of an answer.

It spends a small part of one core (`busy` tells how much) and spends the same on the floor as on what is measured.
"""

from __future__ import annotations

import re
import selectors
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"
CONNECTIONS = 128  # fewer may all be taken by one of two workers
SILENCE = 30  # seconds without any answer: the server hangs
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSING = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class LoadFailed(Exception):
    """The server did not answer as it must."""


@dataclass
class Load:
    """What a run of requests came to. Seconds everywhere; `busy` is the client's share of one core."""

    requests: int = 0
    seconds: float = 0.0
    busy: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    p50: float = 0.0  # the wait that half of the answers did not exceed
    p99: float = 0.0
    longest: float = 0.0

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def take(self, waits: list[float]) -> None:
        waits.sort()
        self.p50, self.p99, self.longest = waits[len(waits) // 2], waits[len(waits) * 99 // 100], waits[-1]


class _Connection:
    """One socket with one request under way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection((HOST, self.port), timeout=SILENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        self.started = time.perf_counter()
        self.received = b""
        self.total = 0
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take in what has come; True once the answer is whole."""
        some = self.socket.recv(262_144)
        if not some:
            raise LoadFailed("the server closed a connection in the middle of an answer")
        self.received += some
        if not self.total:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.head = self.received[: end + 2]
            length = LENGTH.search(self.head)
            if length is None:
                raise LoadFailed("an answer came without its length")
            self.total = end + 4 + int(length[1])
        return len(self.received) >= self.total


def drive(
    port: int, requests: Iterator[bytes], *, connections: int = CONNECTIONS, seconds: float | None = None
) -> Load:
    """Send the requests, each connection its next when it has its answer, until they or the seconds are over."""
    load = Load()
    waits: list[float] = []
    selector = selectors.DefaultSelector()
    started, cpu = time.perf_counter(), time.process_time()
    deadline = started + seconds if seconds else float("inf")

    def send_next(connection: _Connection) -> None:
        request = next(requests, None) if time.perf_counter() < deadline else None
        if request is None:
            selector.unregister(connection.socket)
            connection.socket.close()
        else:
            connection.send(request)

    for _ in range(connections):
        connection = _Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        send_next(connection)
    while selector.get_map():
        ready = selector.select(timeout=SILENCE)
        if not ready:
            raise LoadFailed(f"no answer in {SILENCE} seconds")
        for key, _events in ready:
            connection = key.data
            if not connection.receive():
                continue
            load.requests += 1
            waits.append(time.perf_counter() - connection.started)
            load.statuses[int(connection.head[9:12])] += 1
            if CLOSING.search(connection.head):
                selector.unregister(connection.socket)
                connection.socket.close()
                connection.open()
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            send_next(connection)
    load.seconds = time.perf_counter() - started
    load.busy = (time.process_time() - cpu) / load.seconds
    load.take(waits)
    return load


def waits(port: int, requests: Iterator[bytes]) -> Iterator[tuple[int, float]]:
    """One request after the other over one connection, as whoever listens to the time would send them: the status of
    each answer, and the seconds until its last byte."""
    connection = _Connection(port)
    for request in requests:
        connection.send(request)
        while not connection.receive():
            pass
        yield int(connection.head[9:12]), time.perf_counter() - connection.started
        if CLOSING.search(connection.head):
            connection.socket.close()
            connection.open()
    connection.socket.close()


def get(path: str) -> bytes:
    """A GET as a phone's browser sends it, as far as a server looks."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\n"
        "Accept-Language: km-KH,km;q=0.9,en;q=0.8\r\nUser-Agent: bench\r\n\r\n"
    ).encode()


def post(path: str, body: bytes, client: str) -> bytes:
    """A form as a browser sends it, through a proxy that names the client's address."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\n"
        f"Accept-Language: km-KH,km;q=0.9,en;q=0.8\r\nUser-Agent: bench\r\nOrigin: http://{HOST}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nX-Forwarded-For: {client}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def wrk(program: str, port: int, path: str, seconds: float) -> Load:
    """The same GETs by wrk, which costs less of the cores than Python does."""
    shown = subprocess.run(
        [program, "-t1", f"-c{CONNECTIONS}", f"-d{max(round(seconds), 1)}s", "--latency",
         "-H", "Accept-Encoding: gzip, deflate, br", "-H", "Accept-Language: km-KH,km;q=0.9,en;q=0.8",
         f"http://{HOST}:{port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in shown or "Socket errors" in shown:
        raise LoadFailed(shown)
    count, length = re.search(r"(\d+) requests in ([\d.]+)s", shown).groups()
    p50, p99 = (_seconds(re.search(rf" {part}%\s+(\S+)", shown)[1]) for part in (50, 99))
    return Load(requests=int(count), seconds=float(length), p50=p50, p99=p99, statuses=Counter({200: int(count)}))


def _seconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\D+)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[unit]
