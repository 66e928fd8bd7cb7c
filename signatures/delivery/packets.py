"""A finished packet: where it lies, and as one file to download, marked for whoever fetches it and encrypted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from petition import approvals, audit
from signatures.delivery import agefile, manifest, marks, second_person
from signatures.delivery.agefile import Lock
from signatures.delivery.models import Delivery, Fetch, FetchLink, Packet
from signatures.delivery.problems import NotNow

HANDED_OVER = _("This packet is handed over: nobody needs a link to it any more.")


class Download(NamedTuple):
    """A file to send: its name, and its bytes as they are made."""

    name: str
    parts: Iterator[bytes]

    def response(self) -> StreamingHttpResponse:
        response = StreamingHttpResponse(self.parts, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{self.name}"'
        response["Cache-Control"] = "private, no-store"
        return response


def packet_folder(delivery: Delivery, packet: Packet) -> Path:
    """Where a packet lies. By the manifest, not by the recipient's name as it is written today."""
    place = (packet.recipient.number, packet.recipient.position)
    try:
        recipients = manifest.read(delivery.folder)["recipients"]
    except (OSError, ValueError, KeyError):
        raise NotNow(_("The packets of %(delivery)s are not on this server."), delivery=delivery.code) from None
    for recipient in recipients:
        folder = delivery.folder / "packets" / recipient["folder"]
        if (recipient["number"], recipient["position"]) == place and folder.is_dir():
            return folder
    raise NotNow(
        _("%(delivery)s holds no packet for %(recipient)s."), delivery=delivery.code, recipient=packet.recipient
    )


@transaction.atomic
def fetch(*, packet: Packet, lock: Lock, by: User) -> Download:
    """A packet for one of the staff, where a second person has allowed it; that it was fetched is on record."""
    folder = packet_folder(packet.delivery, packet)
    approvals.use(kind=second_person.FETCH, target=packet.delivery, by=by)
    row = record_fetch(packet, lock=lock, by=by)
    return download(row, folder, f"{packet.delivery.petition.slug}-{packet.delivery.ordinal}-{folder.name}", lock)


def record_fetch(packet: Packet, *, lock: Lock, by: User | None = None, link: FetchLink | None = None) -> Fetch:
    """On record before the first byte leaves, with a mark of its own. By nobody: from the shell."""
    row = Fetch.objects.create(
        packet=packet,
        mark=marks.new_mark(),
        at=timezone.now(),
        by=by.get_username() if by else "",
        link=link,
        is_encrypted=not lock.is_open,
    )
    detail = {"copy": row.mark, "encrypted": not lock.is_open} | ({"link": link.pk} if link else {})
    audit.record(by=by, act="fetch", target=packet, detail=detail)
    return row


@transaction.atomic
def record_from_shell(found: dict[str, Any], recipient: dict[str, Any], lock: Lock) -> Fetch | None:
    """A copy that is made by command of a folder with this manifest; None where its delivery is not known here."""
    packet = Packet.objects.filter(
        delivery__petition__slug=found["petition"]["slug"],
        delivery__ordinal=found["delivery"]["ordinal"],
        delivery__frozen_at=found["frozen_at"],
        recipient__number=recipient["number"],
        recipient__position=recipient["position"],
    ).first()
    return record_fetch(packet, lock=lock) if packet else None


def download(row: Fetch, folder: Path, name: str, lock: Lock) -> Download:
    suffix = ".zip" if lock.is_open else ".zip.age"
    return Download(name + suffix, _counted(row.pk, sealed_zip(folder, name, mark=row.mark, lock=lock)))


def _counted(pk: int, parts: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        yield part
    record_size(pk, size)


def record_size(pk: int, size: int) -> None:
    """A fetch that ended has its size in bytes; one that broke off never gets one."""
    Fetch.objects.filter(pk=pk).update(size=size)


def sealed_zip(folder: Path, name: str, *, mark: str, lock: Lock) -> Iterator[bytes]:
    """The marked packet as a ZIP file, encrypted unless the lock is open."""
    plain = zip_folder(folder, name, mark)
    return plain if lock.is_open else agefile.encrypted(plain, lock)


class _Outbox(io.RawIOBase):
    """A file that keeps what is written until it is taken. It cannot seek: zipfile writes sizes behind a member."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def zip_folder(folder: Path, name: str, mark: str) -> Iterator[bytes]:
    """The bytes of a ZIP file of everything in a packet's folder, under `name`/, each file with the mark, in steps of a
    megabyte or of one volume."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}")
            # PDF and XLSX are compressed already.
            info.compress_type = zipfile.ZIP_DEFLATED if path.suffix == ".csv" else zipfile.ZIP_STORED
            info.external_attr = 0o600 << 16
            info.file_size = marks.most_bytes(path)  # decides on ZIP64
            with archive.open(info, "w") as member:
                for block in marks.marked(path, mark, folder.name):
                    member.write(block)
                    yield outbox.take()
    yield outbox.take()
