"""What staff record of packets, step by step: who did it stands in the audit trail, and of two at once the second sees
what the first did. Each act is on many packets, and says which of them it could not be done to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop as _

from petition import audit
from signatures.delivery import links, scans
from signatures.delivery.models import LEFT, STEP_DAYS, Delivery, Packet, State, Step
from signatures.delivery.problems import NotNow

ACTS: dict[Step, str] = {
    Step.APPROVED: "approve_packet",
    Step.PRINTED: "print_packet",
    Step.SENT: "send_packet",
    Step.HANDED_OVER: "hand_over",
    Step.ACKNOWLEDGED: "acknowledge",
    Step.ANSWERED: "answer",
}

# The states from which a packet comes to a step. Forward only: `take_back` is the way back.
FROM: dict[Step, set[Step]] = {
    Step.APPROVED: {Step.DRAFTED},
    Step.PRINTED: {Step.APPROVED},
    Step.SENT: {Step.APPROVED, Step.PRINTED},
    Step.HANDED_OVER: {Step.APPROVED, Step.PRINTED, Step.SENT},
    Step.ACKNOWLEDGED: {Step.SENT, Step.HANDED_OVER},
    Step.ANSWERED: {Step.SENT, Step.HANDED_OVER, Step.ACKNOWLEDGED, Step.ANSWERED},  # more of an answer may come
}

# From here on it is with them.
REACHED = (Step.HANDED_OVER, Step.ACKNOWLEDGED, Step.ANSWERED)


class Outcome(NamedTuple):
    """Of an act on many packets."""

    done: list[Packet]
    refused: list[Packet]  # whose state, or the day of an earlier step, does not allow it


def may_follow(packet: Packet, step: Step, on: datetime.date) -> bool:
    """Whether a packet may come to a step on that day: no step is before an earlier one. An answer may be older than
    the day on which their registry has entered the letter."""
    known = {name: getattr(packet, name) for name in STEP_DAYS.values()}
    if step == Step.ANSWERED:
        known |= {"acknowledged_on": None, "answered_on": None}
    least = max((day for day in known.values() if day), default=None)
    return packet.step in FROM[step] and (least is None or on >= least)


def _locked(packets: Iterable[Packet]) -> list[Packet]:
    rows = Packet.objects.select_for_update(of=["self"], no_key=True).filter(pk__in=[packet.pk for packet in packets])
    return list(rows.select_related("delivery__petition", "recipient").order_by("pk"))


def _advance(packets: Iterable[Packet], step: Step, *, on: datetime.date, by: User, **known: Any) -> Outcome:
    """Bring those to a step whose state allows it, with what is known of it."""
    outcome = Outcome([], [])
    given = {STEP_DAYS[step]: on} | {name: value for name, value in known.items() if value is not None}
    for packet in _locked(packets):
        if not may_follow(packet, step, on):
            outcome.refused.append(packet)
            continue
        # What they have acknowledged or answered has reached them, though nobody saw it, as by the post.
        own = ({"handed_over_on": on} if step in REACHED and packet.handed_over_on is None else {}) | given
        for name, value in own.items():
            setattr(packet, name, value)
        packet.save(update_fields=list(own))
        outcome.done.append(packet)
    if step in REACHED:
        links.end_those_of(outcome.done)
    detail = {"on": on.isoformat(), "channel": known.get("channel", "")}
    audit.record_each(by=by, act=ACTS[step], targets={audit.target_name(packet): detail for packet in outcome.done})
    for delivery in {packet.delivery_id: packet.delivery for packet in outcome.done}.values():
        settle(delivery)
    return outcome


@transaction.atomic
def approve(*, packets: Iterable[Packet], by: User, on: datetime.date, built_elsewhere: bool = False) -> Outcome:
    """Somebody has looked at what was built and finds it right. NotNow where nothing was built: here, or by their word
    on another machine."""
    packets = list(packets)
    built = {State.BUILT, State.HANDED_OVER} | ({State.FROZEN} if built_elsewhere else set())
    for delivery in Delivery.objects.filter(packets__in=packets).select_related("petition").distinct():
        if delivery.state not in built:
            raise NotNow(_("The packets of %(delivery)s are not built here."), delivery=delivery.code)
    return _advance(packets, Step.APPROVED, on=on, by=by)


@transaction.atomic
def mark_printed(*, packets: Iterable[Packet], by: User, on: datetime.date) -> Outcome:
    return _advance(packets, Step.PRINTED, on=on, by=by)


@transaction.atomic
def send(
    *,
    packets: Iterable[Packet],
    by: User,
    on: datetime.date,
    channel: str,
    channel_other: str = "",
    tracking_number: str = "",
) -> Outcome:
    """They are on their way, by post or in somebody's bag."""
    known = {"channel": channel, "channel_other": channel_other, "tracking_number": tracking_number}
    return _advance(packets, Step.SENT, on=on, by=by, **known)


