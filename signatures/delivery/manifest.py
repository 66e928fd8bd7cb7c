"""manifest.json and SHA256SUMS: what a delivery folder holds, and what it adds up to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from petition.files import write_whole
from signatures.delivery.bundle import Bundle, file_sha256

NAME = "manifest.json"
SUMS = "SHA256SUMS"
ANNEX_NUMBERS = 500_000  # signatures in one volume of the annex: it has about as many pages as a volume of the book
TABLES = ("signatures.csv", "signatures.xlsx")
SALT = "signatures.salt"
LEAVES = "proofs/leaves.bin"
PACKET, CHECKER = "packet.json", "check.py"
# Beside what is signed. They are checked by themselves, and no list names them.
SIGNATURE, SIGNERS = ".sig", "allowed_signers"


def volume_name(ordinal: int) -> str:
    return f"volume-{ordinal:03}.pdf"


def annexes(confirmed: int) -> int:
    """How many volumes the annex of so many signatures has."""
    return -(-confirmed // ANNEX_NUMBERS)


def annex_name(ordinal: int) -> str:
    return f"annex-{ordinal:03}.pdf"


def book_files(volumes: int, annexes: int) -> list[str]:
    """The names under book/, in the order in which they are read."""
    printed = [volume_name(ordinal) for ordinal in range(1, volumes + 1)]
    return printed + [annex_name(ordinal) for ordinal in range(1, annexes + 1)] + [*TABLES, SALT]


def packet_files(recipient: dict[str, Any], volumes: int, annexes: int) -> list[str]:
    """The paths within a recipient's packet. Who gets the totals alone has no book."""
    papers = [f"letter.{language}.pdf" for language in recipient["languages"]]
    papers += ["totals.pdf", "certificate.pdf", PACKET, CHECKER]
    has_book = recipient["discloses"] == "names"
    return papers + ([f"book/{name}" for name in book_files(volumes, annexes)] if has_book else [])


def all_files(recipients: list[dict[str, Any]], volumes: int, annexes: int) -> list[str]:
    """Every path in the folder but those of the manifest, the sums and the signatures."""
    packets = (f"packets/{r['folder']}/{name}" for r in recipients for name in packet_files(r, volumes, annexes))
    return sorted([f"book/{name}" for name in book_files(volumes, annexes)] + [LEAVES] + list(packets))


def signature_files(recipients: list[dict[str, Any]]) -> list[str]:
    """The paths of the signatures in a folder that is signed."""
    places = ["", *(f"packets/{r['folder']}/" for r in recipients)]
    return [f"{place}{name}" for place in places for name in (f"{PACKET if place else NAME}{SIGNATURE}", SIGNERS)]


class Sums:
    """SHA-256 of files, each content read once however many hard links it has."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], str] = {}

    def of(self, path: Path) -> str:
        status = path.stat()
        place = (status.st_dev, status.st_ino)
        if place not in self._known:
            self._known[place] = file_sha256(path)
        return self._known[place]


def recipients(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of a bundle's description, as the manifest tells them."""
    kept = ("number", "position", "folder", "as_printed", "name", "country", "discloses")
    return [
        {key: recipient[key] for key in kept} | {"languages": [letter["language"] for letter in recipient["letters"]]}
        for recipient in data["recipients"]
    ]


def describe(bundle: Bundle, folder: Path, root: str, signed_by: str | None) -> dict[str, Any]:
    """The manifest of a folder in which all other files stand, but the packets' own manifests: they are made of it."""
    petition, delivery = bundle.data["petition"], bundle.data["delivery"]
    told = recipients(bundle.data)
    sums = Sums()
    files = [
        {"path": path, "sha256": sums.of(folder / path), "bytes": (folder / path).stat().st_size}
        for path in all_files(told, len(bundle.chunks), annexes(bundle.counts["confirmed"]))
        if not path.endswith(f"/{PACKET}")
    ]
    return {
        "format": 2,
        "petition": {key: petition[key] for key in ("slug", "title", "organiser", "goal")},
        "delivery": delivery,
        "bundle": bundle.sha256,
        "frozen_at": bundle.data["frozen_at"],
        "counts": bundle.counts,
        "previous": bundle.data.get("previous"),
        "small_country": bundle.data["small_country"],
        # The head of the audit trail at the freeze; a bundle from before the trail was chained has none.
        "audit": bundle.data.get("audit"),
        "recipients": told,
        "csv_bom": bundle.csv_bom,
        "volumes": [
            {"path": f"book/{volume_name(c.ordinal)}", "first": c.first, "last": c.last} for c in bundle.chunks
        ],
        "annexes": [
            {"path": f"book/{annex_name(ordinal)}"} for ordinal in range(1, annexes(bundle.counts["confirmed"]) + 1)
        ],
        "files": files,
        "root": root,
        # The fingerprint of the key that signs this file, or null.
        "signed_by": signed_by,
    }


def sums_lines(files: list[dict[str, Any]], manifest_sha256: str) -> str:
    """SHA256SUMS as `sha256sum -c` reads it."""
    rows = [(item["path"], item["sha256"]) for item in files] + [(NAME, manifest_sha256)]
    return "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(rows))


def write(folder: Path, manifest: dict[str, Any]) -> None:
    write_whole(folder / NAME, json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    write_whole(folder / SUMS, sums_lines(manifest["files"], file_sha256(folder / NAME)).encode())


def read(folder: Path) -> dict[str, Any]:
    """OSError or ValueError where there is none."""
    found = json.loads((folder / NAME).read_bytes())
    if not isinstance(found, dict):
        raise ValueError(f"{NAME} holds no object")
    return found
