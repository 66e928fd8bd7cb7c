"""Fresh processes for the heavy parts of a build, as many at once as there are cores.

Fresh, because typst keeps its memory between two volumes. A worker is `python -m <module>`: it gets its job, the key in
it, as one JSON line on its standard input, answers one JSON line, and ends. It ends at once when its standard input is
closed, so a build that was killed leaves no worker behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from django.utils.translation import gettext_noop as _
from typst import TypstError
from xlsxwriter.exceptions import XlsxWriterException

from signatures.delivery.problems import BuildProblem

_ROOT = Path(__file__).resolve().parents[2]
_POLL_SECONDS = 0.02


def refused(error: OSError) -> BuildProblem:
    """What the system refused, as a sentence: a full disk most of all."""
    where = f" ({error.filename})" if error.filename else ""
    said = f"{error.strerror or error}{where}"
    return BuildProblem(_("The disk does not take the delivery: %(error)s."), error=said)


def serve(task: Callable[[dict[str, Any], Iterator[str]], None]) -> int:
    """In the worker: run one task. It gets the job and an iterator over the further lines up to an empty one."""
    os.umask(0o077)  # what it writes holds names
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    try:
        task(job, iter(lines.get, ""))
    except Exception as error:
        problem = _as_problem(error, job["name"])
        if problem is None:
            raise
        print(json.dumps({"message": problem.message, "values": problem.values}), flush=True)
        return 1
    return 0


def _as_problem(error: Exception, name: str) -> BuildProblem | None:
    """The sentence for what can go wrong on a sound machine; None for a fault of this program."""
    if isinstance(error, BuildProblem):
        return error
    if isinstance(error, XlsxWriterException) and error.args and isinstance(error.args[0], OSError):
        error = error.args[0]  # XlsxWriter wraps what the system said
    if isinstance(error, OSError):
        return refused(error)
    if isinstance(error, TypstError):
        return BuildProblem(_("%(name)s could not be set: %(error)s."), name=name, error=error.message)
    if isinstance(error, MemoryError):
        return BuildProblem(_("The memory does not suffice for %(name)s; try fewer --jobs."), name=name)
    return None


def _listen(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line.rstrip("\n"))
    os._exit(1)  # whoever started this worker is gone


class Worker:
    """A running worker, seen from the build. `job["name"]` is what messages call it. It keeps `lock`, an open file,
    open as long as it runs: so a build that was killed is known to be over only when its workers are."""

    def __init__(self, module: str, job: dict[str, Any], lock: int) -> None:
        self.name: str = job["name"]
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Ctrl-C reaches the build alone, which then stops its workers.
            start_new_session=True,
            pass_fds=(lock,),
        )
        self._input = cast(IO[bytes], self._process.stdin)
        self._output = cast(IO[bytes], self._process.stdout)
        self.send(json.dumps(job))

    def send(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has ended: is_done says why
            self._input.write(f"{line}\n".encode())
            self._input.flush()

    def is_done(self) -> bool:
        """Whether it has ended well; BuildProblem where it ended otherwise."""
        code = self._process.poll()
        if code is None:
            return False
        answer = self._output.read()
        self.close()
        if code == 0:
            return True
        if answer:
            said = json.loads(answer)
            raise BuildProblem(said["message"], **said["values"])
        if code < 0:
            raise BuildProblem(
                _("The process for %(name)s was killed (signal %(signal)s): is there too little memory?"),
                name=self.name,
                signal=-code,
            )
        raise BuildProblem(
            _("The process for %(name)s failed: %(error)s"), name=self.name, error=self._last_error() or f"exit {code}"
        )

    def wait(self) -> None:
        """Until it has ended well; BuildProblem where it ends otherwise."""
        while not self.is_done():
            time.sleep(_POLL_SECONDS)

    def _last_error(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        for pipe in (self._input, self._output):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.close()
        self._errors.close()


def run_all(
    jobs: list[tuple[str, dict[str, Any]]],
    at_once: int,
    on_done: Callable[[int], None],
    beside: Worker | None,
    lock: int,
) -> None:
    """Run every (module, job), `at_once` at a time; `on_done` gets a job's place in the list as it ends.

    `beside` is a worker that the caller feeds: its failure ends the run as that of any other does.
    """
    waiting = list(enumerate(jobs))
    running: dict[int, Worker] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                place, (module, job) = waiting.pop(0)
                running[place] = Worker(module, job, lock)
            for place, worker in list(running.items()):
                if worker.is_done():
                    running.pop(place).stop()
                    on_done(place)
            if beside is not None:
                beside.is_done()
            time.sleep(_POLL_SECONDS)
    finally:
        for worker in running.values():
            worker.stop()
