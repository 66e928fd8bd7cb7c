"""What the commands share: reading the key, showing how far a build is, recording it where there is a database."""

from __future__ import annotations

import contextlib
from argparse import BooleanOptionalAction
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import DatabaseError, connection
from django.utils import translation
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from signatures import seal
from signatures.delivery import stages
from signatures.delivery.build import build
from signatures.delivery.bundle import Bundle, open_bundle
from signatures.delivery.problems import BuildProblem

KEY = "DELIVERY_PRIVATE_KEY"


def add_bom(parser: CommandParser) -> None:
    parser.add_argument(
        "--bom",
        action=BooleanOptionalAction,
        help="signatures.csv with or without a byte order mark (for Excel); else as the delivery was planned",
    )


def read_keys(path: Path | None) -> seal.Keyring:
    """The delivery keys from a file, else from the settings; none is no fault yet."""
    try:
        return seal.keys_at_hand(KEY, path)
    except seal.KeyProblem as problem:
        raise CommandError(f"{problem}.") from None


def step_name(step: str) -> str:
    with translation.override("en"):
        return str(stages.STEPS[step])


@contextlib.contextmanager
def shown(out: OutputWrapper) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal; elsewhere a line whenever something is done."""
    if not out.isatty():
        yield lambda step, done, total: out.write(f"{step_name(step)}: {done} of {total}") if done else None
        return
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=out)) as bars:  # type: ignore[arg-type]
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step_name(step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show


def build_shown(
    bundle: Path, out: Path, *, keys: seal.Keyring, jobs: int | None, bom: bool | None, stdout: OutputWrapper
) -> None:
    """Build, say how it went, and record both where the delivery is known. Who holds the key needs no second person."""
    try:
        opened = open_bundle(bundle)
        record_begun(opened)
        with shown(stdout) as progress:
            root = build(bundle, out, keys=keys, jobs=jobs, bom=bom, progress=progress)
    except BuildProblem as problem:
        raise CommandError(str(problem)) from None
    except KeyboardInterrupt:
        raise CommandError("Stopped. The same command goes on from here.", returncode=130) from None
    counts = opened.counts
    stdout.write(
        f"{out}: packets: {len(opened.data['recipients'])}, volumes: {len(opened.chunks)}, "
        f"signatures: {counts['confirmed']:,} ({counts['named']:,} named, {counts['withheld']:,} withheld)"
    )
    stdout.write(f"root {root}")
    if recorded(opened, root):
        stdout.write(f"{opened.data['petition']['slug']} {opened.data['delivery']['ordinal']} is recorded as built")


def record_begun(bundle: Bundle) -> None:
    """That names were to be opened is on record before they are, where there is a database of this site."""
    if database_answers():
        with contextlib.suppress(DatabaseError):
            stages.record_begun(**which(bundle))


def which(bundle: Bundle) -> dict[str, Any]:
    """The delivery a bundle was frozen for, as it is looked up."""
    return {
        "slug": bundle.data["petition"]["slug"],
        "ordinal": bundle.data["delivery"]["ordinal"],
        "frozen_at": bundle.frozen_at,
    }


def recorded(bundle: Bundle, root: str) -> bool:
    """Record the delivery as built. False where there is no database, or none that waits for it."""
    if not database_answers():
        return False
    try:
        return stages.record_built(**which(bundle), root=root)
    except DatabaseError:  # a database, but not of this site
        return False


def database_answers() -> bool:
    """Asked past the pool, which would try for ten seconds on a machine that has no database."""
    try:
        psycopg.connect(**connection.get_connection_params(), connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True
