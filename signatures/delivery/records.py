"""What is known of deliveries: from a content file, for the public pages, and as staff record it."""

from __future__ import annotations

import datetime
import re
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max, Prefetch, Q
from django.utils import timezone

from petition import audit
from petition.contentfile import Section, once, save
from petition.models import Petition, Recipient
from petition.models.recipient import Discloses, LetterLanguage
from petition.timeline import Event
from signatures.delivery import letters, links
from signatures.delivery.models import Delivery, LetterTemplate, Packet, State
from signatures.frozen import Frozen
from signatures.models import Signature

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


def load_letters(petition: Petition, section: Section) -> None:
    """The letters' default texts, one a language. A text that staff have is not written over."""
    for language, item in section.entries():
        item.only("subject", "body")
        if language not in LetterLanguage.values:
            raise item.fail("letters are written in en, fr or km")
        row = LetterTemplate(petition=petition, language=language, subject=item.text("subject"), body=item.text("body"))
        for problem in letters.problems(row.body, row.subject):
            raise item.fail(str(problem))
        if not LetterTemplate.objects.filter(petition=petition, language=language).exists():
            save(row, item)


def recipients_with_packets(petition: Petition) -> list[Recipient]:
    """A petition's recipients in printed order, each with `packet`: that of the latest hand-over, or None."""
    handed_over = Packet.objects.filter(handed_over_on__isnull=False).order_by("-delivery__ordinal")
    packets = Prefetch("packets", handed_over, to_attr="handed_over")
    rows: list[Recipient] = list(petition.recipients.prefetch_related(packets))
    for row in rows:
        row.packet = next(iter(row.handed_over), None)  # type: ignore[attr-defined]
    return rows


class Handover(NamedTuple):
    """How far a petition has come on the recipients' desks. Days are None where there is none."""

    next_on: datetime.date | None  # the planned delivery
    last_on: datetime.date | None  # the last packet handed over
    answered: int  # recipients who have answered


def handover(petition: Petition) -> Handover:
    planned = petition.deliveries.filter(state=State.PLANNED).values_list("planned_on", flat=True).first()
    packets = Packet.objects.filter(delivery__petition=petition)
    found = packets.aggregate(
        last_on=Max("handed_over_on"), answered=Count("recipient", filter=Q(answered_on__isnull=False), distinct=True)
    )
    return Handover(planned, found["last_on"], found["answered"])


def hand_overs(petition: Petition) -> list[Event]:
    """The deliveries of which at least one packet is handed over, each on the day of its last one so far, with
    `handed_over`, how many are."""
    rows = petition.deliveries.annotate(
        on=Max("packets__handed_over_on"), handed_over=Count("packets", filter=Q(packets__handed_over_on__isnull=False))
    )
    return [Event(row.on, "hand_over", row) for row in rows.filter(on__isnull=False).order_by("ordinal")]


def answers(petition: Petition) -> list[Event]:
    rows = Packet.objects.filter(delivery__petition=petition, answered_on__isnull=False).select_related("recipient")
    return [Event(row.answered_on, "answer", row) for row in rows.order_by("pk")]  # type: ignore[arg-type]  # filtered


def frozen(signature: Signature) -> list[Frozen]:
    """The deliveries in whose bundle a signature stands, withdrawn since or not."""
    rows = Delivery.objects.filter(entries__signature=signature, frozen_at__isnull=False).annotate(
        on=Max("packets__handed_over_on"),
        left=Count("packets", filter=Q(packets__handed_over_on__isnull=False)),
        names=Count(
            "packets",
            filter=Q(packets__handed_over_on__isnull=False, packets__recipient__discloses=Discloses.NAMES),
        ),
    )
    return [Frozen(timezone.localdate(row.frozen_at), row.on, row.left, row.names) for row in rows.order_by("pk")]


def acknowledged_on(petition: Petition) -> datetime.date | None:
    """The day on which the last packet of a petition was handed over, or the last answer came if that was later. None
    while a delivery is planned or on its way, and where there was none."""
    if petition.deliveries.exclude(state=State.HANDED_OVER).exists():
        return None
    days = Packet.objects.filter(delivery__petition=petition).aggregate(
        handed_over=Max("handed_over_on"), answered=Max("answered_on")
    )
    return max((day for day in days.values() if day), default=None)


def public_deliveries(petition: Petition) -> list[dict[str, Any]]:
    """The deliveries in the public JSON."""
    return [
        {"ordinal": d.ordinal, "planned_on": d.planned_on.isoformat(), "state": d.state, "signatures": d.confirmed}
        for d in petition.deliveries.order_by("ordinal")
    ]


@transaction.atomic
def hand_over(*, packet: Packet, by: User, on: datetime.date, channel: str, place: str = "") -> Packet:
    """Record that a packet was handed over; with the last one the delivery is handed over. Links to fetch it end."""
    packet.handed_over_on, packet.channel, packet.place = on, channel, place
    packet.save(update_fields=["handed_over_on", "channel", "place"])
    links.end_those_of(packet=packet)
    settle(packet.delivery)
    audit.record(by=by, act="hand_over", target=packet, detail={"on": on.isoformat(), "channel": channel})
    return packet


def settle(delivery: Delivery) -> None:
    """A delivery whose last packet has been handed over is handed over; one that was built on another machine stayed
    frozen here. Of two last packets recorded at once, the second waits for the first to be committed, and sees it."""
    Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if not delivery.packets.filter(handed_over_on=None).exists():
        Delivery.objects.filter(pk=delivery.pk, state__in=[State.FROZEN, State.BUILT]).update(state=State.HANDED_OVER)
