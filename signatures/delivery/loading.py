"""The deliveries and the letters of a content file."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.utils import timezone

from petition.contentfile import Section, once, save
from petition.models import Petition
from signatures.delivery.models import Delivery, Packet, State

NEXT = re.compile(r"next (\d\d)-(\d\d)")


def coming(month: int, day: int, today: datetime.date) -> datetime.date:
    """The next time this day of the year comes; on the day itself, that day. ValueError where no year has it."""
    this_year = datetime.date(today.year, month, day)
    return this_year if this_year >= today else datetime.date(today.year + 1, month, day)


def _planned_on(item: Section) -> datetime.date:
    """A date, or "next 10-23" for the coming 23 October."""
    yearly = NEXT.fullmatch(item.text("planned_on"))
    if yearly is None:
        return item.date("planned_on")  # type: ignore[return-value]
    try:
        return coming(int(yearly[1]), int(yearly[2]), timezone.localdate())
    except ValueError:
        raise item.at("planned_on").fail("is no day of every year") from None


def load_deliveries(petition: Petition, section: Section) -> None:
    """The deliveries of a content file: those of the past as handed over to every recipient, the next one as planned.
    One that is there already keeps its day and its state; its notes are refreshed while its state is the file's."""
    seen: set[Any] = set()
    for item in section.items():
        item.only("ordinal", "planned_on", "handed_over_on", "note_km", "note_en")
        ordinal = item.integer("ordinal", least=1)
        once(seen, ordinal, item)
        planned_on, handed_over_on = _planned_on(item), item.date("handed_over_on", required=False)
        state = State.HANDED_OVER if handed_over_on else State.PLANNED
        row = Delivery.objects.select_for_update().filter(petition=petition, ordinal=ordinal).first()
        is_new = row is None
        row = row or Delivery(petition=petition, ordinal=ordinal, planned_on=planned_on, state=state)
        if row.state != state:
            continue
        row.note_km, row.note_en = item.text("note_km", required=False), item.text("note_en", required=False)
        save(row, item)
        if is_new and handed_over_on:
            Packet.objects.bulk_create(
                [
                    Packet(delivery=row, recipient=recipient, handed_over_on=handed_over_on)
                    for recipient in petition.recipients.all()
                ]
            )
