"""Proving the audit trail's chain of hashes, in the database or in an exported file, by Python's own means.

An export is JSON lines. The first is {"format", "entries", "head"}, the others are entries in the order of the chain:
the fields of Line by name, `detail` being JSON text as PostgreSQL writes it. The hash of an entry is the SHA-256 of the
32 bytes of the hash before it (zeros before the first), followed in UTF-8 by the JSON list of its other fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from petition import audit, sql
from petition.audit import EMPTY, Head
from petition.files import whole
from petition.snapshot import one_snapshot

FORMAT = 1
_ROWS = 5000
_READ = (Path(sql.__file__).parent / "read_trail.sql").read_text(encoding="utf-8")
_UNCHAINED = (Path(sql.__file__).parent / "unchained_entries.sql").read_text(encoding="utf-8")


class Line(NamedTuple):
    """A link with its entry; `entry` is None where that is gone."""

    position: int
    entry: int | None
    at: str
    by: str
    act: str
    target: str
    detail: str
    hash: str


class Broken(Exception):
    """The first place where a trail is not what was chained, in one sentence."""


def link(before: str, line: Line) -> str:
    """The hash that follows `before`, both in hexadecimal digits."""
    told = json.dumps(line[:-1], ensure_ascii=False)
    return hashlib.sha256(bytes.fromhex(before) + told.encode()).hexdigest()


def prove(lines: Iterable[Line], noted: str = "") -> Head:
    """The head that the lines lead to. Broken where they do not, or where a head `noted` earlier is not among them."""
    entries, before = EMPTY
    is_found = noted in ("", EMPTY.hash)
    for line in lines:
        entries += 1
        if line.position != entries:
            raise Broken(f"The trail is broken at place {entries}: the next link there is has place {line.position}.")
        if line.entry is None:
            raise Broken(f"The trail is broken at place {entries}: its entry is gone.")
        before = link(before, line)
        if line.hash != before:
            raise Broken(f"The trail is broken at place {entries}: entry {line.entry} is not as it was chained.")
        is_found = is_found or before == noted
    if not is_found:
        raise Broken(f"The trail holds {entries} entries and never the head {noted}: it was cut short or made anew.")
    return Head(entries, before)


def _stored() -> Iterator[Line]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_READ, {"after": after, "rows": _ROWS})
            rows = [Line(*row) for row in cursor.fetchall()]
        yield from rows
        if len(rows) < _ROWS:
            return
        after = rows[-1].position


def prove_database(noted: str = "") -> Head:
    """Also that no entry stands outside of the chain."""
    audit.chain()
    with one_snapshot():
        head = prove(_stored(), noted)
        with connection.cursor() as cursor:
            cursor.execute(_UNCHAINED)
            unchained = cursor.fetchone()
    if unchained:
        raise Broken(f"Entry {unchained[0]} has no link: it was put in past the chain.")
    return head


def export(path: Path) -> Head:
    """Write the whole trail to `path`, for its owner alone."""
    audit.chain()
    with one_snapshot(), whole(path) as file:
        head = audit.head()
        first = {"format": FORMAT, "entries": head.entries, "head": head.hash}
        file.write(json.dumps(first).encode() + b"\n")
        for line in _stored():
            file.write(json.dumps(line._asdict(), ensure_ascii=False).encode() + b"\n")
    return head


def prove_file(path: Path, noted: str = "") -> Head:
    """Needs no database. Broken also where the file can not be read as an export, or lacks its end."""
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            first = json.loads(file.readline())
            if first["format"] != FORMAT:
                raise Broken(f"{path} is of format {first['format']}; this version reads format {FORMAT}.")
            told = Head(first["entries"], first["head"])
            head = prove((Line(**json.loads(text)) for text in file), noted)
    except OSError:
        raise Broken(f"There is no readable file at {path}.") from None
    except (ValueError, TypeError, KeyError):
        raise Broken(f"{path} is no export of the trail, or a line of it was spoiled.") from None
    if head != told:
        raise Broken(f"{path} says that it holds {told.entries} entries, and holds {head.entries}.")
    return head
