"""What whoever checks a packet does first: take the mark away again."""

from __future__ import annotations

import csv
import io
import re


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
