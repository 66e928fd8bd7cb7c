"""The form on which an observer writes down by hand what was found of the drawn lines; and the same as a table."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import Any

from petition.glyphs import for_letter
from petition.typesetting import make_pdf
from signatures.delivery import wording
from signatures.delivery.sampling import Place

TEMPLATE = Path(__file__).parent / "typst" / "sample.typ"
HEADER = ("number", "volume", "page", "printed_is_listed", "leads_to_root", "sheet_is_there", "remark")


def form_csv(found: list[Place]) -> bytes:
    """A row for each place; what is checked is still empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows((*place, "", "", "", "") for place in found)
    return out.getvalue().encode()


def form_pdf(
    *,
    petition: dict[str, dict[str, str]],
    ordinal: int,
    frozen_at: datetime.datetime,
    root: str,
    seed: str,
    total: int,
    found: list[Place],
) -> bytes:
    """PDF/A-2a and PDF/UA-1, in Khmer and English side by side. `petition` has `title` and `organiser` in both."""
    data: dict[str, Any] = {
        "title": {language: for_letter(petition["title"][language]) for language in ("km", "en")},
        "organiser": petition["organiser"]["en"],
        "ordinal": {language: wording.number(ordinal, language) for language in ("km", "en")},
        "frozen": {language: wording.day(wording.local_day(frozen_at), language) for language in ("km", "en")},
        "root": " ".join(root[place : place + 8] for place in range(0, len(root), 8)),
        "seed": seed,
        "total": {language: wording.number(total, language) for language in ("km", "en")},
        "size": {language: wording.number(len(found), language) for language in ("km", "en")},
        "lines": [list(map(str, place)) for place in found],
    }
    return make_pdf(TEMPLATE, data, at=frozen_at, standards=["a-2a", "ua-1"])
