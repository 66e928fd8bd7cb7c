"""One volume of the book: opens its own rows, prints them, and leaves them as a part of the registers."""

from __future__ import annotations

import base64
import csv
import datetime
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _
from nacl.public import PrivateKey

from petition import khmer
from petition.files import write_whole
from petition.glyphs import for_print, is_khmer
from petition.typesetting import make_pdf
from signatures.delivery import front, wording
from signatures.delivery.bundle import Chunk, Row, file_sha256, open_rows, read_member, tally
from signatures.delivery.problems import BuildProblem
from signatures.delivery.registers import csv_rows, defuse, pack_part
from signatures.seal import Keyring

TEMPLATE = Path(__file__).parent / "typst" / "volume.typ"
ROWS_A_PAGE = 50

PAGES_AN_OUTLINE = 20  # an entry of the outline leads to so many pages


def place_of(number: int, volume_rows: int) -> tuple[int, int]:
    """The volume that holds a signature, and the page of its rows there, both counted from 1."""
    volume = (number - 1) // volume_rows
    return volume + 1, page_in(volume * volume_rows + 1, number)


def page_in(first: int, number: int) -> int:
    """The page of a volume's rows, the volume beginning with `first`."""
    return (number - first) // ROWS_A_PAGE + 1


def print_volume(description: dict[str, Any], chunk: Chunk, volumes: int, rows: list[Row]) -> bytes:
    """The PDF (PDF/A-2u) of one volume: what stands before the rows, and ROWS_A_PAGE rows a page."""
    pages = -(-len(rows) // ROWS_A_PAGE)
    firsts = range(chunk.first, chunk.last + 1, ROWS_A_PAGE)
    common = front.describe(description, front.VOLUME)
    data = common | {
        "rows": len(rows),
        "heading": f"{common['title_plain_en']}: signature book, volume {chunk.ordinal} of {volumes}",
        "description": f"Signatures {chunk.first} to {chunk.last}",
        "kind_en": "Signature book",
        "kind_km": "សៀវភៅហត្ថលេខា",
        "which_en": f"Volume {chunk.ordinal} of {volumes}",
        "which_km": f"ភាគទី{khmer.digits(chunk.ordinal)} នៃ {khmer.digits(volumes)}",
        "span_en": f"Numbers {chunk.first:,} to {chunk.last:,}",
        "span_km": f"លេខ {khmer.number(chunk.first)} ដល់ {khmer.number(chunk.last)}",
        "footers": [
            _footer(first, min(first + ROWS_A_PAGE - 1, chunk.last), page, pages)
            for page, first in enumerate(firsts, start=1)
        ],
        "outline": [f"Numbers {first:,} …" for first in firsts[::PAGES_AN_OUTLINE]],
    }
    frozen_at = datetime.datetime.fromisoformat(description["frozen_at"])
    return make_pdf(TEMPLATE, data, at=frozen_at, standards=["a-2u"], files={"rows.csv": _printed_rows(rows)})


def _footer(first: int, last: int, page: int, pages: int) -> tuple[str, ...]:
    """What the foot of a page says: its numbers and which page it is, each in English and in Khmer."""
    numbers = f"{first}–{last}"
    return f"Numbers {numbers}", f"លេខ {khmer.digits(numbers)}", *front.page_of(page, pages)


def _kind(text: str, room: int) -> str:
    """How volume.typ sets a cell: k for Khmer letters, l for others, in capitals where it may not fit; "" where it is
    empty. `room` is in bytes: a Khmer letter takes three, and most of them stand above or below another."""
    if not text:
        return ""
    size = len(text.encode())
    if is_khmer(text):
        return "K" if size > 2.4 * room else "k"
    return "L" if size > room else "l"


def _printed_rows(rows: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        cells = ((for_print(row.name), 32), (for_print(row.city), 17), (wording.country(row.country, "en"), 16))
        printed = [part for text, room in cells for part in (text, _kind(text, room))]
        writer.writerow((row.number, *printed, row.day, row.origin))
    return out.getvalue().encode()


def make_volume(job: dict[str, Any], _lines: Iterator[str]) -> None:
    """The worker's part. Writes job["part"], job["pdf"] and last job["record"], which says that the two are whole."""
    chunk = Chunk(**job["chunk"])
    keys = Keyring(PrivateKey(base64.b64decode(text)) for text in job["keys"])
    rows = list(open_rows(read_member(Path(job["bundle"]), chunk), chunk, keys))
    for row in rows:
        if row.is_named and not defuse(row.name):
            raise BuildProblem(_("Signature %(number)s is to be named, but its box holds no name."), number=row.number)
    text = csv_rows(rows)
    lines = text.count(b"\n")
    if lines != len(rows):
        raise BuildProblem(
            _("%(name)s has %(rows)s signatures, but %(lines)s lines of text."),
            name=job["name"],
            rows=len(rows),
            lines=lines,
        )
    part = pack_part(text)
    write_whole(Path(job["part"]), part)
    pdf = print_volume(job["description"], chunk, job["volumes"], rows)
    write_whole(Path(job["pdf"]), pdf)
    record = {
        "chunk": job["chunk"],
        "part": hashlib.sha256(part).hexdigest(),
        "pdf": hashlib.sha256(pdf).hexdigest(),
        "tally": tally(rows)._asdict(),
    }
    write_whole(Path(job["record"]), json.dumps(record).encode())


def finished(job: dict[str, Any]) -> dict[str, Any] | None:
    """The record of a volume that an earlier run finished and that is still as it was; else None."""
    try:
        record = json.loads(Path(job["record"]).read_bytes())
        whole = (
            record["chunk"] == job["chunk"]
            and record["part"] == file_sha256(Path(job["part"]))
            and record["pdf"] == file_sha256(Path(job["pdf"]))
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if whole else None


if __name__ == "__main__":
    from signatures.delivery.workers import serve

    sys.exit(serve(make_volume))
