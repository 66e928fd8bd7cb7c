"""The place where a folder is made: OUT.building/, for one build at a time, with what an earlier one finished there."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from petition import countries, glyphs, khmer, typesetting
from petition.files import clear, make_folder, write_whole
from signatures.delivery import manifest
from signatures.delivery.bundle import Bundle
from signatures.delivery.problems import BuildProblem

_LOCK_SECONDS = 30
_HERE = Path(__file__).parent


class Finished(Exception):
    """The build that was waited for has moved the folder to its place."""


@dataclass(frozen=True)
class Workplace:
    """OUT.building, held by this process."""

    folder: Path
    lock: int

    @property
    def book(self) -> Path:
        return self.folder / "book"

    @property
    def parts(self) -> Path:
        return self.folder / ".parts"


def program() -> str:
    """A sum over all that makes a volume what it is. What another version left half-made is not gone on with."""
    digest = hashlib.sha256()
    for name in ("typst", "xlsxwriter", "babel", "anyascii"):
        digest.update(f"{name} {version(name)}\n".encode())
    shared = (Path(str(module.__file__)) for module in (countries, glyphs, khmer, typesetting))
    pages = (*_HERE.glob("typst/*.typ"), *typesetting.HOUSE.glob("*.typ"), *glyphs.FONTS.glob("*.ttf"))
    for path in sorted((*_HERE.glob("*.py"), *pages, *shared)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def claim(out: Path, bundle: Bundle) -> Iterator[Workplace]:
    """OUT.building for this build alone: with the volumes that an earlier build of this bundle finished, else empty."""
    folder = out.with_name(f"{out.name}.building")
    make_folder(folder)
    lock = os.open(folder, os.O_RDONLY)
    try:
        _wait_for(lock, folder)
        work = Workplace(folder, lock)
        _tidy(work, {"bundle": bundle.sha256, "program": program(), "csv_bom": bundle.csv_bom})
        yield work
    finally:
        os.close(lock)


def _wait_for(lock: int, folder: Path) -> None:
    """The workers of a killed build hold the lock until they end, a moment later; another build holds it for long."""
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        if time.monotonic() > until:
            raise BuildProblem(_("Another build is at work in %(path)s."), path=folder)
        time.sleep(0.1)
    if not folder.exists() or not os.path.samestat(os.fstat(lock), folder.stat()):
        raise Finished


def _tidy(work: Workplace, state: dict[str, Any]) -> None:
    note = work.parts / "build.json"
    try:
        goes_on = json.loads(note.read_bytes()) == state
    except (OSError, ValueError):
        goes_on = False
    if not goes_on and not work.parts.exists() and any(work.folder.iterdir()):
        raise BuildProblem(_("%(path)s is no unfinished delivery: move it away."), path=work.folder)
    kept = {work.parts, work.book} if goes_on else set()
    for path in work.folder.iterdir():
        if path not in kept:
            clear(path)
    make_folder(work.parts)
    make_folder(work.book)
    for path in (*work.parts.iterdir(), *work.book.iterdir()):
        if path.name.endswith(".partial") or path.name == "scratch" or path.name in manifest.TABLES:
            clear(path)
    make_folder(work.parts / "scratch")
    write_whole(note, json.dumps(state).encode())
