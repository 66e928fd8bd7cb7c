"""The embedded PostgreSQL of a VAR_DIR: there while somebody uses it.

Every user holds a shared lock, which the kernel takes back when the process ends, however it ends. The last one out
stops the server; where that one was killed, a watcher does, which was waiting for the lock.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from petition.local import ROOT, Trouble, is_full, locks, places
from petition.local.cluster import Cluster

DATABASE = "hatthalekha"
WATCHER_SECONDS = 60


def url(var_dir: Path, db: str = DATABASE) -> str:
    """The server's address, whether it runs or not."""
    return f"postgres://postgres@/{db}?host={places.socket_folder(var_dir)}&port=5432"


class Embedded:
    """A server in use, and the locks of its VAR_DIR."""

    def __init__(self, var_dir: Path, *, throwaway: bool = False) -> None:
        self.var_dir = var_dir
        self.throwaway = throwaway
        self.changing = var_dir / "postgres.lock"  # held by who starts or stops the server
        self.users = var_dir / "postgres.users"  # shared by all who use it
        self.watchers = var_dir / "postgres.watchers"
        self.children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Where it does not run: the first time, or when it died."""
        with locks.held(self.changing):
            cluster = Cluster(self.var_dir, throwaway=self.throwaway)
            if not cluster.is_alive():
                self.children.append(self._watch())  # before the server: we may be killed while it starts
            if server := cluster.start():
                self.children.append(server)
            cluster.ensure_database(DATABASE)

    def is_alive(self) -> bool:
        return not locks.is_free(self.var_dir / "postgres.alive")

    def is_ours(self, users: int) -> bool:
        """False where VAR_DIR was deleted since the lock was taken, also where it was made anew."""
        try:
            return os.path.samestat(os.fstat(users), self.users.stat())
        except FileNotFoundError:
            return False

    def stop(self) -> None:
        """By who holds the lock of the users alone."""
        with locks.held(self.changing):
            Cluster(self.var_dir, throwaway=self.throwaway).stop()

    def reap(self) -> None:
        """A process that ended is not gone before its parent asked after it."""
        self.children = [child for child in self.children if child.poll() is None]

    def _watch(self) -> subprocess.Popen[bytes]:
        lock = locks.hold(self.watchers, shared=True)
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "petition.local.embedded", self.var_dir, *(["--throwaway"] * self.throwaway)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[lock],
                start_new_session=True,
            )
        finally:
            os.close(lock)


@contextmanager
def running(var_dir: Path, *, throwaway: bool = False) -> Iterator[Embedded]:
    """A server that answers, with its database. Throwaway: fast, not safe, and deleted by the last to go.
    Raises Trouble."""
    var_dir = Path(var_dir).absolute()
    # PGHOSTADDR and its like would lead libpq, ours and that of whom we start, to another server.
    for name in [name for name in os.environ if name.startswith("PG") and name != "PG_BIN_DIR"]:
        del os.environ[name]
    server = Embedded(var_dir, throwaway=throwaway)
    with ExitStack() as stack:
        try:
            var_dir.mkdir(parents=True, exist_ok=True)
            users = locks.hold(server.users, shared=True)
            stack.callback(_leave, server, users)
            server.start()
        except OSError as error:
            if is_full(error):
                raise Trouble(f"The disk is full: there is no room in {var_dir}.") from None
            raise Trouble(f"{error.filename or var_dir} cannot be used: {error.strerror or error}.") from None
        yield server


def _leave(server: Embedded, users: int) -> None:
    """Stops the server, or waits until the watcher did: it may have had the lock before us."""
    is_ours = server.is_ours(users)
    try:
        alone = locks.take(users)
        if not alone and locks.take(users, shared=True):
            return  # others use it
        if alone and is_ours:
            server.stop()
    finally:
        os.close(users)
    if is_ours:
        locks.wait_until_free(server.watchers, seconds=WATCHER_SECONDS)
    for child in server.children:
        child.send_signal(signal.SIGINT)  # alive only where VAR_DIR was deleted under it
        child.wait()


def watch(server: Embedded) -> None:
    """Waits until nobody uses the server."""
    users = locks.hold(server.users)
    if server.is_ours(users):
        server.stop()


if __name__ == "__main__":
    watch(Embedded(Path(sys.argv[1]), throwaway="--throwaway" in sys.argv))
