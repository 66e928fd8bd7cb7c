"""What the commands share: reading the key, showing how far a build is, recording it where there is a database."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import CommandError, OutputWrapper
from django.db import DatabaseError, connection
from django.utils import translation
from nacl.signing import SigningKey
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from signatures import seal
from signatures.delivery import manifest, signed, stages
from signatures.delivery.build import build
from signatures.delivery.bundle import Bundle, open_bundle
from signatures.delivery.problems import BuildProblem

KEY = "DELIVERY_PRIVATE_KEY"
KEY_HELP = "delivery keys, one a line, and SIGNING_PRIVATE_KEY=…; else the settings'"


def read_keys(path: Path | None) -> seal.Keyring:
    """The delivery keys from a file, else from the settings; none is no fault yet."""
    try:
        return seal.keys_at_hand(KEY, path)
    except seal.KeyProblem as problem:
        raise CommandError(f"{problem}.") from None


def read_signing_keys(path: Path | None) -> list[SigningKey]:
    try:
        return signed.keys_at_hand(path)
    except seal.KeyProblem as problem:
        raise CommandError(f"{problem}.") from None


def signed_line(bundle: Bundle, folder: Path) -> str:
    """By whom a finished folder is signed, or why it is not."""
    if fingerprint := manifest.read(folder)["signed_by"]:
        return f"signed with the key {fingerprint}"
    wanted = signed.wanted(bundle)
    return f"not signed: the signing key {wanted} is not at hand" if wanted else "not signed: the bundle names no key"


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


def build_shown(bundle: Path, out: Path, *, key: Path | None, jobs: int | None, stdout: OutputWrapper) -> None:
    """Build with the keys of a file or of the settings, say how it went, and record both where the delivery is known.
    Who holds the key needs no second person."""
    keys, signing_keys = read_keys(key), read_signing_keys(key)
    try:
        opened = open_bundle(bundle)
        record_begun(opened)
        with shown(stdout) as progress:
            root = build(bundle, out, keys=keys, signing_keys=signing_keys, jobs=jobs, progress=progress)
    except BuildProblem as problem:
        raise CommandError(str(problem)) from None
    except KeyboardInterrupt:
        raise CommandError("Stopped. The same command goes on from here.", returncode=130) from None
    counts = opened.counts
    stdout.write(
        f"{out}: packets: {len(opened.data['recipients'])}, volumes: {len(opened.chunks)}, "
        f"signatures: {counts['confirmed']:,} ({counts['named']:,} named, {counts['withheld']:,} withheld)"
    )
    stdout.write(signed_line(opened, out))
    stdout.write(f"root {root}")
    if recorded(opened, root, out):
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


def recorded(bundle: Bundle, root: str, folder: Path) -> bool:
    """Record the delivery as built. False where there is no database, or none that waits for it."""
    if not database_answers():
        return False
    try:
        return stages.record_built(**which(bundle), root=root, folder=folder)
    except DatabaseError:  # a database, but not of this site
        return False


def database_answers() -> bool:
    """Asked past the pool, which would try for ten seconds on a machine that has no database."""
    try:
        psycopg.connect(**connection.get_connection_params(), connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True
