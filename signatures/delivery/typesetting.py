"""From a template under typst/ and data to the bytes of a PDF. The data is never part of the typst source."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, Literal

import typst

from signatures.delivery.glyphs import FONTS

TEMPLATES = Path(__file__).parent / "typst"
Standard = Literal["a-2a", "a-2u", "ua-1"]


def make_pdf(
    template: str,
    data: dict[str, Any],
    *,
    at: datetime.datetime,
    standards: list[Standard],
    files: dict[str, bytes] | None = None,
) -> bytes:
    """The PDF that typst/<template>.typ makes of `data`, which it reads as <template>.json, and of further files.

    `at` stands in the PDF as the time of its making, so that equal data gives equal bytes. Standards "a-2a" and "ua-1"
    tag the PDF for screen readers; tags on 25,000 rows would cost more than the rows, so books go without.
    """
    sources = {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ") if path.stem != template}
    # What is imported or included finds its neighbours by these names; "main" is the one that is compiled.
    inputs = {
        "main": (TEMPLATES / f"{template}.typ").read_bytes(),
        f"{template}.json": json.dumps(data, ensure_ascii=False).encode(),
        **sources,
        **(files or {}),
    }
    return typst.compile(  # type: ignore[call-overload]  # its types know no files in memory
        inputs,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        timestamp=at.astimezone(datetime.UTC),
        pdf_standards=list(standards),
        pdf_tags=standards != ["a-2u"],
    )
