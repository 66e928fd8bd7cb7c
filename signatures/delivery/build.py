"""Building: from a bundle to the folder that is handed over.

It is made in OUT.building/ and moved to OUT when it is whole, so that nothing half-made looks finished. Until then
OUT.building/.parts keeps the rows of finished volumes in clear text, for their owner alone, so that it can go on.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _
from nacl.signing import SigningKey

from petition.files import clear, flush, link, make_folder, write_whole
from petition.glyphs import FACES, is_whole
from signatures.delivery import manifest, packet_manifest
from signatures.delivery.annex import is_finished
from signatures.delivery.bundle import Bundle, Chunk, Tally, check_tallies, open_bundle
from signatures.delivery.letters import problems
from signatures.delivery.opening import check_keys, open_salt
from signatures.delivery.problems import BuildProblem
from signatures.delivery.registers import join_parts
from signatures.delivery.signed import Signer, keys_at_hand, signer_of
from signatures.delivery.volumes import finished
from signatures.delivery.workers import Worker, refused, run_all
from signatures.delivery.workplace import Finished, Workplace, claim
from signatures.seal import Keyring

CHECKER = Path(__file__).parent / manifest.CHECKER

CHECKING, VOLUMES, TABLES, LETTERS, SUMS = "checking", "volumes", "tables", "letters", "sums"

Progress = Callable[[str, int, int], None]

VOLUME_MEMORY = 3 << 29  # bytes: a volume of 25,000 rows took 1,250 MiB, and must take less than this


def silent(step: str, done: int, total: int) -> None:
    pass


def build(
    bundle: Path,
    out: Path,
    *,
    keys: Keyring,
    signing_keys: Sequence[SigningKey] | None = None,
    jobs: int | None = None,
    bom: bool | None = None,
    progress: Progress = silent,
) -> str:
    """Make the delivery folder `out` and give its root. Where `out` is already that of this bundle it is left as it is.

    It is signed where the key that the bundle names is among `signing_keys`, else those of the settings.
    `bom` says whether signatures.csv begins with a byte order mark; without it the bundle does.
    `progress` gets a step, how much of it is done and how much it is in all. It may raise, which ends the build.
    BuildProblem says in one sentence what is wrong; a build that was ended in any way goes on when it is called again.
    """
    progress(CHECKING, 0, 1)
    bundle, out = bundle.absolute(), out.absolute()
    opened = open_bundle(bundle)
    if bom is not None:
        opened.data["csv_bom"] = bom
    root = finished_root(opened, out, bom)
    if root is not None:
        progress(CHECKING, 1, 1)
        return root
    check_fonts()
    check_texts(opened)
    check_keys(opened, keys)
    open_salt(opened, keys)
    signer = signer_of(opened, keys_at_hand() if signing_keys is None else signing_keys)
    progress(CHECKING, 1, 1)
    try:
        with claim(out, opened) as work:
            root = fill(work, opened, keys, signer, at_once(jobs), progress)
            finish(work, out)
    except Finished:
        return build(bundle, out, keys=keys, signing_keys=signing_keys, jobs=jobs, bom=bom, progress=progress)
    except OSError as error:
        raise refused(error) from None
    return root


def finish(work: Workplace, out: Path) -> None:
    """Move a whole folder to its place, once the disk has all of it."""
    clear(work.parts)
    for folder, _folders, _files in os.walk(work.folder):
        flush(Path(folder))
    work.folder.rename(out)
    flush(out.parent)


def finished_root(bundle: Bundle, out: Path, bom: bool | None) -> str | None:
    """The root of the finished folder at `out`; None where there is nothing yet."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    try:
        found = manifest.read(out)
        is_same, has_bom, root = found["bundle"] == bundle.sha256, found.get("csv_bom", False), str(found["root"])
    except (OSError, ValueError, KeyError):
        raise BuildProblem(
            _("There is something else at %(path)s: name a folder that is not there yet."), path=out
        ) from None
    if not is_same:
        raise BuildProblem(_("%(path)s holds another delivery: name a folder that is not there yet."), path=out)
    if bom not in (None, has_bom):
        raise BuildProblem(
            _("In %(path)s signatures.csv begins otherwise than is asked for: name a folder that is not there yet."),
            path=out,
        )
    return root


