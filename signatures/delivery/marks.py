"""The mark of a fetched copy: 64 random bits, other ones at every fetch, so that a copy that leaks tells which it was.

Each kind of file carries it in a way that leaves what it says as it is, and that anybody can undo to check its sum:
- a PDF: a line at the foot of each page, appended to the file (signatures/delivery/pdfmark.py);
- signatures.csv: the country of row n stands in quotation marks where bit n mod 64 is set. RFC 4180 gives both the same
  meaning, and 64 rows, from anywhere, hold it all;
- signatures.xlsx: the comment of the ZIP file.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from signatures.delivery import pdfmark
from signatures.delivery.problems import NotNow
from signatures.delivery.registers import HEADER

BITS = 64
ROWS = 24  # so many bits name one of a few thousand copies, and by chance none
_BLOCK = 1 << 20
_BEHIND = len(HEADER) - HEADER.index("country")  # fields from the country to the end; none of them needs quoting
_ROW = re.compile(rb'\s*"?(\d+)"?,.*,("?)[A-Z]{2}"?,"?\d{4}-\d\d-\d\d"?,"?[a-z]{1,10}"?\s*\Z')
_END = b"PK\x05\x06"  # of a ZIP file: 22 bytes, the last two the length of its comment
_COMMENT = b"copy "


def new_mark() -> str:
    """Sixteen hexadecimal digits."""
    return secrets.token_hex(BITS // 8)


def shown(mark: str) -> str:
    """In groups of four, for people."""
    return "-".join(mark[i : i + 4] for i in range(0, len(mark), 4))


def line(mark: str, folder: str) -> str:
    """What stands at the foot of the pages. The recipient by the name of the folder, which is ASCII."""
    return f"Copy {shown(mark)} · for {folder}"


def marked(path: Path, mark: str, folder: str) -> Iterator[bytes]:
    """The bytes of a file of a packet as that copy has it. NotNow where one is not of the form that can be marked."""
    if path.suffix == ".pdf":
        data = path.read_bytes()
        yield data
        yield pdfmark.tail(data, text=line(mark, folder), mark=mark)
    elif path.suffix == ".csv":
        yield from _marked_rows(path, int(mark, 16))
    elif path.suffix == ".xlsx":
        yield from _commented(path, _COMMENT + mark.encode())
    else:
        yield from _as_it_is(path, path.stat().st_size)


def most_bytes(path: Path) -> int:
    """What a marked file takes at most, to be known before it is written."""
    return 2 * path.stat().st_size + _BLOCK


def _as_it_is(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while size > 0 and (block := file.read(min(size, _BLOCK))):
            size -= len(block)
            yield block


def _marked_rows(path: Path, bits: int) -> Iterator[bytes]:
    out: list[bytes] = []
    with path.open("rb") as file:
        for row in file:
            number = row.split(b",", 1)[0]
            if number.isdigit() and bits >> int(number) % BITS & 1:
                fields = row.rsplit(b",", _BEHIND)
                fields[1] = b'"%s"' % fields[1]
                row = b",".join(fields)
            out.append(row)
            if len(out) == 10_000:
                yield b"".join(out)
                out = []
    yield b"".join(out)


def _commented(path: Path, comment: bytes) -> Iterator[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 22))
        end = file.read()
    if not end.startswith(_END) or end[-2:] != bytes(2):
        raise NotNow(_("%(name)s is not as this program writes it, and can not be marked."), name=path.name)
    yield from _as_it_is(path, size - 2)
    yield len(comment).to_bytes(2, "little") + comment


# -- a mark read back ------------------------------------------------------------------------------------------------


class Found(NamedTuple):
    """What a file or an excerpt tells of its mark: those of the 64 bits that are `known`, and their `value`."""

    value: int
    known: int

    @property
    def bits(self) -> int:
        return self.known.bit_count()

    def fits(self, mark: str) -> bool:
        return int(mark, 16) & self.known == self.value


def _whole(text: bytes) -> Found:
    return Found(int(text, 16), 2**BITS - 1)


_WRITTEN = re.compile(rb"copy\s+((?:[0-9a-f]{4}-?){3}[0-9a-f]{4})(?![0-9a-f])", re.IGNORECASE)
_TYPED = re.compile(r"(?:copy\s+)?((?:[0-9a-f]{4}[-\s]?){3}[0-9a-f]{4})", re.IGNORECASE)


def typed(text: str) -> Found | None:
    """A mark as somebody reads it off a page."""
    found = _TYPED.match(text.strip())
    return _whole(re.sub(r"[-\s]", "", found[1]).encode()) if found else None


def read(lines: Iterable[bytes]) -> Found | None:
    """The mark of a file or of an excerpt of signatures.csv, line by line; None where there is none to be found."""
    votes: list[Counter[bool]] = [Counter() for _bit in range(BITS)]
    for text in lines:
        if found := _WRITTEN.search(text):
            return _whole(found[1].replace(b"-", b""))
        if row := _ROW.match(text):
            votes[int(row[1]) % BITS][bool(row[2])] += 1
    # Of a row that somebody altered the others decide.
    known = sum(1 << bit for bit, vote in enumerate(votes) if vote)
    value = sum(1 << bit for bit, vote in enumerate(votes) if vote[True] > vote[False])
    told = Found(value, known)
    # All rows alike: a program has written the table anew.
    return None if told.bits < ROWS or told.value in (0, told.known) else told
