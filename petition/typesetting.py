"""From a typst template and data to the bytes of a PDF or a picture. The data is never part of the typst source."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, Literal

import typst

from petition.glyphs import FONTS

HOUSE = Path(__file__).parent / "typst"  # what templates of all rooms may import
Standard = Literal["a-2a", "a-2u", "ua-1"]


def _inputs(template: Path, data: dict[str, Any]) -> dict[str, bytes]:
    """What is imported or included finds its neighbours by these names; "main" is the one that is compiled."""
    neighbours = [path for folder in {HOUSE, template.parent} for path in folder.glob("*.typ") if path != template]
    return {
        "main": template.read_bytes(),
        f"{template.stem}.json": json.dumps(data, ensure_ascii=False).encode(),
        **{path.name: path.read_bytes() for path in neighbours},
    }


def make_pdf(
    template: Path,
    data: dict[str, Any],
    *,
    at: datetime.datetime,
    standards: list[Standard],
    files: dict[str, bytes] | None = None,
) -> bytes:
    """The PDF that a template makes of `data`, which it reads as <its own name>.json, and of further files.

    `at` stands in the PDF as the time of its making, so that equal data gives equal bytes. Standards "a-2a" and "ua-1"
    tag the PDF for screen readers; tags on 25,000 rows would cost more than the rows, so books go without.
    """
    return typst.compile(  # type: ignore[call-overload]  # its types know no files in memory
        _inputs(template, data) | (files or {}),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        timestamp=at.astimezone(datetime.UTC),
        pdf_standards=list(standards),
        pdf_tags=standards != ["a-2u"],
    )


def make_pngs(template: Path, data: dict[str, Any], *, ppi: int) -> list[bytes]:
    """A PNG for each page that a template makes of `data`."""
    made = typst.compile(  # type: ignore[call-overload]  # its types know no files in memory
        _inputs(template, data), font_paths=[str(FONTS)], ignore_system_fonts=True, format="png", ppi=ppi
    )
    return [made] if isinstance(made, bytes) else list(made)


def make_png(template: Path, data: dict[str, Any]) -> bytes:
    """The PNG that a template of one page makes of `data`, which it reads as <its own name>.json: a pixel a point."""
    return typst.compile(  # type: ignore[call-overload]  # its types know no files in memory
        _inputs(template, data), font_paths=[str(FONTS)], ignore_system_fonts=True, format="png", ppi=72
    )
