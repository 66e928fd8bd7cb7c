"""Reading a bundle: what `freeze` wrote, checked before anything is made of it.

A bundle is a ZIP file: bundle.json (the texts, the recipients, the totals, the fingerprints of the keys that open its
names, the key of the leaves' salts, sealed like them, who is to sign, the sum of every rows member) and rows/0001.csv …
with `number,country,day,origin,sealed` a line. One rows member is one volume of the book.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
import errno
import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop as _

from signatures.delivery.ending import sums
from signatures.delivery.problems import BuildProblem
from signatures.seal import KeyProblem, Keyring, open_identity

FORMAT = 3
ENDS_WITH_SUM = 3  # the first format whose last bytes are the sum of all before them
OLDEST = 1  # did not say which keys it needs, since there was one; 2 had no salt and no signer
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError)
_COUNTRY = re.compile(r"[A-Z]{2}")
_ORIGIN = re.compile(r"[a-z]{1,10}")


class Row(NamedTuple):
    """One signature as the book has it. `name` and `city` are empty where the signer withheld them."""

    number: int
    name: str
    city: str
    country: str
    day: str
    origin: str
    is_named: bool


class Tally(NamedTuple):
    """What some rows add up to; the tallies of all volumes must add up to the bundle's counts."""

    rows: int
    named: int
    by_country: dict[str, int]
    by_day: dict[str, int]
    by_origin: dict[str, int]


