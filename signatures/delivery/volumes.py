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

from petition.files import write_whole
from petition.glyphs import MARK, for_print
from petition.typesetting import make_pdf
from signatures.delivery import wording
from signatures.delivery.bundle import Chunk, Row, file_sha256, open_rows, read_member, tally
from signatures.delivery.problems import BuildProblem
from signatures.delivery.registers import csv_rows, defuse
from signatures.seal import Keyring

TEMPLATE = Path(__file__).parent / "typst" / "volume.typ"
ROWS_A_PAGE = 50

NOTES_EN = (
    "Every signature has one number. The numbers run through all volumes without a gap.",
    "Each signer chose whether the recipients are given their name. Where they are not, the line says “name withheld”; "
    "the signature counts all the same.",
    "Origin: web, signed on the petition’s site and confirmed by e-mail; paper, signed by hand on a sheet; stall, "
    "signed at a stall.",
    f"{MARK} written in letters that this book’s fonts lack: printed here in Latin letters, and in its own letters in "
    "the tables.",
    "The same list stands as tables in signatures.csv and signatures.xlsx.",
)
NOTES_KM = (
    "ហត្ថលេខានីមួយៗមានលេខមួយ។ លេខទាំងនេះរៀងតាមលំដាប់ពីភាគទីមួយដល់ភាគចុងក្រោយ ដោយគ្មានរំលង។",
    "អ្នកចុះហត្ថលេខាម្នាក់ៗបានសម្រេចដោយខ្លួនឯងថា ត្រូវប្រគល់ឈ្មោះរបស់ខ្លួនជូនអ្នកទទួលឬទេ។ បើមិនប្រគល់ទេ "
    "បន្ទាត់នោះសរសេរថា «មិនបង្ហាញឈ្មោះ» ប៉ុន្តែហត្ថលេខានៅតែរាប់បញ្ចូល។",
    "ប្រភព៖ web គឺចុះហត្ថលេខាលើគេហទំព័រ ហើយបញ្ជាក់តាមអ៊ីមែល។ paper គឺចុះដោយដៃលើសន្លឹកចុះហត្ថលេខា។ stall គឺចុះនៅតូបចុះហត្ថលេខា។",
    f"{MARK} សរសេរដោយអក្សរដែលពុម្ពអក្សរនៃសៀវភៅនេះមិនមាន៖ នៅទីនេះបោះពុម្ពជាអក្សរឡាតាំង ហើយក្នុងតារាងនៅជាអក្សរដើម។",
    "បញ្ជីដដែលនេះមានជាតារាងក្នុង signatures.csv និង signatures.xlsx។",
)


def print_volume(description: dict[str, Any], chunk: Chunk, volumes: int, rows: list[Row]) -> bytes:
    """The PDF (PDF/A-2u) of one volume: a cover, and ROWS_A_PAGE rows a page."""
    petition = description["petition"]
    frozen_at = datetime.datetime.fromisoformat(description["frozen_at"])
    frozen_on = wording.local_day(frozen_at)
    data = {
        "rows": len(rows),
        "first": chunk.first,
        "last": chunk.last,
        "volume": chunk.ordinal,
        "volumes": volumes,
        "heading": f"{petition['title']['en']}: signature book, volume {chunk.ordinal} of {volumes}",
        "description": f"Signatures {chunk.first} to {chunk.last}",
        "title_en": petition["title"]["en"],
        "title_km": petition["title_hints_km"] or petition["title"]["km"],
        "organiser_en": petition["organiser"]["en"],
        "organiser_km": petition["organiser"]["km"],
        "notes_en": NOTES_EN,
        "notes_km": NOTES_KM,
    }
    for language in ("en", "km"):
        data[f"first_{language}"] = wording.number(chunk.first, language)
        data[f"last_{language}"] = wording.number(chunk.last, language)
        data[f"frozen_{language}"] = wording.day(frozen_on, language)
    data["volume_km"] = wording.number(chunk.ordinal, "km")
    data["volumes_km"] = wording.number(volumes, "km")
    return make_pdf(TEMPLATE, data, at=frozen_at, standards=["a-2u"], files={"rows.csv": _printed_rows(rows)})


def _printed_rows(rows: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        country = wording.country(row.country, "en")
        name = for_print(row.name)
        writer.writerow((row.number, name, for_print(row.city), country, row.day, row.origin, int(row.is_named)))
    return out.getvalue().encode()


def make_volume(job: dict[str, Any], _lines: Iterator[str]) -> None:
    """The worker's part. Writes job["part"], job["pdf"] and last job["record"], which says that the two are whole."""
    chunk = Chunk(**job["chunk"])
    keys = Keyring(PrivateKey(base64.b64decode(text)) for text in job["keys"])
    rows = list(open_rows(read_member(Path(job["bundle"]), chunk), chunk, keys))
    for row in rows:
        if row.is_named and not defuse(row.name):
            raise BuildProblem(_("Signature %(number)s is to be named, but its box holds no name."), number=row.number)
    part = csv_rows(rows)
    lines = part.count(b"\n")
    if lines != len(rows):
        raise BuildProblem(
            _("%(name)s has %(rows)s signatures, but %(lines)s lines of text."),
            name=job["name"],
            rows=len(rows),
            lines=lines,
        )
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
