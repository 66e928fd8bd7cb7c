"""Withdrawing, and the purge of what has reached its age. Erased means gone from the row at once; backups age out on
their own. What the purge destroys, it destroys batch by batch, and each batch leaves a signed record."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from petition.models import Petition
from petition.models.petition import State as PetitionState
from signatures import destruction, retention
from signatures.choices import Kept, Review, State
from signatures.models import EndedPetition, HourMark, HourTrend, Mailing, MailingRecipient, NetworkKey, Signature

BATCH = 2000  # rows of one transaction: a fraction of a second, since signings wait for the counts it changes

ERASED: dict[str, Any] = {
    "state": State.WITHDRAWN,
    "sealed_email": None,
    "sealed_identity": None,
    "mailbox_hash": None,
    "name_hash": None,
    "network_hash": None,
    "domain_hash": None,
    "receipt_hash": None,
    "signals": [],
    "score": 0,
    "seat": None,
    "public_name": "",
    "comment": "",
    "review": Review.NONE,
    "flags": "",
    "review_reason": "",
    "held_reason": "",
    "wants_updates": False,
    "mail_fault": "",
    "reminded_on": None,
    "sweep": None,
    "swept_from": "",
    "swept_from_reason": "",
}


@transaction.atomic
def withdraw(*, signature: Signature) -> bool:
    """Erase a signature and leave its number; the count goes down if it was counted. True for the call that did it."""
    MailingRecipient.objects.filter(signature=signature).update(signature=None)
    return bool(Signature.objects.filter(pk=signature.pk).exclude(state=State.WITHDRAWN).update(**ERASED))


@transaction.atomic
def reject(*, signature: Signature) -> bool:
    """'It was not me': an unconfirmed signature is erased. True for the call that did it."""
    return bool(Signature.objects.filter(pk=signature.pk, state=State.PENDING).update(**ERASED))


# What destroys the files of deliveries that have reached their age; the room of deliveries enters its own. It takes the
# first day of which they are kept, the days of the promise, and whether it only counts, and gives how many they were.
delivery_files: list[Callable[[datetime.date, int, bool], int]] = []


class Purged(NamedTuple):
    unconfirmed: int
    rejected: int
    networks: int
    network_keys: int
    mailing_recipients: int
    hours: int
    addresses: int
    identities: int
    delivery_files: int


class Due(NamedTuple):
    """Rows that have reached their age, and how a batch of them, by their numbers, is destroyed."""

    what: str
    kind: Kept
    before: datetime.date
    rows: QuerySet[Any]
    destroy: Callable[[QuerySet[Any]], object]
    petition: int | None = None


def purge(*, dry_run: bool = False, batch: int = BATCH) -> Purged:
    """Destroy what has reached its age (signatures/retention.py). `dry_run` only counts. Killed on the way, it has
    destroyed whole batches, each with its record; the next purge goes on."""
    today = timezone.localdate()
    if not dry_run:
        note_ends(today)
    counted = dict.fromkeys(Purged._fields, 0)
    for due in [*_by_age(today), *_by_end(today)]:
        counted[due.what] += due.rows.count() if dry_run else _destroy(due, batch)
    before, days = retention.first_kept(Kept.DELIVERY_FILES, today), retention.days(Kept.DELIVERY_FILES)
    counted["delivery_files"] = sum(destroy(before, days, dry_run) for destroy in delivery_files)
    return Purged(**counted)


@transaction.atomic
def note_ends(today: datetime.date) -> None:
    """From the first purge after a petition's end the days of what is kept beyond it are counted."""
    over = Q(state__in=[PetitionState.CLOSED, PetitionState.REMOVED]) | Q(state=PetitionState.OPEN, closes_on__lt=today)
    EndedPetition.objects.exclude(petition__in=Petition.objects.filter(over)).delete()
    fresh = Petition.objects.filter(over, ended=None).values_list("pk", flat=True)
    EndedPetition.objects.bulk_create(
        [EndedPetition(petition_id=pk, since=today) for pk in fresh], ignore_conflicts=True
    )