@dataclass(frozen=True)
class Chunk:
    """One rows member: the signatures first..last."""

    ordinal: int
    path: str
    first: int
    last: int
    sha256: str

    @property
    def rows(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Bundle:
    path: Path
    sha256: str
    data: dict[str, Any]
    chunks: tuple[Chunk, ...]

    @property
    def counts(self) -> dict[str, Any]:
        return self.data["counts"]

    @property
    def sealed_to(self) -> list[str]:
        """The fingerprints of the keys that open its names; an empty one stands for boxes that name none."""
        return self.data.get("sealed_to", [""])

    @property
    def csv_bom(self) -> bool:
        """Whether signatures.csv begins with a byte order mark."""
        return bool(self.data.get("csv_bom", False))

    @property
    def frozen_at(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.data["frozen_at"])


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_bundle(path: Path) -> Bundle:
    """The bundle at `path`, its description checked; BuildProblem says what is wrong with it."""
    if not path.is_file():
        raise BuildProblem(_("There is no bundle at %(path)s."), path=path)
    altered = BuildProblem(_("%(path)s is no whole bundle: it was cut short or altered."), path=path)
    try:
        with _opened(path, altered) as archive:
            sha256, is_whole = sums(path)
            data = json.loads(_read(archive, "bundle.json"))
            members = set(archive.namelist())
        if data["format"] not in range(OLDEST, FORMAT + 1):
            raise BuildProblem(
                _("The bundle is of format %(format)s; this version reads format %(known)s."),
                format=data["format"],
                known=FORMAT,
            )
        if data["format"] >= ENDS_WITH_SUM and not is_whole:
            raise altered
        chunks = tuple(
            Chunk(ordinal, item["path"], item["first"], item["last"], item["sha256"])
            for ordinal, item in enumerate(data["rows"], start=1)
        )
        _check_description(data, chunks, members)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BuildProblem(
            _("%(path)s holds no description of a bundle that this version knows (%(error)s)."),
            path=path,
            error=repr(error),
        ) from None
    return Bundle(path, sha256, data, chunks)


@contextlib.contextmanager
def _opened(path: Path, altered: BuildProblem) -> Iterator[zipfile.ZipFile]:
    """The ZIP file at `path`; raises `altered` where it is none, or what is read of it is not whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _ZIP_FAULTS:
        raise altered from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # what it names would stand before its beginning
            raise altered from None
        raise BuildProblem(_("%(path)s cannot be read."), path=path) from None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    member = archive.getinfo(name)
    if member.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):  # other methods have faults of their own
        raise zipfile.BadZipFile(f"{name} is packed in a way that no freeze packs it")
    return archive.read(member)


def _check_description(data: dict[str, Any], chunks: tuple[Chunk, ...], members: set[str]) -> None:
    expected = 1
    for chunk in chunks:
        if chunk.first != expected or chunk.last < chunk.first:
            raise BuildProblem(
                _("The bundle's rows are not consecutive: %(path)s begins at %(first)s, not %(expected)s."),
                path=chunk.path,
                first=chunk.first,
                expected=expected,
            )
        if chunk.path not in members:
            raise BuildProblem(_("The bundle lacks %(path)s, which its description names."), path=chunk.path)
        expected = chunk.last + 1
    counts = data["counts"]
    if counts["confirmed"] != expected - 1:
        raise BuildProblem(
            _("The bundle counts %(counted)s signatures and holds %(held)s."),
            counted=counts["confirmed"],
            held=expected - 1,
        )
    if counts["named"] + counts["withheld"] != counts["confirmed"]:
        raise BuildProblem(_("The bundle's named and withheld signatures do not add up to the confirmed ones."))
    for key in ("by_country", "by_day", "by_origin"):
        if sum(counts[key].values()) != counts["confirmed"]:
            raise BuildProblem(
                _("The bundle's counts %(kind)s do not add up to the %(confirmed)s confirmed ones."),
                kind=key,
                confirmed=counts["confirmed"],
            )
    previous = data.get("previous")
    if previous and (
        previous["still"] + previous["new"] != counts["confirmed"]
        or previous["still"] + previous["withdrawn"] != previous["confirmed"]
    ):
        raise BuildProblem(_("The bundle's numbers since the delivery before do not add up."))
    if not data["recipients"]:
        raise BuildProblem(_("The bundle names no recipient."))
    folders = [recipient["folder"] for recipient in data["recipients"]]
    if len(set(folders)) != len(folders) or not all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", f) for f in folders):
        raise BuildProblem(_("The bundle's recipients do not each have a folder name of their own."))
    if datetime.datetime.fromisoformat(data["frozen_at"]).tzinfo is None:
        raise BuildProblem(_("The bundle's frozen_at has no time zone."))


def read_member(path: Path, chunk: Chunk) -> bytes:
    """The bytes of a rows member, its sum checked."""
    altered = BuildProblem(_("%(path)s in the bundle was cut short or altered."), path=chunk.path)
    try:
        with _opened(path, altered) as archive:
            raw = _read(archive, chunk.path)
    except (KeyError, ValueError):
        raise altered from None
    if hashlib.sha256(raw).hexdigest() != chunk.sha256:
        raise BuildProblem(
            _("%(path)s in the bundle was altered: its sum is not the one the bundle names."), path=chunk.path
        )
    return raw


def open_rows(raw: bytes, chunk: Chunk, keys: Keyring) -> Iterator[Row]:
    """The rows of a member in order, the named ones opened.

    Raises BuildProblem that names the row: a wrong number, a malformed field, a box that the key does not open.
    """
    expected = chunk.first
    for fields in csv.reader(io.StringIO(raw.decode(), newline="")):
        if len(fields) != 5:
            raise BuildProblem(
                _("Row %(row)s in %(path)s has %(fields)s fields, not 5."),
                row=expected,
                path=chunk.path,
                fields=len(fields),
            )
        number, country, day, origin, sealed = fields
        if number != str(expected):
            raise BuildProblem(
                _("Row %(row)s is missing in %(path)s: %(other)s stands in its place."),
                row=expected,
                path=chunk.path,
                other=repr(number)[:20],
            )
        if expected > chunk.last:
            raise BuildProblem(_("Row %(row)s in %(path)s is one too many."), row=expected, path=chunk.path)
        if not (_COUNTRY.fullmatch(country) and _ORIGIN.fullmatch(origin) and _is_day(day)):
            raise BuildProblem(
                _("Row %(row)s in %(path)s has no right country, day or origin."), row=expected, path=chunk.path
            )
        if sealed:
            identity = open_box(sealed, keys, expected)
            yield Row(expected, identity[0], identity[1], country, day, origin, True)
        else:
            yield Row(expected, "", "", country, day, origin, False)
        expected += 1
    if expected != chunk.last + 1:
        raise BuildProblem(
            _("Row %(row)s is missing in %(path)s, which ends there instead of at %(last)s."),
            row=expected,
            path=chunk.path,
            last=chunk.last,
        )


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def open_box(sealed: str, keys: Keyring, number: int) -> tuple[str, str]:
    if not keys:
        raise BuildProblem(_("The delivery key is not at hand, and the bundle holds names that only it opens."))
    try:
        name, city = open_identity(bytes.fromhex(sealed), keys)
    except (KeyProblem, ValueError):
        raise BuildProblem(
            _("The delivery key does not open signature %(number)s: it is another key, or the bundle was altered."),
            number=number,
        ) from None
    return name, city


def tally(rows: list[Row]) -> Tally:
    return Tally(
        rows=len(rows),
        named=sum(row.is_named for row in rows),
        by_country=dict(Counter(row.country for row in rows)),
        by_day=dict(Counter(row.day for row in rows)),
        by_origin=dict(Counter(row.origin for row in rows)),
    )


def check_tallies(bundle: Bundle, tallies: list[Tally]) -> None:
    """Hold what the rows add up to against the counts that were frozen with them."""
    counts = bundle.counts
    if sum(t.rows for t in tallies) != counts["confirmed"]:
        raise BuildProblem(
            _("The rows are %(rows)s, the bundle counts %(counted)s."),
            rows=sum(t.rows for t in tallies),
            counted=counts["confirmed"],
        )
    if sum(t.named for t in tallies) != counts["named"]:
        raise BuildProblem(
            _("The rows hold %(rows)s names, the bundle counts %(counted)s."),
            rows=sum(t.named for t in tallies),
            counted=counts["named"],
        )
    for key in ("by_country", "by_day", "by_origin"):
        total: Counter[str] = Counter()
        for part in tallies:
            total.update(getattr(part, key))
        for word in sorted(total.keys() | counts[key].keys()):
            if total[word] != counts[key].get(word, 0):
                raise BuildProblem(
                    _("The rows hold %(rows)s signatures for %(word)s, the bundle counts %(counted)s."),
                    rows=total[word],
                    word=word,
                    counted=counts[key].get(word, 0),
                )
