"""The registers: the same rows as the printed book, as signatures.csv and signatures.xlsx, and the latter read back."""

from __future__ import annotations

import csv
import datetime
import io
import re
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext_noop as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from petition.files import for_owner
from signatures.delivery.bundle import Row
from signatures.delivery.merkle import Tree
from signatures.delivery.problems import BuildProblem

HEADER = ("number", "name", "city", "country", "date", "origin")
LINE_END = b"\r\n"  # RFC 4180
SHEET_ROWS = 1_048_575  # what an .xlsx sheet holds beside its header
_WIDTHS = (10, 36, 24, 9, 12, 8)
BOM = b"\xef\xbb\xbf"  # tells Excel that the file is UTF-8
# What a spreadsheet may take for the beginning of a formula, and what it may make one of these of: the forms of other
# widths, small, raised and lowered, and the minus of mathematics.
_FORMULA = frozenset("=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−")
# What may be lost on the way before it. So are white space, marks, and what is not seen at all.
_QUOTES = frozenset("\"'`´‘’‚‛“”„‟«»‹›′″＂＇")
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and a symbol that look like a space
_CELL_ENDS = ";"  # where the list separator is a semicolon, Excel cuts a line there, quoted or not
# A row is one line: whoever checks the root splits the file at its line ends.
_LINE_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _is_formula(text: str) -> bool:
    for character in text:
        if character in _FORMULA:
            return True
        is_lost = character in _QUOTES or character in _BLANKS or unicodedata.category(character)[0] in "CMZ"
        if not is_lost:
            return False
    return False


def defuse(text: str) -> str:
    """A cell that every spreadsheet shows as text, on one line: what it could take for a formula has an apostrophe
    before it, one more where it has one. Whoever takes one apostrophe away has the text as it was."""
    text = _LINE_BREAKS.sub(" ", text).strip()
    cells = text.split(_CELL_ENDS) if _CELL_ENDS in text else [text]
    return _CELL_ENDS.join(f"'{cell}" if _is_formula(cell) else cell for cell in cells)


def csv_rows(rows: Iterable[Row]) -> bytes:
    """The rows as lines of signatures.csv, each with its line end."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow((row.number, defuse(row.name), defuse(row.city), row.country, row.day, row.origin))
    return out.getvalue().encode()


def header_line(*, bom: bool = False) -> bytes:
    return (BOM if bom else b"") + ",".join(HEADER).encode() + LINE_END


def csv_lines(path: Path) -> Iterator[bytes]:
    """The lines of a register or of a part of one, with their line ends."""
    with path.open("rb") as file:
        yield from file


def join_parts(parts: Iterable[Path], out: Path, *, bom: bool = False) -> Tree:
    """Write signatures.csv from the parts of the volumes, in order; gives the tree over its rows."""
    tree = Tree()
    with open(out, "wb", opener=for_owner) as file:
        file.write(header_line(bom=bom))
        for part in parts:
            for line in csv_lines(part):
                tree.add(line.removesuffix(LINE_END))
                file.write(line)
    return tree


class Spreadsheet:
    """signatures.xlsx, row by row in constant memory: typed numbers and dates, names as text and never formulas.

    Its bytes hang on the rows and `created` alone. `scratch` is a folder for the writer's own files, which hold names.
    """

    def __init__(self, path: Path, *, created: datetime.datetime, title: str, organiser: str, scratch: Path) -> None:
        self.rows = 0
        self._book = Workbook(str(path), {"constant_memory": True, "tmpdir": str(scratch)})
        # XlsxWriter prints the time as it stands and calls it UTC.
        moment = created.astimezone(datetime.UTC).replace(tzinfo=None)
        self._book.set_properties({"title": title, "author": organiser, "created": moment})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._number = self._book.add_format({"num_format": "0"})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._days: dict[str, datetime.date] = {}
        self._sheet: Worksheet = self._add_sheet()

    def _add_sheet(self) -> Worksheet:
        ordinal = len(self._book.worksheets()) + 1
        sheet = self._book.add_worksheet("signatures" if ordinal == 1 else f"signatures {ordinal}")
        for column, (title, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self._bold)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def add_part(self, part: Path) -> None:
        with part.open(encoding="utf-8", newline="") as file:
            for fields in csv.reader(file):
                self._add(fields)

    def _add(self, fields: list[str]) -> None:
        if self.rows and self.rows % SHEET_ROWS == 0:
            self._sheet = self._add_sheet()
        line = self.rows % SHEET_ROWS + 1
        number, name, city, country, day, origin = fields
        sheet = self._sheet
        sheet.write_number(line, 0, int(number), self._number)
        if name:
            sheet.write_string(line, 1, name)
        if city:
            sheet.write_string(line, 2, city)
        sheet.write_string(line, 3, country)
        if day not in self._days:
            self._days[day] = datetime.date.fromisoformat(day)
        sheet.write_datetime(line, 4, self._days[day], self._date)
        sheet.write_string(line, 5, origin)
        self.rows += 1

    def close(self) -> None:
        for place, sheet in enumerate(self._book.worksheets()):
            rows = min(self.rows - place * SHEET_ROWS, SHEET_ROWS)
            sheet.autofilter(0, 0, rows, len(HEADER) - 1)
        self._book.close()


def make_spreadsheet(job: dict[str, Any], parts: Iterable[str]) -> None:
    """The worker's part: `parts` come one by one as the volumes finish, in their order."""
    out = Path(job["out"])
    sheet = Spreadsheet(
        out,
        created=datetime.datetime.fromisoformat(job["created"]),
        title=job["title"],
        organiser=job["organiser"],
        scratch=Path(job["scratch"]),
    )
    for part in parts:
        sheet.add_part(Path(part))
    sheet.close()
    if sheet.rows != job["rows"]:
        raise BuildProblem(
            _("%(name)s has %(rows)s rows, but must have %(expected)s."),
            name=job["name"],
            rows=sheet.rows,
            expected=job["rows"],
        )


# -- signatures.xlsx read back, to hold it against the CSV ----------------------------------------------------------

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DAY_ZERO = datetime.date(1899, 12, 30)  # of a spreadsheet's dates
_DATE = HEADER.index("date")


class SheetFault(Exception):
    """Why the file is no table of ours."""


def sheet_rows(path: Path) -> Iterator[list[str]]:
    """The rows of signatures.xlsx without the headers, through all its sheets, as the CSV writes them. Reads as much of
    the format as Spreadsheet writes; SheetFault where that cannot be."""
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


if __name__ == "__main__":
    from signatures.delivery.workers import serve

    sys.exit(serve(make_spreadsheet))
