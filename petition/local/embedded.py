"""The embedded PostgreSQL: private to one VAR_DIR, there while somebody uses it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

DATABASE = "hatthalekha"


def socket_folder(var_dir: Path) -> Path:
    """Short, because a socket's path may have 103 bytes; the same for every process that means this VAR_DIR."""
    return Path("/tmp") / f"hatthalekha-{hashlib.sha256(os.fsencode(os.path.realpath(var_dir))).hexdigest()[:16]}"


def url(var_dir: Path, db: str = DATABASE) -> str:
    """The server's address, whether it runs or not."""
    return f"postgres://postgres@/{db}?host={socket_folder(var_dir)}"
