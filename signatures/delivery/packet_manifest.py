"""packet.json: a packet's own manifest, with what is disclosed to its recipient and no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from petition.files import write_whole
from signatures.delivery.bundle import file_sha256
from signatures.delivery.manifest import PACKET
from signatures.delivery.signed import Signer


def counts_for(recipient: dict[str, Any], counts: dict[str, Any], small: int) -> dict[str, Any]:
    """All of them to who receives names. Else countries below `small` stand together under "elsewhere", as in
    totals.pdf, and the days are left out: of few signers on a day, one could be found."""
    if recipient["discloses"] == "names":
        return counts
    shown = {country: n for country, n in counts["by_country"].items() if n >= small}
    elsewhere = counts["confirmed"] - sum(shown.values())
    kept = {key: counts[key] for key in ("confirmed", "named", "withheld", "by_origin")}
    return kept | {"by_country": shown | ({"elsewhere": elsewhere} if elsewhere else {})}


def describe(manifest: dict[str, Any], recipient: dict[str, Any]) -> bytes:
    """The packet.json of a recipient, of a manifest that lists the other files of the packet."""
    head = f"packets/{recipient['folder']}/"
    files = [
        item | {"path": item["path"].removeprefix(head)}
        for item in manifest["files"]
        if item["path"].startswith(head) and item["path"] != f"{head}{PACKET}"
    ]
    found = {key: manifest[key] for key in ("format", "petition", "delivery", "frozen_at", "root", "signed_by")}
    found |= {
        "recipient": {key: recipient[key] for key in ("number", "position", "name", "as_printed", "discloses")},
        "counts": counts_for(recipient, manifest["counts"], manifest["small_country"]),
        "files": files,
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


def write(folder: Path, manifest: dict[str, Any], signer: Signer | None) -> None:
    """Write those of all packets, signed where there is a signer, and list them in the manifest."""
    for recipient in manifest["recipients"]:
        path = f"packets/{recipient['folder']}/{PACKET}"
        write_whole(folder / path, describe(manifest, recipient))
        if signer:
            signer.sign(folder / path)
        item = {"path": path, "sha256": file_sha256(folder / path), "bytes": (folder / path).stat().st_size}
        manifest["files"].append(item)
    manifest["files"].sort(key=lambda item: item["path"])
