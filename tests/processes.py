"""Programs of the site as processes of their own, on the database of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from django.db import connection

from petition.local import ROOT


def database_url() -> str:
    """The tests' own database, wherever its server is."""
    found = connection.settings_dict
    user = quote(found["USER"]) + (f":{quote(found['PASSWORD'])}" if found["PASSWORD"] else "")
    options = {name: value for name, value in found["OPTIONS"].items() if name in ("host", "sslmode")}
    host = found["HOST"]
    if host.startswith("/"):  # a socket's folder
        options["host"], host = host, ""
    place = f"{host}:{found['PORT']}" if found["PORT"] else host
    return f"postgres://{user}@{place}/{found['NAME']}" + (f"?{urlencode(options)}" if options else "")


def environment(**settings: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database_url()} | settings


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command of manage.py, to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def running(*command: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A program that runs until the block ends."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def children(process: subprocess.Popen[Any]) -> list[int]:
    """The processes that it has started, and that run."""
    found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]
