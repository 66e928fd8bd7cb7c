"""The web server as petition/local/serve.py runs it, on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from petition.local import ROOT
from tests.bench.load import HOST

GUNICORN = ["-w", "2", "-k", "gthread", "--threads", "16", "--no-control-socket"]
GUNICORN += ["--logger-class", "petition.logs.ServerLog", "--log-level", "warning"]
START = 30  # seconds


class ServerFailed(Exception):
    """gunicorn did not start."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def serving(application: str, **settings: str) -> Iterator[int]:
    """gunicorn with a WSGI application; gives its port, and stops it at the end."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, *GUNICORN, "-b", f"{HOST}:{port}"],
        cwd=ROOT,
        env=os.environ | settings,
    )
    try:
        _wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServerFailed(f"gunicorn ended with {server.returncode}; what it said stands above")
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise ServerFailed(f"gunicorn did not listen within {START} seconds")