@transaction.atomic
def hand_over(
    *,
    packets: Iterable[Packet],
    by: User,
    on: datetime.date,
    channel: str,
    channel_other: str = "",
    place: str = "",
    handed_over_time: datetime.time | None = None,
    taken_by: str = "",
) -> Outcome:
    """They are on the recipients' desks; with the last one the delivery is handed over."""
    known = {"channel": channel, "channel_other": channel_other, "place": place, "taken_by": taken_by}
    return _advance(packets, Step.HANDED_OVER, on=on, by=by, handed_over_time=handed_over_time, **known)


@transaction.atomic
def acknowledge(*, packets: Iterable[Packet], by: User, on: datetime.date, acknowledged_number: str = "") -> Outcome:
    """They have said that they have it, with the number in their registry where they gave one."""
    return _advance(packets, Step.ACKNOWLEDGED, on=on, by=by, acknowledged_number=acknowledged_number)


@transaction.atomic
def answer(
    *, packet: Packet, by: User, on: datetime.date, answer_km: str, answer_en: str, documents: dict[str, scans.Scan]
) -> Packet:
    """They have answered, or more of their answer is known: `documents` by the names of their fields. Public from now
    on, or from the delivery's hour."""
    (row,) = _locked([packet])
    if not may_follow(row, Step.ANSWERED, on):
        raise NotNow(_("There can be no answer before it has left."))
    scans.remove_later(getattr(row, name) for name in documents)
    names = {name: scans.store(document) for name, document in documents.items()}
    _advance([row], Step.ANSWERED, on=on, by=by, answer_km=answer_km, answer_en=answer_en, **names)
    return row


# What goes with a step when it is taken back.
OF_STEP: dict[Step, dict[str, Any]] = {
    Step.APPROVED: {"approved_on": None},
    Step.PRINTED: {"printed_on": None},
    Step.SENT: {"sent_on": None, "channel": "", "channel_other": "", "tracking_number": "", "receipt": ""},
    Step.HANDED_OVER: {"handed_over_on": None, "handed_over_time": None, "taken_by": "", "place": ""},
    Step.ACKNOWLEDGED: {"acknowledged_on": None, "acknowledged_number": ""},
    Step.ANSWERED: {"answered_on": None, **dict.fromkeys(scans.ANSWERS, ""), "answer_km": "", "answer_en": ""},
}


@transaction.atomic
def take_back(*, packet: Packet, step: Step, by: User, why: str) -> Packet:
    """Undo a packet's last step, which the asker saw as `step`, with all that was known of it and its files. NotNow
    where it is not the last any more, and for a hand-over from before this site."""
    (row,) = _locked([packet])
    if row.step != step or step not in OF_STEP:
        raise NotNow(_("Somebody else was faster: look at the packet again."))
    if row.delivery.frozen_at is None:
        raise NotNow(_("This was handed over before this site was there: it cannot be taken back."))
    cleared = dict(OF_STEP[step])
    if step == Step.HANDED_OVER and row.sent_on is None:
        cleared |= OF_STEP[Step.SENT]
    files = [getattr(row, name) for name in scans.FIELDS if name in cleared]
    for name, value in cleared.items():
        setattr(row, name, value)
    row.save(update_fields=list(cleared))
    scans.remove_later(files)
    if step == Step.HANDED_OVER:
        again = State.BUILT if row.delivery.root else State.FROZEN
        Delivery.objects.filter(pk=row.delivery_id, state=State.HANDED_OVER).update(state=again)
    audit.record(by=by, act="take_back", target=row, detail={"step": str(step), "why": why})
    row.refresh_from_db()
    return row


@transaction.atomic
def keep_receipt(*, packet: Packet, by: User, receipt: scans.Scan) -> Packet:
    """Store the scanned receipt in the place of the one before."""
    (row,) = _locked([packet])
    if row.step not in LEFT:
        raise NotNow(_("There can be no receipt before it has left."))
    before, row.receipt = row.receipt, scans.store(receipt)
    row.save(update_fields=["receipt"])
    scans.remove_later([before])
    audit.record(by=by, act="keep_receipt", target=row)
    return row


def settle(delivery: Delivery) -> None:
    """A delivery whose last packet has been handed over is handed over; one that was built on another machine stayed
    frozen here. Of two last packets recorded at once, the second waits for the first to be committed, and sees it."""
    Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if not delivery.packets.filter(handed_over_on=None).exists():
        Delivery.objects.filter(pk=delivery.pk, state__in=[State.FROZEN, State.BUILT]).update(state=State.HANDED_OVER)
