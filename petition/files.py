"""Writing files that hold names or addresses: whole or not at all, and for their owner alone."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV}


def for_owner(path: str, flags: int) -> int:
    """An opener: what is made is readable by its owner alone."""
    return os.open(path, flags, 0o600)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, and to read what was written, that is there whole or not at all, whenever the machine stops."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(partial, "w+b", opener=for_owner) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    with whole(path) as file:
        file.write(data)


def flush(path: Path) -> None:
    """Have the disk take a file, or the names in a folder."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def make_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def link(source: Path, target: Path) -> None:
    """A hard link, or a copy on a disk that has no links (many memory sticks)."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(source, target)


def clear(path: Path) -> None:
    """Take away a file or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
