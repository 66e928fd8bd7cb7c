"""The registers: the same rows as the printed book, as signatures.csv and signatures.xlsx, and the latter read back."""

from __future__ import annotations

import bz2
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
from typing import Any, TextIO

from django.utils.translation import gettext_noop as _
from xlsxwriter import Workbook

from petition.files import for_owner
from signatures.delivery.bundle import Row
from signatures.delivery.merkle import Tree, leaf, salt
from signatures.delivery.problems import BuildProblem

HEADER = ("number", "name", "city", "country", "date", "origin")
LINE_END = b"\r\n"  # RFC 4180
SHEET_ROWS = 1_048_575  # what an .xlsx sheet holds beside its header
_WIDTHS = (10, 36, 24, 9, 12, 8)
_NUMBER, _DATE = HEADER.index("number"), HEADER.index("date")
_DAY_ZERO = datetime.date(1899, 12, 30)  # of a spreadsheet's dates
_BLOCK = 1 << 18  # characters of a sheet that are read at once; a row is far shorter

# A sheet's XML. Besides what XML asks for, _xHHHH_ stands for a letter in a spreadsheet: where a text has it, its first
# stroke is written so itself.
_SHEET = re.compile("xl/worksheets/sheet[0-9]+[.]xml")
_END, _ROW_END = "</sheetData>", "</row>"
_TO_ESCAPE = re.compile("[&<>\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_": "_x005F_", "\ufffe": "_xFFFE_", "\uffff": "_xFFFF_"}
_UNESCAPES = {escape: text for text, escape in _ESCAPES.items()}
_ESCAPED = re.compile("|".join(_UNESCAPES))
_HEADING = re.compile("<t>([^<]*)</t>")
_TEXT = '<c r="{}\\1" t="inlineStr"><is><t>([^<]+)</t></is></c>'
_ROW = re.compile(
    '<row r="([0-9]+)"><c r="A\\1" s="[0-9]+"><v>([0-9]+)</v></c>'
    + "".join(f"(?:{_TEXT.format(column)})?" for column in "BCD")
    + '<c r="E\\1" s="[0-9]+"><v>([0-9]+)</v></c>'
    + f"(?:{_TEXT.format('F')})?"
)
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


def pack_part(rows: bytes) -> bytes:
    """A part of the registers as it is kept until the end: packed, since all parts are as much as signatures.csv."""
    return bz2.compress(rows)


def csv_lines(path: Path) -> Iterator[bytes]:
    """The lines of a register, or of a part of one (.bz2), with their line ends."""
    with bz2.open(path) if path.suffix == ".bz2" else path.open("rb") as file:
        yield from file


def join_parts(parts: Iterable[Path], out: Path, leaves: Path, key: bytes, *, bom: bool = False) -> Tree:
    """Write signatures.csv from the parts of the volumes, in order, and the hashes of its leaves, salted by `key`;
    gives the tree over them."""
    tree = Tree()
    with open(out, "wb", opener=for_owner) as file, open(leaves, "wb", opener=for_owner) as hashes:
        file.write(header_line(bom=bom))
        for part in parts:
            for line in csv_lines(part):
                current = leaf(line.removesuffix(LINE_END), salt(key, tree.size + 1))
                tree.add(current)
                hashes.write(current)
                file.write(line)
    return tree