def check_fonts() -> None:
    for face in FACES:
        if not is_whole(face):
            raise BuildProblem(_("The font %(name)s is missing or damaged, and no page is set without it."), name=face)


def check_texts(bundle: Bundle) -> None:
    for recipient in bundle.data["recipients"]:
        for letter in recipient["letters"]:
            for problem in problems(letter["body"], letter["subject"]):
                raise BuildProblem(
                    _("The letter in the language %(language)s cannot be made: %(problem)s"),
                    language=letter["language"],
                    problem=problem,
                )


def at_once(jobs: int | None) -> int:
    """How many volumes to make side by side: as many as there are cores and room in memory."""
    if jobs is not None:
        return max(1, jobs)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        room = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return cores
    return max(1, min(cores, room // VOLUME_MEMORY))


def fill(
    work: Workplace, bundle: Bundle, keys: Keyring, signer: Signer | None, at_once: int, progress: Progress
) -> str:
    """Write everything into the workplace; gives the root."""
    signed_by = signer.fingerprint if signer else None
    root = make_book(work, bundle, keys, at_once, progress)
    make_packets(work, bundle, root, signed_by, progress)
    progress(SUMS, 0, 1)
    found = manifest.describe(bundle, work.folder, root, signed_by)
    packet_manifest.write(work.folder, found, signer)
    manifest.write(work.folder, found)
    if signer:
        signer.sign(work.folder / manifest.NAME)
    progress(SUMS, 1, 1)
    return root


def printed(bundle: Bundle) -> dict[str, Any]:
    """What volumes and annexes print of a bundle beside its rows."""
    return {key: bundle.data[key] for key in ("petition", "frozen_at", "counts")}


def volume_job(work: Workplace, bundle: Bundle, chunk: Chunk, keys: Keyring) -> dict[str, Any]:
    name = manifest.volume_name(chunk.ordinal)
    return {
        "name": name,
        "bundle": str(bundle.path),
        "chunk": asdict(chunk),
        "volumes": len(bundle.chunks),
        "description": printed(bundle),
        "keys": [base64.b64encode(raw).decode() for raw in keys.raw()],
        "part": str(work.parts / f"{name}.csv.bz2"),
        "record": str(work.parts / f"{name}.json"),
        "pdf": str(work.book / name),
    }


def annex_job(work: Workplace, bundle: Bundle, ordinal: int, parts: list[str]) -> dict[str, Any]:
    name = manifest.annex_name(ordinal)
    confirmed = bundle.counts["confirmed"]
    return {
        "name": name,
        "ordinal": ordinal,
        "annexes": manifest.annexes(confirmed),
        "first": (ordinal - 1) * manifest.ANNEX_NUMBERS,
        "last": min(ordinal * manifest.ANNEX_NUMBERS, confirmed),
        "description": printed(bundle),
        "volumes": [(chunk.first, chunk.last) for chunk in bundle.chunks],
        "parts": parts,
        "record": str(work.parts / f"{name}.json"),
        "pdf": str(work.book / name),
    }


def make_annexes(work: Workplace, bundle: Bundle, parts: list[str], at_once: int) -> None:
    """The numbers by country, once the rows of all volumes are there."""
    ordinals = range(1, manifest.annexes(bundle.counts["confirmed"]) + 1)
    jobs = [annex_job(work, bundle, ordinal, parts) for ordinal in ordinals]
    waiting = [("signatures.delivery.annex", job) for job in jobs if not is_finished(job)]
    run_all(waiting, at_once, lambda place: None, None, work.lock)


def make_book(work: Workplace, bundle: Bundle, keys: Keyring, at_once: int, progress: Progress) -> str:
    """The volumes, and beside them the tables, whose rows come in order as the volumes finish. Gives the root."""
    jobs = [volume_job(work, bundle, chunk, keys) for chunk in bundle.chunks]
    records = [finished(job) for job in jobs]
    waiting = [place for place, record in enumerate(records) if record is None]
    total = bundle.counts["confirmed"]
    key, leaves = open_salt(bundle, keys), work.folder / manifest.LEAVES
    make_folder(leaves.parent)
    fed = 0

    def tell() -> None:
        nonlocal fed
        while fed < len(jobs) and records[fed] is not None:
            sheet.send(jobs[fed]["part"])
            fed += 1
        progress(VOLUMES, sum(c.rows for c, record in zip(bundle.chunks, records, strict=True) if record), total)

    def on_done(place: int) -> None:
        records[waiting[place]] = finished(jobs[waiting[place]])
        if records[waiting[place]] is None:
            raise BuildProblem(_("%(name)s was altered while it was being made."), name=jobs[waiting[place]]["name"])
        tell()

    sheet = start_spreadsheet(work, bundle)
    try:
        tell()
        run_all([("signatures.delivery.volumes", jobs[place]) for place in waiting], at_once, on_done, sheet, work.lock)
        sheet.send("")
        check_tallies(bundle, [Tally(**record["tally"]) for record in records if record])
        progress(TABLES, 0, total)
        make_annexes(work, bundle, [job["part"] for job in jobs], at_once)
        parts = (Path(job["part"]) for job in jobs)
        tree = join_parts(parts, work.book / manifest.TABLES[0], leaves, key, bom=bundle.csv_bom)
        write_whole(work.book / manifest.SALT, f"{key.hex()}\n".encode())
        if tree.size != total:
            raise BuildProblem(
                _("signatures.csv has %(rows)s rows, but must have %(expected)s."), rows=tree.size, expected=total
            )
        sheet.wait()
    finally:
        sheet.stop()
    for path in (*(work.book / name for name in manifest.TABLES), leaves):
        flush(path)
    progress(TABLES, total, total)
    return tree.root().hex()


def start_spreadsheet(work: Workplace, bundle: Bundle) -> Worker:
    name = manifest.TABLES[1]
    job = {
        "name": name,
        "out": str(work.book / name),
        "scratch": str(work.parts / "scratch"),
        "created": bundle.data["frozen_at"],
        "title": bundle.data["petition"]["title"]["en"],
        "organiser": bundle.data["petition"]["organiser"]["en"],
        "rows": bundle.counts["confirmed"],
    }
    return Worker("signatures.delivery.registers", job, work.lock)


def make_packets(work: Workplace, bundle: Bundle, root: str, signed_by: str | None, progress: Progress) -> None:
    """A folder a recipient: letters and totals, and the book for those who receive names."""
    recipients = bundle.data["recipients"]
    packets = make_folder(work.folder / "packets")
    progress(LETTERS, 0, len(recipients))
    for recipient in recipients:
        make_folder(packets / recipient["folder"])
    job = {
        "name": "letters",
        "description": {key: value for key, value in bundle.data.items() if key not in ("recipients", "rows")}
        | {"root": root, "signing_key": signed_by},
        "recipients": recipients,
        "packets": str(packets),
        "root": root,
    }
    run_all([("signatures.delivery.papers", job)], 1, lambda place: None, None, work.lock)
    for recipient in recipients:
        write_whole(packets / recipient["folder"] / manifest.CHECKER, CHECKER.read_bytes())
        if recipient["discloses"] == "names":
            book = make_folder(packets / recipient["folder"] / "book")
            for name in manifest.book_files(len(bundle.chunks), manifest.annexes(bundle.counts["confirmed"])):
                link(work.book / name, book / name)
    progress(LETTERS, len(recipients), len(recipients))
