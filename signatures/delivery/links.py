"""Links under which a packet is fetched without an account: by a courier, or by the recipient's office.

A link ends by its time, when it was used as often as it may be, when too many wrong passphrases were tried, when staff
end it, when the packet is handed over, and when the files are deleted. To whoever opens it then it never was one.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from petition import approvals, audit
from signatures import blind
from signatures.delivery import packets, second_person
from signatures.delivery.agefile import Lock
from signatures.delivery.models import FetchLink, Packet
from signatures.delivery.packets import Download
from signatures.delivery.problems import NotNow

TOKEN_BYTES = 32


class Ended(Exception):
    """There is no such link, or none any more."""


class WrongPassphrase(Exception):
    """It was a wrong one; the link is there for another try."""


class Made(NamedTuple):
    link: FetchLink
    token: str  # known to nobody once it was shown


def _hash(token: str) -> bytes:
    return blind.keyed("fetch-link", token.encode())


def _open_links() -> QuerySet[FetchLink]:
    """By what stands in the row itself, so that an UPDATE that had to wait looks again."""
    return FetchLink.objects.filter(
        revoked_at=None,
        expires_at__gt=timezone.now(),
        fetched__lt=F("most"),
        tries__lt=FetchLink.MOST_TRIES,
    )


def open_links(packet: Packet) -> list[FetchLink]:
    return list(_open_links().filter(packet=packet)) if packet.handed_over_on is None else []


@transaction.atomic
def make(*, packet: Packet, lock: Lock, lasts: datetime.timedelta, most: int, by: User) -> Made:
    """A link for somebody without an account, where a second person has allowed to download. NotNow where there is no
    packet, or where it is handed over already."""
    packets.packet_folder(packet.delivery, packet)
    if Packet.objects.select_for_update(no_key=True).get(pk=packet.pk).handed_over_on:
        raise NotNow(packets.HANDED_OVER)
    approvals.use(kind=second_person.FETCH, target=packet.delivery, by=by)
    token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
    link = FetchLink.objects.create(
        packet=packet,
        token_hash=_hash(token),
        made_at=now,
        made_by=by.get_username(),
        expires_at=now + lasts,
        age_key=lock.key,
        passphrase_hash=make_password(lock.passphrase) if lock.passphrase else "",
        most=most,
    )
    hours = round(lasts.total_seconds() / 3600)
    audit.record(by=by, act="make_link", target=packet, detail={"link": link.pk, "hours": hours, "most": most})
    return Made(link, token)


@transaction.atomic
def revoke(*, link: FetchLink, by: User) -> bool:
    """True for the call that ended it."""
    if not FetchLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    audit.record(by=by, act="end_link", target=link.packet, detail={"link": link.pk})
    return True


def end_those_of(packets: Iterable[Packet]) -> None:
    """In the transaction of what ends them: a hand-over, or the end of the files."""
    FetchLink.objects.filter(revoked_at=None, packet__in=packets).update(revoked_at=timezone.now())


def find(token: str) -> FetchLink:
    """The link behind a token. Ended where there is none, with the same look into the database."""
    rows = _open_links().select_related("packet__delivery__petition", "packet__recipient")
    link = rows.filter(token_hash=_hash(token)).first()
    if link is None or link.packet.handed_over_on or link.packet.delivery.files_deleted_on:
        raise Ended
    return link


def fetch(*, link: FetchLink, passphrase: str = "") -> Download:
    """The packet, encrypted, once more. Ended; or WrongPassphrase."""
    if link.passphrase_hash:
        _count_try(link)
        if not check_password(passphrase, link.passphrase_hash):
            raise WrongPassphrase
    lock = Lock(link.age_key) if link.age_key else Lock(passphrase=passphrase)
    return _take(link=link, lock=lock)


def _count_try(link: FetchLink) -> None:
    """Before the passphrase is looked at, so that many at once get no more tries than one after another."""
    if not _open_links().filter(pk=link.pk).update(tries=F("tries") + 1):
        raise Ended


@transaction.atomic
def _take(*, link: FetchLink, lock: Lock) -> Download:
    # The packet's row is held, as a hand-over holds it: one of the two comes first. The try that was right is given
    # back, so its own count may have been the last.
    if Packet.objects.select_for_update(no_key=True).get(pk=link.packet_id).handed_over_on:
        raise Ended
    rows = FetchLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=timezone.now(), fetched__lt=F("most"))
    if not rows.update(fetched=F("fetched") + 1, tries=0):
        raise Ended
    try:
        folder = packets.packet_folder(link.packet.delivery, link.packet)
    except NotNow:
        raise Ended from None
    row = packets.record_fetch(link.packet, lock=lock, link=link)
    return packets.download(row, folder, f"packet-{row.mark}", lock)
