"""Reading signatures.xlsx back, to hold it against the CSV: as much of the format as our own writer uses."""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from signatures.delivery.registers import HEADER

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DAY_ZERO = datetime.date(1899, 12, 30)  # of a spreadsheet's dates
_DATE = HEADER.index("date")


class SheetFault(Exception):
    """Why the file is no table of ours."""


def sheet_rows(path: Path) -> Iterator[list[str]]:
    """The rows without the headers, through all sheets, as the CSV writes them. SheetFault where that can not be."""
    try:
        with zipfile.ZipFile(path) as archive:
            ordinal = 1
            while f"xl/worksheets/sheet{ordinal}.xml" in archive.namelist():
                yield from _rows(archive, f"xl/worksheets/sheet{ordinal}.xml")
                ordinal += 1
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, ValueError, IndexError) as error:
        raise SheetFault(str(error)) from None


def _rows(archive: zipfile.ZipFile, member: str) -> Iterator[list[str]]:
    with archive.open(member) as file:
        # Safe: expat refuses entities that grow without bound.
        events = ElementTree.iterparse(file, events=("start", "end"))  # noqa: S314
        sheet = None
        is_header = True
        for event, element in events:
            if event == "start":
                sheet = element if element.tag == f"{_NS}sheetData" else sheet
            elif element.tag == f"{_NS}row" and sheet is not None:
                row = _row(element)
                sheet.clear()  # else a million rows stay in memory
                if not is_header:
                    yield row
                elif tuple(row) != HEADER:
                    raise SheetFault(f"{member} does not begin with its header")
                is_header = False


def _row(element: ElementTree.Element) -> list[str]:
    fields = [""] * len(HEADER)
    for cell in element:
        place = ord(cell.attrib["r"][0]) - ord("A")
        if cell.get("t") == "inlineStr":
            fields[place] = "".join(text.text or "" for text in cell.iter(f"{_NS}t"))
        else:
            fields[place] = cell.findtext(f"{_NS}v") or ""
            if place == _DATE:
                fields[place] = (_DAY_ZERO + datetime.timedelta(days=int(fields[place]))).isoformat()
    return fields
