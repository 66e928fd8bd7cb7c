"""The papers of the packets, letters, totals and certificates, made in a process of their own like the volumes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from petition.files import write_whole
from signatures.delivery.certificate import certificate_pdf
from signatures.delivery.letters import letter_pdf
from signatures.delivery.totals import totals_pdf


def languages(recipient: dict[str, Any]) -> list[str]:
    """The languages a recipient is written to in; one who gets no letter gets the totals in English."""
    return [letter["language"] for letter in recipient["letters"]] or ["en"]


def make_papers(job: dict[str, Any], _lines: Iterator[str]) -> None:
    """The worker's part: the papers of job["recipients"], each into its folder under job["packets"], which is there."""
    description = job["description"] | {"root": job["root"]}
    totals: dict[str, bytes] = {}
    for recipient in job["recipients"]:
        folder = Path(job["packets"]) / recipient["folder"]
        for letter in recipient["letters"]:
            write_whole(folder / f"letter.{letter['language']}.pdf", letter_pdf(description, recipient, letter))
        kind = f"{recipient['discloses']} {languages(recipient)}"
        if kind not in totals:
            totals[kind] = totals_pdf(
                description, discloses=recipient["discloses"], languages=languages(recipient), root=job["root"]
            )
        write_whole(folder / "totals.pdf", totals[kind])
        certificate = certificate_pdf(description, recipient, languages=languages(recipient), root=job["root"])
        write_whole(folder / "certificate.pdf", certificate)


if __name__ == "__main__":
    from signatures.delivery.workers import serve

    sys.exit(serve(make_papers))