class Spreadsheet:
    """signatures.xlsx, row by row in constant memory: typed numbers and dates, names as text and never formulas.

    XlsxWriter makes the frame: styles, properties, sheets with their headers alone. The rows are written into it here,
    straight into the ZIP file: XlsxWriter would write each of them three times, in clear text, and take four times as
    long. Its bytes hang on the rows and `created` alone. `rows` is how many will be added.
    """

    def __init__(
        self, path: Path, *, created: datetime.datetime, title: str, organiser: str, rows: int, scratch: Path
    ) -> None:
        self.rows = 0
        self._expected = rows
        self._frame = self._make_frame({"title": title, "author": organiser}, created, scratch)
        self._days: dict[str, str] = {}
        self._file = open(path, "wb", opener=for_owner)
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        for info in self._frame.infolist():
            if not _SHEET.fullmatch(info.filename):
                self._zip.writestr(info, self._frame.read(info))
        self._sheet = self._begin(1)

    def _rows_of(self, ordinal: int) -> int:
        return min(self._expected - (ordinal - 1) * SHEET_ROWS, SHEET_ROWS)

    def _make_frame(self, told: dict[str, str], created: datetime.datetime, scratch: Path) -> zipfile.ZipFile:
        """The workbook without its rows, in memory."""
        held = io.BytesIO()
        # Constant memory: the headers then stand in the sheet.
        book = Workbook(held, {"constant_memory": True, "tmpdir": str(scratch)})
        # XlsxWriter prints the time as it stands and calls it UTC.
        book.set_properties(told | {"created": created.astimezone(datetime.UTC).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {_NUMBER: book.add_format({"num_format": "0"}), _DATE: book.add_format({"num_format": "yyyy-mm-dd"})}
        for ordinal in range(1, max(1, -(-self._expected // SHEET_ROWS)) + 1):
            sheet = book.add_worksheet("signatures" if ordinal == 1 else f"signatures {ordinal}")
            for column, (heading, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
                sheet.set_column(column, column, width, formats.get(column))
                sheet.write_string(0, column, heading, bold)
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            sheet.autofilter(0, 0, self._rows_of(ordinal), len(HEADER) - 1)
        book.close()
        return zipfile.ZipFile(held)

    def _begin(self, ordinal: int) -> TextIO:
        """The member of a sheet, written up to its header."""
        info = self._frame.getinfo(f"xl/worksheets/sheet{ordinal}.xml")
        rows = self._rows_of(ordinal)
        head, self._tail = self._frame.read(info).decode().split(_END)
        self._number_style, self._date_style = (
            re.findall(f'<col min="{column + 1}"[^>]* style="([0-9]+)"', head)[0] for column in (_NUMBER, _DATE)
        )
        member = zipfile.ZipInfo(info.filename, info.date_time)
        member.compress_type = zipfile.ZIP_DEFLATED
        sheet = io.TextIOWrapper(self._zip.open(member, "w"), encoding="utf-8", newline="")
        sheet.write(head.replace('<dimension ref="A1:F1"/>', f'<dimension ref="A1:F{rows + 1}"/>'))
        return sheet

    def _end(self) -> None:
        self._sheet.write(_END + self._tail)
        self._sheet.close()

    def add_part(self, part: Path) -> None:
        for fields in csv.reader(line.decode() for line in csv_lines(part)):
            if self.rows and self.rows % SHEET_ROWS == 0:
                self._end()
                self._sheet = self._begin(self.rows // SHEET_ROWS + 1)
            self._sheet.write(self._row(self.rows % SHEET_ROWS + 2, fields))
            self.rows += 1

    def _row(self, line: int, fields: list[str]) -> str:
        number, name, city, country, day, origin = fields
        if day not in self._days:
            self._days[day] = str((datetime.date.fromisoformat(day) - _DAY_ZERO).days)
        return (
            f'<row r="{line}"><c r="A{line}" s="{self._number_style}"><v>{int(number)}</v></c>'
            f"{_text_cell('B', line, name)}{_text_cell('C', line, city)}{_text_cell('D', line, country)}"
            f'<c r="E{line}" s="{self._date_style}"><v>{self._days[day]}</v></c>{_text_cell("F", line, origin)}</row>'
        )

    def close(self) -> None:
        self._end()
        self._zip.close()
        self._file.close()


def _text_cell(column: str, line: int, text: str) -> str:
    if not text:
        return ""
    if _TO_ESCAPE.search(text):
        text = _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)
    return f'<c r="{column}{line}" t="inlineStr"><is><t>{text}</t></is></c>'


def make_spreadsheet(job: dict[str, Any], parts: Iterable[str]) -> None:
    """The worker's part: `parts` come one by one as the volumes finish, in their order."""
    out = Path(job["out"])
    sheet = Spreadsheet(
        out,
        created=datetime.datetime.fromisoformat(job["created"]),
        title=job["title"],
        rows=job["rows"],
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


class SheetFault(Exception):
    """Why the file is no table of ours."""


def sheet_rows(path: Path) -> Iterator[list[str]]:
    """The rows of signatures.xlsx without the headers, through all its sheets, as the CSV writes them. Reads what
    Spreadsheet writes to the letter, and nothing else; SheetFault where it is otherwise."""
    try:
        with zipfile.ZipFile(path) as archive:
            ordinal = 1
            while f"xl/worksheets/sheet{ordinal}.xml" in archive.namelist():
                yield from _rows(archive, f"xl/worksheets/sheet{ordinal}.xml")
                ordinal += 1
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError) as error:
        raise SheetFault(str(error)) from None


def _rows(archive: zipfile.ZipFile, member: str) -> Iterator[list[str]]:
    days: dict[str, str] = {}
    with io.TextIOWrapper(archive.open(member), encoding="utf-8", newline="") as file:
        rows = _row_texts(file, member)
        head, _, header = next(rows, "").partition("<sheetData>")
        if not header or tuple(_HEADING.findall(header)) != HEADER:
            raise SheetFault(f"{member} does not begin with its header")
        for line, text in enumerate(rows, start=2):
            found = _ROW.fullmatch(text)
            if found is None or found[1] != str(line):
                raise SheetFault(f"row {line} of {member} is of another form")
            _line, number, name, city, country, day, origin = found.groups(default="")
            if day not in days:
                days[day] = (_DAY_ZERO + datetime.timedelta(days=int(day))).isoformat()
            yield [number, _unescaped(name), _unescaped(city), _unescaped(country), days[day], _unescaped(origin)]


def _row_texts(file: TextIO, member: str) -> Iterator[str]:
    """What stands before the end of the first row, then each further row; SheetFault where the rows do not end."""
    rest = ""
    while block := file.read(_BLOCK):
        *rows, rest = (rest + block).split(_ROW_END)
        yield from rows
        if rest.startswith(_END):
            while file.read(_BLOCK):  # to the end, where the ZIP file's own sum is checked
                pass
            return
        if len(rest) > _BLOCK:
            break
    raise SheetFault(f"the rows of {member} do not end")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _UNESCAPES[found[0]], text) if "&" in text or "_x" in text else text


if __name__ == "__main__":
    from signatures.delivery.workers import serve

    sys.exit(serve(make_spreadsheet))
