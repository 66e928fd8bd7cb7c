"""Marked copies, and what whoever checks a packet does first: take the mark away again."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from signatures.delivery import marks
from signatures.delivery.bundle import Row
from signatures.delivery.registers import csv_rows, header_line

MARK = "8f3a12bc90de4f55"
NAMES = ("Dara Chan", "", "ឈួន, សុភ័ក្ត្រ", 'Anne "Nan" Li', "O'Neill")


def write_register(path: Path) -> Path:
    """A table of 500 rows, some of whose fields need quoting."""
    rows = [
        Row(n, NAMES[n % 5], "Long Beach, CA" if n % 3 else "", "US", "2027-01-02", "web", True) for n in range(1, 501)
    ]
    path.write_bytes(header_line() + csv_rows(rows))
    return path


def copy(path: Path, mark: str = MARK) -> bytes:
    return b"".join(marks.marked(path, mark, "01-1-anne-durand"))


def lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def original(name: str, data: bytes) -> bytes:
    """A marked file as it was made. A manifest would tell how long a PDF was; here it ends where the mark begins."""
    if name.endswith(".pdf"):
        return data[: data.rindex(b"\n% copy ")] if re.search(rb"\n% copy ", data) else data
    if name.endswith(".xlsx"):
        end = data.rindex(b"PK\x05\x06")
        return data[: end + 20] + bytes(2)
    if name.endswith(".csv"):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows(csv.reader(io.StringIO(data.decode(), newline="")))
        return out.getvalue().encode()
    return data
