"""What the commands share: reading the key, showing how far a build is, recording it where there is a database."""

from __future__ import annotations

import contextlib
from argparse import BooleanOptionalAction
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psycopg
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import DatabaseError, connection
from django.utils import translation
from nacl.signing import SigningKey
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from signatures import seal
from signatures.delivery import manifest, signed, stages
from signatures.delivery.build import build, finished_root
from signatures.delivery.bundle import Bundle, open_bundle
from signatures.delivery.models import Delivery
from signatures.delivery.problems import BuildProblem
from signatures.delivery.verify import verify

T = TypeVar("T")
KEY = "DELIVERY_PRIVATE_KEY"
KEY_HELP = "delivery keys, one a line, and SIGNING_PRIVATE_KEY=…; else the settings'"


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


def read_signing_keys(path: Path | None) -> list[SigningKey]:
    try:
        return signed.keys_at_hand(path)
    except seal.KeyProblem as problem:
        raise CommandError(f"{problem}.") from None


class Keys(NamedTuple):
    """What a build opens the names with, and what it signs with."""

    delivery: seal.Keyring
    signing: list[SigningKey]


def keys_for_build(path: Path | None) -> Keys:
    return Keys(read_keys(path), read_signing_keys(path))


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


def frozen_line(delivery: Delivery) -> str:
    """What a freeze has taken, and of it what is new."""
    line = f"{delivery.code}: {delivery.confirmed:,} signatures frozen"
    if delivery.previous is None:
        return line
    return f"{line}, {delivery.previous['new']:,} of them new since delivery {delivery.previous['ordinal']}"


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What stands in the way of a build, as one sentence."""
    try:
        yield
    except BuildProblem as problem:
        raise CommandError(str(problem)) from None
    except KeyboardInterrupt:
        raise CommandError("Stopped. The same command goes on from here.", returncode=130) from None


def build_shown(
    bundle: Path, out: Path, *, key: Path | None, jobs: int | None, bom: bool | None, stdout: OutputWrapper
) -> None:
    """Build, say how it went, and record both where the delivery is known. Who holds the key needs no second person."""
    keys = keys_for_build(key)
    with told():
        opened = open_bundle(bundle)
        record_begun(opened)
        root = build_told(opened, out, keys=keys, jobs=jobs, bom=bom, stdout=stdout)
    if recorded(opened, root, out):
        stdout.write(f"{opened.data['petition']['slug']} {opened.data['delivery']['ordinal']} is recorded as built")


def build_told(
    opened: Bundle, out: Path, *, keys: Keys, jobs: int | None, bom: bool | None, stdout: OutputWrapper
) -> str:
    """Build with a progress bar, and say what was made. Gives the root."""
    if finished_root(opened, out, bom) is not None:
        stdout.write(f"{out} is whole already: nothing has to be made")
    with shown(stdout) as progress:
        root = build(
            opened.path, out, keys=keys.delivery, signing_keys=keys.signing, jobs=jobs, bom=bom, progress=progress
        )
    counts = opened.counts
    stdout.write(
        f"{out}: packets: {len(opened.data['recipients'])}, volumes: {len(opened.chunks)}, "
        f"signatures: {counts['confirmed']:,} ({counts['named']:,} named, {counts['withheld']:,} withheld)"
    )
    stdout.write(signed_line(opened, out))
    stdout.write(f"root {root}")
    return root


def verify_told(folder: Path, *, stdout: OutputWrapper) -> None:
    """Verify a folder; CommandError with all that is wrong in it."""
    findings = verify(folder)
    if findings:
        told_each = "\n".join(str(finding) for finding in findings)
        raise CommandError(f"{told_each}\n{folder} is not right: {len(findings)} findings.")
    stdout.write("All right: every sum, every row, the tables, the root.")


def record_begun(bundle: Bundle) -> None:
    """That names were to be opened is on record before they are, where there is a database of this site."""
    where_known(lambda: stages.record_begun(**which(bundle)))


def which(bundle: Bundle) -> dict[str, Any]:
    """The delivery a bundle was frozen for, as it is looked up."""
    return {
        "slug": bundle.data["petition"]["slug"],
        "ordinal": bundle.data["delivery"]["ordinal"],
        "frozen_at": bundle.frozen_at,
    }


def recorded(bundle: Bundle, root: str, folder: Path) -> bool:
    """Record the delivery as built. False where there is no database, or none that waits for it."""
    return bool(where_known(lambda: stages.record_built(**which(bundle), root=root, folder=folder)))


def where_known(record: Callable[[], T]) -> T | None:
    """What `record` gives; None where there is no database, or none of this site."""
    if not _database_answers():
        return None
    try:
        return record()
    except DatabaseError:  # a database, but not of this site
        return None


def _database_answers() -> bool:
    """Asked past the pool, which would try for ten seconds on a machine that has no database."""
    try:
        psycopg.connect(**connection.get_connection_params(), connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True
