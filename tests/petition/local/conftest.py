"""Sites and servers of these tests' own, apart from the database of all the others."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from petition.local import ROOT

SECONDS = 90  # for a first start, on a machine that is busy


@pytest.fixture
def var_dir():
    """Its path is not a simple one. As root the server is an ordinary user, who must get through to it."""
    folder = Path(tempfile.mkdtemp(prefix="hatthalekha ញត្តិ "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def environment(var_dir):
    """As after a log-in: no setting but VAR_DIR."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"VAR_DIR": str(var_dir)}


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A program under way, and what it said."""

    def __init__(self, *command: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, text: str) -> str:
        """The line that holds it."""
        while (line := self.lines.get(timeout=SECONDS)) is not None:
            self.said += line
            if text in line:
                return line
        raise AssertionError(f"it ended without “{text}”:\n{self.said}")

    def end(self, how: int | None = None) -> int:
        """The exit code, after a signal or by itself."""
        if how is not None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=SECONDS)
        self.listener.join(SECONDS)  # it ends when nobody can say anything any more
        assert not self.listener.is_alive()
        while not self.lines.empty():
            self.said += self.lines.get() or ""
        return code


@pytest.fixture
def start(environment):
    """Starts a program of the project; whatever a failed test left is killed."""
    started = []

    def start(*command, **settings):
        program = Program(*command, env=environment | settings)
        started.append(program)
        return program

    yield start
    for program in started:
        if program.process.poll() is None:
            program.end(signal.SIGKILL)


def _processes(folder: Path) -> dict[int, str]:
    """Those that name the folder, in their command or in their environment: their command lines by process id."""
    if not Path("/proc/self/environ").exists():
        listed = subprocess.run(["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
        lines = [line.split(maxsplit=1) for line in listed.stdout.splitlines() if str(folder) in line]
        return {int(pid): command for pid, command in lines}
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environ = (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in command + environ:
            found[int(process.name)] = command.replace(b"\0", b" ").decode()
    return found


def processes_of(folder: Path) -> list[str]:
    return list(_processes(folder).values())


def pids_of(folder: Path, word: str = "") -> list[int]:
    return [pid for pid, command in _processes(folder).items() if word in command]


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
