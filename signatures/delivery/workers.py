"""Fresh processes for the heavy parts of a build, as many at once as there are cores.

Fresh, because typst keeps its memory between two volumes. A worker is `python -m <module>`: it gets its job, the key in
it, as one JSON line on its standard input, answers one JSON line, and ends. It ends at once when its standard input is
closed, so a build that was killed leaves no worker behind.
"""

from __future__ import annotations

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
from typing import Any

from typst import TypstError
from xlsxwriter.exceptions import XlsxWriterException

from signatures.delivery.bundle import BuildProblem

_ROOT = Path(__file__).resolve().parents[2]
_POLL_SECONDS = 0.02


def explain(error: OSError) -> str:
    """What the system refused, and for which file, as a sentence."""
    where = f" ({error.filename})" if error.filename else ""
    return f"The disk does not take the delivery: {error.strerror or error}{where}."


def serve(task: Callable[[dict[str, Any], Iterator[str]], None]) -> int:
    """In the worker: run one task. It gets the job and an iterator over the further lines up to an empty one."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    try:
        task(job, iter(lines.get, ""))
        answer = {}
    except BuildProblem as problem:
        answer = {"problem": str(problem)}
    except OSError as error:
        answer = {"problem": explain(error)}
    except XlsxWriterException as error:
        # XlsxWriter wraps what the system said.
        inner = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
        answer = {"problem": explain(inner) if inner else f"The table could not be written: {error}."}
    except TypstError as error:
        answer = {"problem": f"{job['name']} could not be set: {error.message}."}
    except MemoryError:
        answer = {"problem": f"The memory does not suffice for {job['name']}; try fewer --jobs."}
    print(json.dumps(answer), flush=True)
    return 1 if answer else 0


def _listen(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line.rstrip("\n"))
    os._exit(1)  # whoever started this worker is gone


class Worker:
    """A running worker, seen from the build. `job["name"]` is what messages call it."""

    def __init__(self, module: str, job: dict[str, Any]) -> None:
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
        )
        self.send(json.dumps(job))

    def send(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: is_done says why

    def is_done(self) -> bool:
        """Whether it has ended well; BuildProblem where it ended otherwise."""
        code = self._process.poll()
        if code is None:
            return False
        assert self._process.stdout is not None
        answer = self._process.stdout.read()
        self.close()
        if code == 0:
            return True
        if answer:
            raise BuildProblem(json.loads(answer)["problem"])
        if code < 0:
            raise BuildProblem(f"The process for {self.name} was killed (signal {-code}): is there too little memory?")
        raise BuildProblem(f"The process for {self.name} failed: {self._last_error() or f'exit {code}'}")

    def _last_error(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.close()
        self._errors.close()


def run_all(jobs: list[tuple[str, dict[str, Any]]], at_once: int, on_done: Callable[[int], None], beside: Worker | None) -> None:
    """Run every (module, job), `at_once` at a time; `on_done` gets a job's place in the list as it ends.

    `beside` is a worker that the caller feeds: its failure ends the run as that of any other does.
    """
    waiting = list(enumerate(jobs))
    running: dict[int, Worker] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                place, (module, job) = waiting.pop(0)
                running[place] = Worker(module, job)
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
