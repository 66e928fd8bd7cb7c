"""A finished packet: where it lies, and as one file to download."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_noop as _

from petition import approvals, audit
from signatures.delivery import manifest, second_person
from signatures.delivery.models import Delivery, Packet
from signatures.delivery.problems import NotNow

_BLOCK = 1 << 20


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
def packet_zip(delivery: Delivery, packet: Packet, *, by: User) -> StreamingHttpResponse:
    """A packet as one ZIP file to download, read as it is sent, where a second person has allowed it; that it was
    fetched is on record."""
    folder = packet_folder(delivery, packet)
    approvals.use(kind=second_person.FETCH, target=delivery, by=by)
    audit.record(by=by, act="fetch", target=packet, detail={"folder": folder.name})
    name = f"{delivery.petition.slug}-{delivery.ordinal}-{folder.name}"
    response = StreamingHttpResponse(zip_folder(folder, name), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


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


def zip_folder(folder: Path, name: str) -> Iterator[bytes]:
    """The bytes of a ZIP file of everything in a folder, under `name`/, in steps of about a megabyte."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}")
            # PDF and XLSX are compressed already.
            info.compress_type = zipfile.ZIP_DEFLATED if path.suffix == ".csv" else zipfile.ZIP_STORED
            info.external_attr = 0o600 << 16
            info.file_size = path.stat().st_size  # decides on ZIP64
            with path.open("rb") as file, archive.open(info, "w") as member:
                while block := file.read(_BLOCK):
                    member.write(block)
                    yield outbox.take()
    yield outbox.take()
