"""What makes the site run on one machine: the set-up, the embedded PostgreSQL, the keys, the serving."""

import errno
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class Trouble(Exception):
    """One clear sentence for the person at the terminal. It is printed as it stands, and the exit code is 1."""


def var_dir() -> Path:
    """Where all state is kept: VAR_DIR, else var/ beside the code."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()


def is_full(error: OSError) -> bool:
    # shutil wraps what it met in an error without a number.
    return error.errno in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error)
