"""A line at the foot of every page of a finished PDF, as an incremental update (ISO 32000, 7.5.6): the file's first
bytes stay the original, and the page's own text and tags stay as they are.

Reads as much of the format as typst writes: one table of places, no streams of objects. The line is set by typst too,
so its letters are embedded and what is PDF/A stays so; in a tagged PDF it is an artifact, which nobody is read.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from django.utils.translation import gettext_noop as _

from petition.typesetting import make_pdf
from signatures.delivery.problems import NotNow

TEMPLATE = Path(__file__).parent / "typst" / "mark.typ"
COMMENT = b"% copy "  # then the mark in hexadecimal: what a program finds
_NAME = b"CopyMark"
_PLACE = b"42 13"  # points from the left and from the foot: inside what printers print
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)
_REFERENCE = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_ENTRY = 20  # bytes of a row of the table


class _Pdf:
    """The objects of a PDF by their numbers."""

    def __init__(self, data: bytes) -> None:
        start = _START.search(data, max(0, len(data) - 64))
        table = _TABLE.match(data, int(start[1])) if start else None
        trailer = _TRAILER.search(data, table.end()) if table else None
        if start is None or table is None or trailer is None:
            raise NotNow(_("A PDF of the packet is not as this program writes it, and can not be marked."))
        self.data, self.table, self.size, self.trailer = data, int(start[1]), int(table[1]), trailer[1]
        rows = [data[at : at + _ENTRY] for at in range(table.end(), table.end() + self.size * _ENTRY, _ENTRY)]
        self.places = {n: int(row[:10]) for n, row in enumerate(rows) if row[17:18] == b"n"}

    def body(self, number: int) -> bytes:
        """What stands between `obj` and `endobj`, a stream with its bytes."""
        place = self.places[number]
        begin = self.data.index(b"obj", place) + 3
        end = self.data.index(b"endobj", begin)
        stream = self.data.find(b"stream\n", begin, end)
        if stream >= 0:
            length = re.search(rb"/Length (\d+)\b(?! 0 R)", self.data[begin:stream])
            if length is None:
                raise NotNow(_("A PDF of the packet is not as this program writes it, and can not be marked."))
            end = self.data.index(b"endobj", stream + 7 + int(length[1]))
        return self.data[begin:end].strip(b"\r\n")

    def pages(self) -> dict[int, bytes]:
        found = {n: self.data[at : at + 60] for n, at in self.places.items()}
        return {n: self.body(n) for n, head in found.items() if re.match(rb"\d+ 0 obj\s*<</Type/Page/", head)}


def _line(text: str) -> bytes:
    return make_pdf(TEMPLATE, {"text": text}, at=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC), standards=["a-2u"])


def _split(body: bytes) -> tuple[bytes, bytes]:
    """The dictionary and, of a stream, the rest."""
    at = body.find(b"stream\n")
    return (body, b"") if at < 0 else (body[:at], body[at:])


def _renumbered(body: bytes, by: int) -> bytes:
    told, stream = _split(body)
    return _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + by), told) + stream


def _needed(pdf: _Pdf, number: int) -> set[int]:
    """An object and all that it points to."""
    found, open_ = set(), [number]
    while open_:
        found.add(at := open_.pop())
        told, _stream = _split(pdf.body(at))
        open_ += [int(n) for n in _REFERENCE.findall(told) if int(n) not in found]
    return found


def _imported(text: str, first: int) -> tuple[dict[int, bytes], int]:
    """The line as a form of its own: its objects from the number `first` on, and the form's number."""
    line = _Pdf(_line(text))
    page = next(iter(line.pages().values()))
    box = page[page.index(b"[", page.index(b"/MediaBox")) :].partition(b"]")[0] + b"]"
    resources, contents = _pointer(page, b"Resources"), _pointer(page, b"Contents")
    objects = {n + first: _renumbered(line.body(n), first) for n in _needed(line, resources)}
    told, stream = _split(line.body(contents))
    form = b"<</Type/XObject/Subtype/Form/BBox%s/Resources %d 0 R" % (box, resources + first)
    objects[contents + first] = form + told.strip()[2:] + b"\n" + stream
    return objects, contents + first


def _pointer(page: bytes, name: bytes) -> int:
    found = re.search(rb"/%s (\d+) 0 R" % name, page)
    if found is None:
        raise NotNow(_("A PDF of the packet is not as this program writes it, and can not be marked."))
    return int(found[1])


def _with_form(resources: bytes, form: int) -> bytes:
    entry = b"/%s %d 0 R" % (_NAME, form)
    if b"/XObject<<" in resources:
        return resources.replace(b"/XObject<<", b"/XObject<<" + entry, 1)
    if b"/XObject" in resources or not resources.startswith(b"<<"):
        raise NotNow(_("A PDF of the packet is not as this program writes it, and can not be marked."))
    return b"<</XObject<<%s>>" % entry + resources[2:]


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def tail(data: bytes, *, text: str, mark: str) -> bytes:
    """What is to be appended to a PDF so that `text` stands on each of its pages; `mark` in hexadecimal for programs.
    NotNow where the file is none of typst's."""
    pdf = _Pdf(data)
    objects, form = _imported(text, pdf.size)
    before, after = max(objects) + 1, max(objects) + 2
    objects[before] = _stream(b"q")
    objects[after] = _stream(b"Q /Artifact BMC q 1 0 0 1 %s cm /%s Do Q EMC" % (_PLACE, _NAME))
    for number, page in pdf.pages().items():
        resources, contents = _pointer(page, b"Resources"), _pointer(page, b"Contents")
        objects[resources] = _with_form(pdf.body(resources), form)
        parts = b"/Contents[%d 0 R %d 0 R %d 0 R]" % (before, contents, after)
        objects[number] = page.replace(b"/Contents %d 0 R" % contents, parts)
    return _written(pdf, objects, COMMENT + mark.encode() + b"\n", size=after + 1)


def _written(pdf: _Pdf, objects: dict[int, bytes], comment: bytes, *, size: int) -> bytes:
    out = bytearray(b"" if pdf.data.endswith(b"\n") else b"\n")
    out += comment
    places: dict[int, int] = {}
    for number in sorted(objects):
        places[number] = len(pdf.data) + len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    table = len(pdf.data) + len(out)
    out += b"xref\n"
    numbers = sorted(places)
    while numbers:
        run = next((n for n in range(1, len(numbers)) if numbers[n] != numbers[0] + n), len(numbers))
        out += b"%d %d\n" % (numbers[0], run)
        out += b"".join(b"%010d 00000 n\r\n" % places[n] for n in numbers[:run])
        numbers = numbers[run:]
    told = re.sub(rb"/Size \d+", b"/Size %d" % size, pdf.trailer)
    out += b"trailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (told, pdf.table, table)
    return bytes(out)
