"""`make run`: the site, its worker and its database, until Ctrl-C or SIGTERM.

Web and worker are separate processes, as in production; this one only watches over them.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from petition.local import ROOT, Trouble, embedded, is_full, keys, processes, var_dir

STOP_SECONDS = 10
START_SECONDS = 60
# A worker that dies at once is not started again at once.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# What a new database, or a day of an old one, may want; below it PostgreSQL would end in the middle of things.
ROOM_FOR_NEW, ROOM_FOR_OLD = 150_000_000, 30_000_000


class Stop(Exception):
    """Somebody wants us to end."""


class Address(NamedTuple):
    host: str
    port: int

    @classmethod
    def wanted(cls) -> Address:
        port = os.environ.get("PORT") or "8000"
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise Trouble(f"PORT is {port!r}, but must be a number from 1 to 65535.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port))

    def url(self) -> str:
        """As a browser on this machine asks for it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - a comparison
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def listener(self) -> socket.socket:
        """Held from here on, so nobody takes the port while the database starts."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
            listener = socket.socket(found[0], found[1])
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(found[4])
            listener.listen(1)
        except socket.gaierror:
            raise Trouble(f"HOST is {self.host!r}, and no address has that name.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Trouble(f"Port {self.port} is taken: choose another one, PORT={self.port + 1} make run") from None
            raise Trouble(f"{self.host}, port {self.port} cannot be served: {error.strerror}.") from None
        return listener


class Site:
    """The processes of a site that is being served."""

    def __init__(self, address: Address, env: dict[str, str], database: embedded.Embedded | None) -> None:
        self.address = address
        self.env = env
        self.database = database
        self.pause = FIRST_PAUSE
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.worker_since = 0.0

    def start(self, listener: socket.socket) -> None:
        fd = listener.fileno()
        gunicorn = ["gunicorn", "petition.wsgi:application", "-w", "2", "-k", "gthread", "--threads", "16"]
        gunicorn += ["--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"]
        gunicorn += ["--logger-class", "petition.logs.ServerLog", "--bind", f"fd://{fd}"]
        # Who breaks into what the network reaches finds no key there that opens anything.
        env = self.env | {f"{pair}_PRIVATE_KEY": "" for pair in (*keys.PAIRS, keys.SIGNING)}
        self.web = processes.start([sys.executable, "-m", *gunicorn], env=env, fds=[fd])
        listener.close()
        self.start_worker()

    def start_worker(self) -> None:
        self.worker = processes.start([sys.executable, "manage.py", "worker"], env=self.env)
        self.worker_since = time.monotonic()

    def stop(self) -> None:
        processes.stop([process for process in (self.web, self.worker) if process], seconds=STOP_SECONDS)

    def wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            self.look_after()
            if time.monotonic() > end:
                raise Trouble(f"The site does not answer at {self.address.url()} after {START_SECONDS} seconds.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        """Any answer will do: which hosts are allowed is the settings' business."""
        host = self.address.url().removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def look_after(self) -> None:
        """A database or worker that died is started again; without the web there is nothing to serve."""
        if self.web and self.web.poll() is not None:
            raise Trouble(f"The web server ended by itself (exit code {self.web.returncode}).")
        if self.database and not self.database.is_alive():
            say("PostgreSQL ended by itself: starting it again.")
            self.database.start()
        if self.database:
            self.database.reap()
        if self.worker and self.worker.poll() is not None:
            lived = time.monotonic() - self.worker_since
            if lived > 2 * LONGEST_PAUSE:
                self.pause = FIRST_PAUSE
            if lived > self.pause:
                say(f"The worker ended by itself (exit code {self.worker.returncode}): starting it again.")
                self.pause = min(2 * self.pause, LONGEST_PAUSE)
                self.start_worker()


def say(text: str) -> None:
    print(text, flush=True)


def stop_on_signals() -> None:
    """The first signal ends us in order; further ones would only disturb that."""

    def stop(signum: int, frame: FrameType | None) -> None:
        for known in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(known, signal.SIG_IGN)
        raise Stop

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, stop)


def check_room(folder: Path) -> None:
    wanted = ROOM_FOR_OLD if (folder / "postgres").exists() else ROOM_FOR_NEW
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise Trouble(
            f"The disk is full: {folder} has room for {free // 10**6} MB, and {wanted // 10**6} MB are needed."
        )


def prepare(env: dict[str, str]) -> None:
    process = processes.start([sys.executable, "-m", "petition.local.prepare"], env=env)
    try:
        if process.wait():
            raise SystemExit(1)  # it said why
    finally:
        processes.stop([process], seconds=STOP_SECONDS)


def serve() -> None:
    address = Address.wanted()
    folder = var_dir()
    env = os.environ | {"VAR_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    env.setdefault("SITE_URL", address.url())
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(address.listener())
        check_room(folder)
        database = None
        if not os.environ.get("DATABASE_URL"):
            say("Starting PostgreSQL.")
            database = stack.enter_context(embedded.running(folder))
            env["DATABASE_URL"] = embedded.url(folder)
        prepare(env)
        site = Site(address, env, database)
        stack.callback(site.stop)
        site.start(listener)
        site.wait_until_it_answers()
        say(banner(address, env, folder))
        while True:
            time.sleep(0.5)
            site.look_after()


def banner(address: Address, env: dict[str, str], folder: Path) -> str:
    lines = ["", f"  The site     {address.url()}/", f"  For staff    {address.url()}/admin/"]
    if not env.get("EMAIL_URL"):
        lines.append(f"  Its mail     {folder / 'mail'}/")
    return "\n".join([*lines, "", "Ctrl-C stops it."])


def main() -> None:
    os.chdir(ROOT)
    if "MAKELEVEL" in os.environ:  # whoever kills make means us
        processes.die_with(os.getppid())
    try:
        stop_on_signals()
        serve()
    except Stop:
        say("Stopped.")
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        if is_full(error):
            sys.exit(f"The disk is full: there is no room in {var_dir()}.")
        sys.exit(f"{error.filename or var_dir()} cannot be used: {error.strerror or error}.")


if __name__ == "__main__":
    main()