def _destroy(due: Due, batch: int) -> int:
    """All batches of it. A row that somebody is at is not waited for: the next purge has it."""
    days, done, last = retention.days(due.kind), 0, 0
    while True:
        with transaction.atomic():
            rows = due.rows.filter(pk__gt=last).order_by("pk").select_for_update(skip_locked=True, of=("self",))
            found = list(rows.values_list("pk", flat=True)[:batch])
            if not found:
                return done
            due.destroy(due.rows.model._default_manager.filter(pk__in=found))
            destruction.record(what=due.what, rows=len(found), days=days, before=due.before, petition=due.petition)
        done, last = done + len(found), found[-1]


def _by_age(today: datetime.date) -> Iterator[Due]:
    before = {kind: retention.first_kept(kind, today) for kind in Kept}
    rows = Signature.objects.all()
    day = before[Kept.UNCONFIRMED]
    yield Due("unconfirmed", Kept.UNCONFIRMED, day, rows.filter(state=State.PENDING, signed_on__lt=day), _delete)
    day = before[Kept.REJECTED]
    refused = rows.filter(state=State.WITHDRAWN, confirmed_on=None, signed_on__lt=day)
    yield Due("rejected", Kept.REJECTED, day, refused, _delete)
    # The key first: without it the hashes tell nothing.
    day = before[Kept.NETWORKS]
    yield Due("network_keys", Kept.NETWORKS, day, NetworkKey.objects.filter(day__lt=day), _delete)
    hashes = rows.filter(network_hash__isnull=False, signed_on__lt=day)
    yield Due("networks", Kept.NETWORKS, day, hashes, _forget_networks)
    unknown = rows.filter(network_hash=None, domain_hash__isnull=False, signed_on__lt=day)
    yield Due("networks", Kept.NETWORKS, day, unknown, _forget_networks)
    midnight = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    for hours in (HourMark, HourTrend):
        yield Due("hours", Kept.NETWORKS, day, hours.objects.filter(hour__lt=midnight), _delete)
    day = before[Kept.MAILINGS]
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    recipients = MailingRecipient.objects.filter(mailing__finished_at__lt=moment)
    yield Due("mailing_recipients", Kept.MAILINGS, day, recipients, _delete)


def _forget_networks(batch: QuerySet[Any]) -> object:
    return batch.update(network_hash=None, domain_hash=None)


def _delete(batch: QuerySet[Any]) -> object:
    return batch.delete()


def _by_end(today: datetime.date) -> Iterator[Due]:
    """What is kept of an ended petition until its last mail was sent, and until its last delivery is over."""
    before = {kind: retention.first_kept(kind, today) for kind in (Kept.ADDRESSES, Kept.IDENTITIES)}
    for ended in EndedPetition.objects.select_related("petition").order_by("petition_id"):
        rows = Signature.objects.filter(petition=ended.petition).exclude(state=State.WITHDRAWN)
        mailed = _last_mail(ended.petition)
        day = before[Kept.ADDRESSES]
        if mailed is not None and max(ended.since, mailed) < day:
            left = rows.filter(sealed_email__isnull=False)
            yield Due("addresses", Kept.ADDRESSES, day, left, _forget_addresses, ended.petition_id)
        delivered = retention.acknowledged_on(ended.petition)
        day = before[Kept.IDENTITIES]
        if delivered is not None and max(ended.since, delivered) < day:
            left = rows.filter(identity_erased_on=None)
            yield Due("identities", Kept.IDENTITIES, day, left, _forget_identities, ended.petition_id)


def _last_mail(petition: Petition) -> datetime.date | None:
    """The day of a petition's last mailing; a day long past where there was none, None while one goes on."""
    mailings = Mailing.objects.filter(update__petition=petition)
    if mailings.filter(finished_at=None).exists():
        return None
    last = mailings.aggregate(last=Max("finished_at"))["last"]
    return timezone.localdate(last) if last else datetime.date.min


def _forget_addresses(batch: QuerySet[Signature]) -> None:
    batch.update(sealed_email=None, wants_updates=False, address_erased_on=timezone.localdate())


def _forget_identities(batch: QuerySet[Signature]) -> None:
    """All that leads to the signer, but for words that are public: those their owner and a moderator can still take
    away."""
    batch.exclude(review=Review.APPROVED).update(public_name="", comment="", review=Review.NONE, review_reason="")
    batch.update(
        sealed_email=None,
        sealed_identity=None,
        mailbox_hash=None,
        name_hash=None,
        network_hash=None,
        seat=None,
        wants_updates=False,
        identity_erased_on=timezone.localdate(),
    )
