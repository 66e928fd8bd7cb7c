"""What everyone may know of deliveries. `told` has the facts; every page, the timeline and the JSON read them there, so
that they tell one story and change at one moment."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q
from django.utils import timezone

from petition import pagecache
from petition.models import Petition, Recipient
from petition.models.recipient import Discloses
from petition.timeline import Event
from signatures.delivery.models import LEFT, Delivery, Packet, State, Step
from signatures.frozen import Frozen
from signatures.models import Signature

ARRIVED = (Step.HANDED_OVER, Step.ACKNOWLEDGED, Step.ANSWERED)


class Told(NamedTuple):
    """A delivery as everyone may know it."""

    delivery: Delivery
    state: State  # planned until the hour, however far it is
    signatures: int | None
    note: str
    root: str  # of its book, and the key that signs it; empty before it is made
    signed_by: str
    previous: dict[str, Any] | None  # what was frozen before it: signatures.delivery.since
    packets: list[Packet]  # in printed order; none before the freeze and before the hour

    @property
    def ordinal(self) -> int:
        return self.delivery.ordinal

    @property
    def planned_on(self) -> datetime.date:
        return self.delivery.planned_on

    @property
    def frozen_at(self) -> datetime.datetime | None:
        return self.delivery.frozen_at

    @property
    def previous_on(self) -> datetime.date | None:
        return self.delivery.previous_on

    @property
    def handed_over(self) -> list[Packet]:
        return [packet for packet in self.packets if packet.step in ARRIVED]

    @property
    def answered(self) -> list[Packet]:
        return [packet for packet in self.packets if packet.step == Step.ANSWERED]


def told(petition: Petition) -> list[Told]:
    """A petition's deliveries, oldest first. While a page is made, it also says until when that page holds."""
    now = timezone.now()
    packets: dict[int, list[Packet]] = {}
    rows = Packet.objects.public(now).filter(delivery__petition=petition).select_related("recipient")
    for packet in rows.order_by("recipient__number", "recipient__position"):
        packets.setdefault(packet.delivery_id, []).append(packet)
    found = []
    for delivery in petition.deliveries.order_by("ordinal"):
        if delivery.is_secret(now):
            pagecache.changes_at(delivery.embargo_until)  # type: ignore[arg-type]  # it is secret until then
            found.append(Told(delivery, State.PLANNED, None, "", "", "", None, []))
        else:
            own = packets.get(delivery.pk, [])
            made = (delivery.root, delivery.signed_by, delivery.previous)
            found.append(Told(delivery, State(delivery.state), delivery.confirmed, delivery.note, *made, own))
    return found


def recipients_with_packets(petition: Petition, deliveries: list[Told]) -> list[Recipient]:
    """A petition's recipients in printed order, each with `packet`: the latest that has left for them, or None."""
    latest = {p.recipient_id: p for one in deliveries for p in one.packets if p.step in LEFT}
    rows = list(petition.recipients.all())
    for row in rows:
        row.packet = latest.get(row.pk)  # type: ignore[attr-defined]
    return rows


class Handover(NamedTuple):
    """How far a petition has come on the recipients' desks. Days are None where there is none."""

    next_on: datetime.date | None  # the planned delivery
    last_on: datetime.date | None  # the last packet handed over
    answered: int  # recipients who have answered


def handover(petition: Petition) -> Handover:
    found = told(petition)
    planned = next((one.planned_on for one in found if one.state == State.PLANNED), None)
    days = [packet.handed_over_on for one in found for packet in one.handed_over]
    answered = {packet.recipient_id for one in found for packet in one.answered}
    return Handover(planned, max((day for day in days if day), default=None), len(answered))


class HandedOver(NamedTuple):
    """How many packets of a delivery are, so far."""

    handed_over: int


def events(petition: Petition) -> list[Event]:
    """The deliveries of which at least one packet is handed over, each on the day of its last one so far; and the
    answers."""
    found: list[Event] = []
    for one in told(petition):
        days = [packet.handed_over_on for packet in one.handed_over if packet.handed_over_on]
        if days:
            found.append(Event(max(days), "hand_over", HandedOver(len(days))))
        found += [Event(packet.answered_on, "answer", packet) for packet in one.answered if packet.answered_on]
    return found


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _recipient(packet: Packet) -> dict[str, Any]:
    return {
        "number": packet.recipient.number,
        "position": packet.recipient.position,
        "name": packet.recipient.name,
        "state": packet.step if packet.step in LEFT else None,
        "handed_over_on": _iso(packet.handed_over_on),
        "answered_on": _iso(packet.answered_on),
    }


def deliveries(petition: Petition) -> list[dict[str, Any]]:
    """The deliveries in the public JSON."""
    return [
        {
            "ordinal": one.ordinal,
            "planned_on": one.planned_on.isoformat(),
            "state": one.state,
            "signatures": one.signatures,
            "new_since_previous": one.previous["new"] if one.previous else None,
            "root": one.root or None,
            "signed_by": one.signed_by or None,
            "handed_over": len(one.handed_over),
            "answered": len(one.answered),
            "recipients": [_recipient(packet) for packet in one.packets],
        }
        for one in told(petition)
    ]


def answer(petition: Petition, *, number: int, position: int) -> Packet | None:
    """The latest packet that a recipient has answered; None where nobody may know of one."""
    rows = Packet.objects.public().filter(delivery__petition=petition, answered_on__isnull=False)
    return rows.filter(recipient__number=number, recipient__position=position).order_by("-delivery__ordinal").first()


def frozen(signature: Signature) -> list[Frozen]:
    """The deliveries in whose bundle a signature stands, withdrawn since or not. That it was frozen its owner reads at
    once, whatever is secret until an hour: they may want to withdraw, and must know what that can not undo."""
    now = timezone.now()
    is_told = Q(packets__handed_over_on__isnull=False) & ~Q(embargo_until__gt=now)
    rows = Delivery.objects.filter(entries__signature=signature, frozen_at__isnull=False).annotate(
        on=Max("packets__handed_over_on", filter=is_told),
        left=Count("packets", filter=is_told),
        names=Count("packets", filter=is_told & Q(packets__recipient__discloses=Discloses.NAMES)),
        sent=Count("packets", filter=Q(packets__sent_on__isnull=False)),
    )
    found = rows.order_by("pk").values_list("frozen_at", "on", "left", "names", "sent", "embargo_until")
    return [
        Frozen(timezone.localdate(frozen_at), on, left, names, may_have_left=bool(sent or (until and until > now)))
        for frozen_at, on, left, names, sent, until in found
    ]


def acknowledged_on(petition: Petition) -> datetime.date | None:
    """The day on which the last packet of a petition was handed over, or the last answer came if that was later. None
    while a delivery is planned or on its way, and where there was none."""
    if petition.deliveries.exclude(state=State.HANDED_OVER).exists():
        return None
    days = Packet.objects.filter(delivery__petition=petition).aggregate(
        handed_over=Max("handed_over_on"), answered=Max("answered_on")
    )
    return max((day for day in days.values() if day), default=None)
