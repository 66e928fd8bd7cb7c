"""Verifying a delivery folder: whether it is whole, adds up, and is what its manifest says. It needs no database."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from signatures.delivery import manifest as manifests
from signatures.delivery import packet_manifest, signed
from signatures.delivery.bundle import file_sha256
from signatures.delivery.manifest import NAME, SUMS, Sums
from signatures.delivery.merkle import Tree, leaf, salt
from signatures.delivery.problems import Finding
from signatures.delivery.registers import LINE_END, SheetFault, csv_lines, header_line, sheet_rows

_QUOTED = re.compile(b'["\r\n]')
MOST = 20  # findings of one kind: a folder that is all wrong is told in a page


def verify(folder: Path, known: str | None = None) -> list[Finding]:
    """All that is wrong with a delivery folder; nothing where it is right. `known`: the fingerprint of the one key that
    it must be signed by."""
    try:
        manifest = manifests.read(folder)
        wanted = manifests.all_files(manifest["recipients"], len(manifest["volumes"]), len(manifest.get("annexes", [])))
        findings = [*_files(folder, manifest, wanted), *_sums(folder, manifest), *_volumes(manifest)]
        findings += [*signed.findings(folder, manifest, known), *_packets(folder, manifest)]
    except (OSError, ValueError):
        return [Finding(_("There is no readable manifest.json in %(folder)s."), folder=folder)]
    except (KeyError, TypeError, AttributeError) as error:
        return [Finding(_("manifest.json is not of this form: %(error)s"), error=repr(error))]
    try:
        return findings + [*_rows(folder, manifest)]
    except OSError as error:
        return [*findings, Finding(_("%(path)s cannot be read."), path=error.filename)]


def _files(folder: Path, manifest: dict[str, Any], wanted: list[str]) -> Iterator[Finding]:
    """No file more, none less, each with its sum."""
    listed = {item["path"]: item for item in manifest["files"]}
    for path in sorted(set(wanted) - set(listed)):
        yield Finding(_("manifest.json lacks %(path)s."), path=path)
    for path in sorted(set(listed) - set(wanted)):
        yield Finding(_("manifest.json lists %(path)s, which no packet should hold."), path=path)
    present = set(_present(folder))
    signatures = manifests.signature_files(manifest["recipients"]) if manifest["signed_by"] else []
    for path in sorted(present - set(listed) - {NAME, SUMS, *signatures}):
        yield Finding(_("%(path)s is there and not in manifest.json."), path=path)
    sums = Sums()
    for path, item in sorted(listed.items()):
        if path not in present:
            yield Finding(_("%(path)s is missing."), path=path)
        elif (folder / path).is_symlink() or not (folder / path).is_file():
            yield Finding(_("%(path)s is no ordinary file."), path=path)
        elif (folder / path).stat().st_size != item["bytes"]:
            size = (folder / path).stat().st_size
            yield Finding(_("%(path)s has %(size)s bytes, not %(bytes)s."), path=path, size=size, bytes=item["bytes"])
        elif sums.of(folder / path) != item["sha256"]:
            yield Finding(_("%(path)s was altered: its sum is another."), path=path)
    yield from _same_books(manifest, listed)


def _present(folder: Path) -> Iterator[str]:
    """Every path that is not a folder, and every folder that is empty."""
    for place, folders, files in os.walk(folder):
        here = Path(place).relative_to(folder)
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*files, *links):
            yield (here / name).as_posix()
        if not folders and not files:
            yield f"{here.as_posix()}/"


def _same_books(manifest: dict[str, Any], listed: dict[str, Any]) -> Iterator[Finding]:
    """The book of a packet is the book."""
    for path, item in sorted(listed.items()):
        parts = path.split("/")
        if parts[0] == "packets" and parts[2] == "book":
            book = listed.get("/".join(parts[2:]))
            if book is None or book["sha256"] != item["sha256"]:
                yield Finding(_("%(path)s is not the same as in book/."), path=path)


def _packets(folder: Path, manifest: dict[str, Any]) -> Iterator[Finding]:
    """Each packet's own manifest says the same as the folder's, as far as it is disclosed to the recipient."""
    for recipient in manifest["recipients"]:
        path = f"packets/{recipient['folder']}/{manifests.PACKET}"
        if (folder / path).is_file() and (folder / path).read_bytes() != packet_manifest.describe(manifest, recipient):
            yield Finding(_("%(path)s does not say the same as manifest.json."), path=path)


def _sums(folder: Path, manifest: dict[str, Any]) -> Iterator[Finding]:
    try:
        text = (folder / SUMS).read_text(encoding="ascii")
    except (OSError, ValueError):
        yield Finding(_("%(path)s is missing."), path=SUMS)
        return
    if text != manifests.sums_lines(manifest["files"], Sums().of(folder / NAME)):
        yield Finding(_("SHA256SUMS does not say the same as manifest.json, or manifest.json was altered."))


def _volumes(manifest: dict[str, Any]) -> Iterator[Finding]:
    """The volumes hold 1..N without a gap."""
    expected = 1
    for ordinal, volume in enumerate(manifest["volumes"], start=1):
        if volume["path"] != f"book/{manifests.volume_name(ordinal)}" or volume["first"] != expected:
            yield Finding(_("%(path)s begins at %(first)s, not %(expected)s."), expected=expected, **_place(volume))
        expected = volume["last"] + 1
    confirmed = manifest["counts"]["confirmed"]
    if expected != confirmed + 1:
        yield Finding(_("The volumes end at %(last)s, not at %(confirmed)s."), last=expected - 1, confirmed=confirmed)


def _place(volume: dict[str, Any]) -> dict[str, Any]:
    return {"path": volume["path"], "first": volume["first"]}


def _rows(folder: Path, manifest: dict[str, Any]) -> Iterator[Finding]:
    """Every row of signatures.csv counted, and against signatures.xlsx and the root."""
    path = folder / "book" / "signatures.csv"
    sheet = sheet_rows(folder / "book" / "signatures.xlsx")
    counted = Counted()
    tree = Tree()
    try:
        key = bytes.fromhex((folder / "book" / manifests.SALT).read_text(encoding="ascii"))
    except ValueError:
        key = b""
        yield Finding(_("signatures.salt does not hold a number in hexadecimal digits."))
    leaves = hashlib.sha256()
    found: list[Finding] = []
    lines = csv_lines(path)
    if next(lines, b"") != header_line(bom=bool(manifest["csv_bom"])):
        yield Finding(_("signatures.csv does not begin with its header."))
    try:
        for line in lines:
            row = line.removesuffix(LINE_END)
            current = leaf(row, salt(key, tree.size + 1))
            tree.add(current)
            leaves.update(current)
            found += counted.add(row)
            found += _against(sheet, counted)
            if len(found) >= MOST:
                break
        else:
            found += _left_over(sheet)
    except SheetFault as fault:
        found.append(Finding(_("signatures.xlsx cannot be read: %(error)s"), error=fault))
    yield from found[:MOST]
    if len(found) < MOST:
        yield from counted.against(manifest["counts"])
        if leaves.hexdigest() != file_sha256(folder / manifests.LEAVES):
            yield Finding(_("%(path)s does not hold the leaves of signatures.csv."), path=manifests.LEAVES)
        if tree.root().hex() != manifest["root"]:
            yield Finding(_("The root over signatures.csv is not the one in manifest.json."))


def _against(sheet: Iterator[list[str]], counted: Counted) -> list[Finding]:
    other = next(sheet, None)
    if other == counted.fields:
        return []
    if other is None:
        return [Finding(_("signatures.xlsx lacks row %(number)s."), number=counted.rows)]
    return [Finding(_("Row %(number)s of signatures.xlsx is not that of signatures.csv."), number=counted.rows)]


def _left_over(sheet: Iterator[list[str]]) -> list[Finding]:
    more = sum(1 for _row in sheet)
    return [Finding(_("signatures.xlsx has %(rows)s rows more than signatures.csv."), rows=more)] if more else []


def _fields(row: bytes) -> list[str]:
    """ValueError or csv.Error where it is no row. A row without a quote, as nearly all are, needs no reader of CSV."""
    if _QUOTED.search(row) is None:
        return row.decode().split(",")
    (fields,) = csv.reader(io.StringIO(row.decode(), newline=""), strict=True)
    return fields


class Counted:
    """What the rows of signatures.csv add up to, and the fields of the last one."""

    def __init__(self) -> None:
        self.rows = 0
        self.named = 0
        self.by: dict[str, Counter[str]] = {"by_country": Counter(), "by_day": Counter(), "by_origin": Counter()}
        self.fields: list[str] = []

    def add(self, row: bytes) -> list[Finding]:
        self.rows += 1
        try:
            self.fields = _fields(row)
            number, name, city, country, day, origin = self.fields
        except (ValueError, csv.Error):
            self.fields = []
            return [Finding(_("Line %(line)s of signatures.csv is no row."), line=self.rows + 1)]
        self.named += bool(name)
        for key, word in (("by_country", country), ("by_day", day), ("by_origin", origin)):
            self.by[key][word] += 1
        found = []
        if number != str(self.rows):
            told = {"row": self.rows, "number": number[:20]}
            found.append(Finding(_("Row %(row)s of signatures.csv has the number %(number)s."), **told))
        if city and not name:
            found.append(Finding(_("Row %(row)s of signatures.csv has a city without a name."), row=self.rows))
        return found

    def against(self, counts: dict[str, Any]) -> Iterator[Finding]:
        sums = {"confirmed": self.rows, "named": self.named, "withheld": self.rows - self.named}
        for key, value in sums.items():
            if counts[key] != value:
                yield Finding(
                    _("manifest.json counts %(counted)s %(kind)s, signatures.csv holds %(held)s."),
                    counted=counts[key],
                    kind=key,
                    held=value,
                )
        for key, held in self.by.items():
            if counts[key] != dict(held):
                yield Finding(_("The totals %(kind)s in manifest.json are not those of signatures.csv."), kind=key)
