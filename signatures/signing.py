"""The way of a signature: sign, confirm, reject, choose. Each verb is one transaction."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from petition import switches
from petition.models import Petition
from signatures import blind, flags, mail_sending, mailbox, names, networks, queries, seal
from signatures.choices import Origin, Reason, Review, State, Visibility
from signatures.models import Signature
from signatures.tasks import send_mail


def today() -> datetime.date:
    return timezone.localdate()


def sign(
    *,
    petition: Petition,
    name: str,
    email: str,
    country: str,
    city: str,
    visibility: str,
    comment: str,
    wants_updates: bool,
    language: str,
    network: str,
) -> None:
    """Take a signature in, pending, and queue one mail. It tells the caller nothing: what became of it, the mail says.

    `name`, `city` and `comment` are in their stored form. The same name from the same mailbox is not taken twice; a
    third name from one mailbox takes the place of an unconfirmed one, or none.
    """
    mailbox_hash = blind.mailbox(mailbox.canonical(email))
    name_hash = blind.name(names.match_key(name), petition.pk)
    is_public = visibility == Visibility.PUBLIC
    fresh = {
        "petition": petition,
        "country": country,
        "language": language,
        "origin": Origin.WEB,
        "visibility": visibility,
        "signed_on": today(),
        "sealed_email": seal.seal_email(email),
        "sealed_identity": seal.seal_identity(name=name, city=city),
        "mailbox_hash": mailbox_hash,
        "name_hash": name_hash,
        "network_hash": networks.stored_hash(network),
        "public_name": name if is_public else "",
        "comment": comment if is_public else "",
        "flags": flags.stored(name, comment) if is_public else "",
        "review": Review.WAITING if is_public else Review.NONE,
        "wants_updates": wants_updates,
    }
    with transaction.atomic():
        _wait_for_mailbox(mailbox_hash)
        _sign_once(fresh)


def _wait_for_mailbox(mailbox_hash: bytes) -> None:
    """Those who sign from one mailbox at once go one after another: each sees what the one before has stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mailbox_hash[:8], "big", signed=True)])


def _sign_once(fresh: dict[str, Any]) -> None:
    rows = list(
        Signature.objects.select_for_update()
        .filter(petition=fresh["petition"], mailbox_hash=fresh["mailbox_hash"])
        .order_by("pk")
    )
    same = next((row for row in rows if bytes(row.name_hash or b"") == fresh["name_hash"]), None)
    if same is not None:
        _renew(same, fresh)
        _queue_again(same, mail_sending.ABOUT_SIGNING)
        return
    if len(rows) >= Signature.SEATS:
        unconfirmed = next((row for row in rows if row.state == State.PENDING), None)
        if unconfirmed is None:
            _queue_again(rows[0], mail_sending.SEATS_TAKEN)
            return
        unconfirmed.delete()
        rows.remove(unconfirmed)
    taken = {row.seat for row in rows}
    seat = next(s for s in range(1, Signature.SEATS + 1) if s not in taken)
    _queue(Signature.objects.create(**fresh, seat=seat))


def _renew(signature: Signature, fresh: dict[str, Any]) -> None:
    """Who signs again, unconfirmed, has the whole time to confirm once more, as the mail says. Who now shows less gets
    what is asked for; but a stranger who knows an address can never make its owner show more."""
    if signature.state != State.PENDING:
        return
    signature.signed_on, signature.network_hash = fresh["signed_on"], fresh["network_hash"]
    order = Visibility.values
    if order.index(fresh["visibility"]) < order.index(signature.visibility):
        signature.visibility = fresh["visibility"]
        signature.public_name = signature.comment = signature.flags = ""
        signature.review = Review.NONE
    signature.save(
        update_fields=["signed_on", "network_hash", "visibility", "public_name", "comment", "flags", "review"]
    )


def _queue(signature: Signature) -> None:
    send_mail.defer(kind=mail_sending.ABOUT_SIGNING, signature_id=signature.pk)


def _queue_again(signature: Signature, kind: str) -> None:
    """At most one such mail waits at a time."""
    try:
        with transaction.atomic():
            send_mail.configure(queueing_lock=f"{kind}-{signature.pk}").defer(kind=kind, signature_id=signature.pk)
    except AlreadyEnqueued:
        pass


@transaction.atomic
def confirm(*, signature: Signature) -> bool:
    """Count a pending signature, once, however often and from however many places it is called. True for the call that
    did it. While everything is looked at first, it is held instead, silently.
    A link older than queries.PENDING_DAYS confirms nothing."""
    now = (State.HELD, Reason.REVIEW) if switches.current().review_everything else (State.CONFIRMED, "")
    changed = Signature.objects.filter(
        pk=signature.pk, state=State.PENDING, signed_on__gte=queries.oldest_pending_day(today())
    ).update(state=now[0], held_reason=now[1], confirmed_on=today())
    return bool(changed)


@transaction.atomic
def choose(*, signature: Signature, visibility: str, public_name: str, comment: str, wants_updates: bool) -> bool:
    """Change what is shown and whether news come by mail. Words that change go back to the moderators; words that stay
    keep what was said of them. False where the signature is withdrawn by now."""
    row = Signature.objects.select_for_update().filter(pk=signature.pk).exclude(state=State.WITHDRAWN).first()
    if row is None:
        return False
    is_public = visibility == Visibility.PUBLIC
    words = (public_name, comment) if is_public else ("", "")
    if not is_public:
        row.review, row.review_reason, row.flags = Review.NONE, "", ""
    elif words != (row.public_name, row.comment):
        row.review, row.review_reason, row.flags = Review.WAITING, "", flags.stored(*words)
    row.visibility, (row.public_name, row.comment), row.wants_updates = visibility, words, wants_updates
    row.save(
        update_fields=["visibility", "public_name", "comment", "flags", "review", "review_reason", "wants_updates"]
    )
    return True


def is_own_name(signature: Signature, name: str) -> bool:
    """Whether a typed name is the one that was signed: told by the blind index alone."""
    hashed = blind.name(names.match_key(name), signature.petition_id)
    return signature.name_hash is not None and bytes(signature.name_hash) == hashed


def unsubscribe(*, signature: Signature) -> None:
    """No more news of this petition to this mailbox. A couple who share one get each mailing once, with the link of one
    of them: if it ended the wish of that one alone, the next mailing would come all the same, for the other."""
    same = Q(mailbox_hash=signature.mailbox_hash) if signature.mailbox_hash else Q(pk=signature.pk)
    wishes = Signature.objects.filter(same, petition=signature.petition_id, wants_updates=True)
    wishes.update(wants_updates=False)
