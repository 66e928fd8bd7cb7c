"""What staff take along on the day: a list to tick off, and addresses for labels and envelopes. From live rows: who has
moved since the freeze gets the packet at the new address."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from petition import glyphs
from petition.models import Recipient
from petition.templatetags.language import day, moment, script, text
from petition.typesetting import make_pdf
from signatures.delivery.models import STEP_DAYS, Delivery, Packet

CHECKLIST = Path(__file__).parent / "typst" / "checklist.typ"
LABELS = Path(__file__).parent / "typst" / "labels.typ"


def _packets(delivery: Delivery) -> list[Packet]:
    rows = delivery.packets.select_related("recipient").prefetch_related("recipient__forms_of_address")
    return list(rows.order_by("recipient__number", "recipient__position"))


def _printable(line: str) -> str:
    return glyphs.for_letter(line.strip())


def address(recipient: Recipient) -> dict[str, Any]:
    """{lang, lines} as on an envelope, in the language of the recipient's first letter; the first line is the name."""
    form = next(iter(recipient.forms_of_address.all()), None)
    if form is None:
        lines = [recipient.name, recipient.office, recipient.body]
    else:
        lines = [form.name_line, *form.office_lines.splitlines()]
    lines += recipient.postal_address.splitlines()
    lang = form.language if form else script(recipient.name)
    return {"lang": lang, "lines": [_printable(line) for line in lines if line.strip()]}


def _row(packet: Packet) -> dict[str, Any]:
    recipient = packet.recipient
    return {
        "place": recipient.place,
        "name": _printable(text(recipient, "name")),
        "office": _printable(text(recipient, "office")),
        "address": [_printable(line) for line in recipient.postal_address.splitlines() if line.strip()],
        "receives": str(recipient.get_discloses_display()),
        "way": _printable(packet.way),
        "note": _printable(" ".join(packet.note.split())),
        "steps": [day(getattr(packet, name)) for name in STEP_DAYS.values()],
    }


def checklist_pdf(delivery: Delivery) -> bytes:
    """One line a recipient, in the language that is on, with what is recorded by now."""
    language = "km" if get_language() == "km" else "en"
    data = {
        "lang": language,
        "title": _("Checklist of the delivery"),
        "delivery": _printable(str(delivery)),
        "printed": _("As of %(moment)s. Only for the committee.") % {"moment": moment(timezone.now())},
        "columns": {
            "recipient": _("recipient and address"),
            "way": _("how"),
            "steps": [str(step.label) for step in STEP_DAYS],
            "note": _("telephone, note"),
        },
        "page": _("page"),
        "rows": [_row(packet) for packet in _packets(delivery)],
    }
    return make_pdf(CHECKLIST, data, at=timezone.now().replace(microsecond=0), standards=["a-2u"])


def labels_pdf(delivery: Delivery, *, paper: Literal["labels", "c4"]) -> bytes:
    """A4 sheets of 2 x 7 labels of 99.1 x 38.1 mm, or C4 envelopes, one a page."""
    data = {
        "paper": paper,
        "title": _("Addresses"),
        "sender": _printable(text(delivery.petition, "organiser")),
        "sender_lang": "km" if get_language() == "km" else "en",
        "addresses": [address(packet.recipient) for packet in _packets(delivery)],
    }
    return make_pdf(LABELS, data, at=timezone.now().replace(microsecond=0), standards=["a-2u"])
