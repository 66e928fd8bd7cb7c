"""What comes back on paper: scanned receipts, for staff alone, and the documents of answers, which are published.

As with pictures, no uploaded file is stored. Of a photo the pixels are drawn anew; the pages of a PDF are set anew, so
that its author, the program and the machine that made it, its scripts and forms stay behind. Names are random.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

import typst
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from petition import files, pictures

Refused = pictures.Refused  # why a file is not taken, in a sentence for who sent it

ANSWERS = ("answer_file_km", "answer_file_en")
FIELDS = ("receipt", *ANSWERS)  # of a packet
NAME = re.compile(r"[0-9a-f]{32}\.(pdf|webp)")
TYPES = {"pdf": "application/pdf", "webp": "image/webp"}
MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 100

PAGES = """#let (first, last) = json("pages.json")
#set page(width: auto, height: auto, margin: 0pt)
#for n in range(first, last + 1) { page(image("sent.pdf", page: n)) }
"""


class Scan(NamedTuple):
    content: bytes
    suffix: str  # of TYPES


def prepare(file: IO[bytes], size: int, *, only_pdf: bool = False) -> Scan:
    """What is kept of an uploaded file, `size` bytes long: a PDF, or where that is enough a JPEG or PNG. By what is in
    it, not by its name. Raises Refused."""
    if size > MAX_BYTES:
        raise Refused(_("The file is too big: at most 20 MB."))
    begins = file.read(5)
    file.seek(0)
    if begins == b"%PDF-":
        return Scan(_set_anew(file.read()), "pdf")
    if only_pdf:
        raise Refused(_("This is no PDF."))
    prepared = pictures.prepare(file, size)
    return Scan(prepared.files[next(iter(prepared.files))], "webp")


def _set_anew(sent: bytes) -> bytes:
    """All pages of a PDF, and nothing beside them. Raises Refused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.typ").write_text(PAGES, encoding="utf-8")
        (folder / "sent.pdf").write_bytes(sent)
        if _pages(folder, 1, 1) is None:
            raise Refused(_("This PDF cannot be read. Print it into a new PDF, and send that one."))
        # There are at least `there` pages, and fewer than `too_many`.
        there, too_many = 1, MAX_PAGES + 2
        while too_many - there > 1:
            middle = (there + too_many) // 2
            there, too_many = (middle, too_many) if _pages(folder, middle, middle) else (there, middle)
        whole = _pages(folder, 1, there) if there <= MAX_PAGES else None
    if whole is None:
        raise Refused(_("The PDF has too many pages: at most 100."))
    return whole


def _pages(folder: Path, first: int, last: int) -> bytes | None:
    """Some pages as a PDF; None where one of them is not there."""
    (folder / "pages.json").write_text(f"[{first}, {last}]", encoding="utf-8")
    try:
        return typst.compile(folder / "main.typ", root=folder)
    except typst.TypstError:
        return None


def _place() -> Path:
    return settings.DELIVERY_DIR / "receipts"


def store(scan: Scan) -> str:
    """Keep it for its owner alone, and return its name."""
    name = f"{secrets.token_hex(16)}.{scan.suffix}"
    files.write_whole(files.make_folder(_place()) / name, scan.content)
    return name


def remove_later(names: Iterable[str]) -> None:
    """When the transaction at hand is committed."""
    for name in names:
        if name:
            transaction.on_commit(partial((_place() / name).unlink, missing_ok=True))


def response(name: str, shown_as: str) -> HttpResponse:
    """The file to download. No browser runs anything of it or takes it for something else. Http404 where it is not."""
    found = NAME.fullmatch(name)
    try:
        content = (_place() / name).read_bytes() if found else b""
    except FileNotFoundError:
        content = b""
    if found is None or not content:
        raise Http404
    return HttpResponse(
        content,
        content_type=TYPES[found[1]],
        headers={
            "Content-Disposition": f'attachment; filename="{shown_as}.{found[1]}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
