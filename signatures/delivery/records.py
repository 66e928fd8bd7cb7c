"""What is known of deliveries: from a content file, for the public pages, and as staff record it."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from petition import audit
from petition.loader import Section
from petition.models import Petition, Recipient
from signatures.delivery.models import Delivery, LetterTemplate, Packet, State


def next_october_23(today: datetime.date) -> datetime.date:
    """The coming 23 October: the day on which the agreement was signed. On the day itself, that day."""
    day = datetime.date(today.year, 10, 23)
    return day if day >= today else datetime.date(today.year + 1, 10, 23)


def load_deliveries(petition: Petition, section: Section) -> None:
    """The deliveries of a content file: those of the past as handed over to every recipient, the next one as planned.
    A delivery that is frozen or further is left as it is."""
    for item in section.items():
        ordinal = item.integer("ordinal", least=1)
        handed_over_on = item.date("handed_over_on", required=False)
        planned = item.text("planned_on")
        planned_on = next_october_23(timezone.localdate()) if planned == "next 10-23" else item.date("planned_on")
        notes = {"note_km": item.text("note_km", required=False), "note_en": item.text("note_en", required=False)}
        state = State.HANDED_OVER if handed_over_on else State.PLANNED
        delivery, made = Delivery.objects.get_or_create(
            petition=petition, ordinal=ordinal, defaults={"planned_on": planned_on, "state": state, **notes}
        )
        if not made and delivery.state == state:
            Delivery.objects.filter(pk=delivery.pk).update(**notes)
        if made and handed_over_on:
            Packet.objects.bulk_create(
                [
                    Packet(delivery=delivery, recipient=recipient, handed_over_on=handed_over_on)
                    for recipient in petition.recipients.all()
                ]
            )


def load_letters(petition: Petition, section: Section) -> None:
    """The letters' default texts, one a language. A text that staff have is not written over."""
    for language, item in section.entries():
        LetterTemplate.objects.get_or_create(
            petition=petition, language=language, defaults={"subject": item.text("subject"), "body": item.text("body")}
        )


def recipients_with_packets(petition: Petition) -> list[Recipient]:
    """A petition's recipients in printed order, each with `packet`: that of the latest hand-over, or None."""
    handed_over = Packet.objects.filter(handed_over_on__isnull=False).order_by("-delivery__ordinal")
    rows = list(petition.recipients.prefetch_related(Prefetch("packets", handed_over, to_attr="handed_over")))
    for row in rows:
        row.packet = next(iter(row.handed_over), None)  # type: ignore[attr-defined]
    return rows


def public_deliveries(petition: Petition) -> list[dict[str, Any]]:
    """The deliveries in the public JSON."""
    return [
        {"ordinal": d.ordinal, "planned_on": d.planned_on.isoformat(), "state": d.state, "signatures": d.confirmed}
        for d in petition.deliveries.order_by("ordinal")
    ]


@transaction.atomic
def hand_over(*, packet: Packet, by: User, on: datetime.date, channel: str, place: str = "") -> Packet:
    """Record that a packet was handed over; with the last one the delivery is handed over."""
    packet.handed_over_on, packet.channel, packet.place = on, channel, place
    packet.save(update_fields=["handed_over_on", "channel", "place"])
    settle(packet.delivery)
    audit.record(by=by, act="hand_over", target=packet, detail={"on": on.isoformat(), "channel": channel})
    return packet


def settle(delivery: Delivery) -> None:
    """A built delivery whose last packet has been handed over is handed over."""
    if not delivery.packets.filter(handed_over_on=None).exists():
        Delivery.objects.filter(pk=delivery.pk, state=State.BUILT).update(state=State.HANDED_OVER)
