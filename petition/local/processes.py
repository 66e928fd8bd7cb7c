"""Processes that do not outlive who started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with(parent: int) -> None:
    """The kernel sends SIGTERM when the parent is gone, kill -9 included. Only Linux has it."""
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def start(command: Sequence[str], *, env: Mapping[str, str], fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """In a group of its own: Ctrl-C reaches it through us, in order, and nothing of it is left behind."""
    parent = os.getpid()
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        pass_fds=fds,
        process_group=0,
        preexec_fn=lambda: die_with(parent),
    )


def stop(processes: Sequence[subprocess.Popen[bytes]], *, seconds: float) -> None:
    """All asked at once; who takes longer is killed, with all that it started."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
