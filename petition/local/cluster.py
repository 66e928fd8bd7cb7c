"""One PostgreSQL server on one data folder: made, started, stopped, and found again whatever was killed.

The server inherits a lock and passes it on to every process of its own, so the kernel tells whether any of them is
alive: no stale pid file, zombie or reused pid deceives, and nothing is started beside what a killed server left.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from petition.local import Trouble, locks, places

RECOVERY_SECONDS = 600  # after kill -9 the log is replayed before anybody is let in
STOP_SECONDS = 30

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A failed statement, its parameters, its detail and often its message hold what a signer typed. So no error of a
    # statement is logged: the site says of each which kind it was. What happens to the server itself is.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300"}


class Cluster:
    """Its methods expect that no other process starts or stops it meanwhile: embedded.py sees to that."""

    def __init__(self, var_dir: Path, *, throwaway: bool = False) -> None:
        self.place = places.find(var_dir)
        self.data = self.place.home / "data"
        self.log = self.place.home / "server.log"
        self.alive = var_dir / "postgres.alive"
        self.throwaway = throwaway

    def is_alive(self) -> bool:
        return not locks.is_free(self.alive)

    def answers(self) -> bool:
        command = [self._program("pg_isready"), "-q", "-h", str(self.place.socket), "-p", "5432", "-t", "5"]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def start(self) -> subprocess.Popen[bytes] | None:
        """None where it is there already."""
        if self.is_alive() and self._comes_up():
            return None
        places.private(self.place.home, self.place.owner)
        # What is left in it belongs to nobody alive, or to a server whose data were deleted: that one ends by itself.
        if self.place.socket.is_dir() and not self.place.socket.is_symlink():
            places.private(self.place.socket, self.place.owner)
            shutil.rmtree(self.place.socket)
        places.private(self.place.socket, self.place.owner)
        if not self.data.is_dir():
            self._init()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        server = self._spawn()
        if not self._comes_up():
            server.wait()
            raise self._trouble("PostgreSQL did not start", self._tail())
        return server

    def stop(self) -> None:
        for how in (signal.SIGINT, signal.SIGQUIT):
            if not self.is_alive():
                break
            with contextlib.suppress(OSError, ValueError):
                postmaster = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
                os.kill(postmaster, how)
            if self._is_gone(STOP_SECONDS):
                break
        shutil.rmtree(self.place.socket, ignore_errors=True)
        if self.throwaway:
            shutil.rmtree(self.place.home, ignore_errors=True)

    def ensure_database(self, name: str) -> None:
        conninfo = psycopg.conninfo.make_conninfo(
            host=str(self.place.socket), port=5432, user="postgres", dbname="postgres"
        )
        with psycopg.connect(conninfo, autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    # -- how ---------------------------------------------------------------------------------------------------------

    def _comes_up(self) -> bool:
        """Waits while it lives and does not answer: it may be replaying its log, or be on its way out."""
        end = time.monotonic() + RECOVERY_SECONDS
        while self.is_alive():
            if self.answers():
                return True
            if time.monotonic() > end:
                raise self._trouble("PostgreSQL runs but does not answer", self._tail())
            time.sleep(0.05)
        return False

    def _is_gone(self, seconds: float) -> bool:
        return locks.wait_until_free(self.alive, seconds=seconds)

    def _init(self) -> None:
        """Made aside and then renamed, so `data` is always whole."""
        unfinished = self.place.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = "C" if sys.platform == "darwin" else "C.UTF-8"
        command = [
            *(self._program("initdb"), "-D", str(unfinished), "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", f"--locale={locale}", "--no-instructions"),
            *(["--no-sync"] if self.throwaway else []),
        ]
        run = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **self._surroundings(),
        )
        if run.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise self._trouble("The database could not be made", run.stdout.decode(errors="replace"))
        unfinished.rename(self.data)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | (THROWAWAY if self.throwaway else {})
        command = [self._program("postgres"), "-D", str(self.data), "-k", str(self.place.socket)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        lock = locks.hold(self.alive)
        try:
            with open(self.log, "wb") as log:
                self.log.chmod(0o600)
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[lock],
                    start_new_session=True,
                    **self._surroundings(),
                )
        finally:
            os.close(lock)

    def _program(self, name: str) -> str:
        return str(self.place.programs / name)

    def _surroundings(self) -> dict[str, Any]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        env |= {"LC_ALL": "C", "LANG": "C", "TZ": "UTC"}
        return {"env": env, "cwd": "/", "umask": 0o077, **places.as_user(self.place.owner)}

    def _tail(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        return ""

    def _trouble(self, what: str, output: str) -> Trouble:
        if "No space left on device" in output or "Disk quota exceeded" in output:
            return Trouble(f"The disk is full: PostgreSQL needs room in {self.place.home}.")
        return Trouble(f"{what}. It said:\n{output.strip()}")
