"""The way of a signature: sign, confirm, reject, choose. Each verb is one transaction."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from petition import addresses, switches
from petition.addresses import Address
from petition.models import Petition
from signatures import (
    blind,
    flags,
    lists,
    mail_sending,
    mailbox,
    names,
    networks,
    noticing,
    queries,
    seal,
    suspicion,
    tokens,
)
from signatures.choices import Origin, Reason, Review, State, Visibility
from signatures.models import Effect, Signature
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
    address: Address | None = None,
    signals: Sequence[str] = (),
) -> None:
    """Take a signature in, pending, and queue one mail. It tells the caller nothing: what became of it, the mail says.

    `name`, `city` and `comment` are in their stored form. The same name from the same mailbox is not taken twice; a
    third name from one mailbox takes the place of an unconfirmed one, or none. `address` is the client's, looked up in
    the lists and kept nowhere. `signals`: what was noticed on the way, codes of suspicion.SIGNALS.
    """
    canonical = mailbox.canonical(email)
    mailbox_hash = blind.mailbox(canonical)
    effect = lists.verdict(address=address, canonical=canonical)
    is_public = visibility == Visibility.PUBLIC
    fresh: dict[str, Any] = {
        "petition": petition,
        "country": country,
        "language": language,
        "origin": Origin.WEB,
        "visibility": visibility,
        "signed_on": today(),
        "sealed_email": seal.seal_email(email),
        "sealed_identity": seal.seal_identity(name=name, city=city),
        "mailbox_hash": mailbox_hash,
        "name_hash": blind.name(names.match_key(name), petition.pk),
        "network_hash": networks.stored_hash(network),
        "domain_hash": blind.domain(canonical.rpartition("@")[2]),
        "public_name": name if is_public else "",
        "comment": comment if is_public else "",
        "flags": flags.stored(name, comment) if is_public else "",
        "review": Review.WAITING if is_public else Review.NONE,
        "wants_updates": wants_updates,
    }
    fresh["signals"] = _noticed(
        fresh,
        effect,
        network=None if address is not None and addresses.is_own(address) else fresh["network_hash"],
        domain=canonical.rpartition("@")[2],
        comment=comment,
        signals=signals,
    )
    fresh["score"] = noticing.score(fresh["signals"])
    with transaction.atomic():
        _wait_for_mailbox(mailbox_hash)
        if effect == Effect.BLOCK:
            _sign_for_nothing(fresh)
        else:
            _sign_once(fresh)


def _noticed(
    fresh: dict[str, Any],
    effect: Effect | None,
    *,
    network: bytes | None,
    domain: str,
    comment: str,
    signals: Sequence[str],
) -> list[str]:
    """The signals of a signing. Who is let through or blocked by a list is counted apart from all others. `network` is
    None where it is unknown: a proxy that nobody declared would make all the world one network."""
    apart = effect in (Effect.ALLOW, Effect.BLOCK)
    noticed = noticing.look(
        scope=0 if apart else fresh["petition"].pk,
        network=network,
        domain=domain,
        name=fresh["name_hash"],
        comment=comment,
    )
    listed = {"listed"} if effect == Effect.HOLD else set()
    return [] if apart else noticing.switched_on({*signals, *noticed, *listed})


def _sign_for_nothing(fresh: dict[str, Any]) -> None:
    """All that a signing does, and then nothing of it: so a blocked one takes as long as any other."""
    with transaction.atomic():
        _sign_once(fresh)
        transaction.set_rollback(True)


def _wait_for_mailbox(mailbox_hash: bytes) -> None:
    """Those who sign from one mailbox at once go one after another: each sees what the one before has stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mailbox_hash[:8], "big", signed=True)])


def _sign_once(fresh: dict[str, Any]) -> None:
    rows = _rows_of_mailbox(fresh)
    same = next((row for row in rows if bytes(row.name_hash or b"") == fresh["name_hash"]), None)
    if same is not None:
        _renew(same, fresh)
        _queue_again(same, mail_sending.ABOUT_SIGNING)
        _use_a_number()
        return
    if len(rows) >= Signature.SEATS:
        unconfirmed = next((row for row in rows if row.state == State.PENDING), None)
        if unconfirmed is None:
            _queue_again(rows[0], mail_sending.SEATS_TAKEN)
            _use_a_number()
            return
        unconfirmed.delete()
        rows.remove(unconfirmed)
    taken = {row.seat for row in rows}
    seat = next(s for s in range(1, Signature.SEATS + 1) if s not in taken)
    handle = uuid.uuid4()
    receipt_hash = tokens.receipt_hash_of(handle)
    signature = Signature.objects.create(**fresh, seat=seat, handle=handle, receipt_hash=receipt_hash)
    _queue(signature, mail_sending.ABOUT_SIGNING, lock=f"first-{signature.pk}")


def _rows_of_mailbox(fresh: dict[str, Any]) -> list[Signature]:
    """Those that wait are locked first: they may be renewed, or give up their place. The others are only read: a freeze
    or an act on many holds them for seconds, and whoever had to wait for one would learn that the address signed."""
    rows = Signature.objects.filter(petition=fresh["petition"], mailbox_hash=fresh["mailbox_hash"]).order_by("pk")
    list(rows.filter(state=State.PENDING).select_for_update().values_list("pk"))
    return list(rows)


def _use_a_number() -> None:
    """What is stored anew takes the next number, and numbers of public signatures stand in addresses: were none taken
    here, the gap between two of them would tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('signatures_signature', 'id'))")


def _renew(signature: Signature, fresh: dict[str, Any]) -> None:
    """Who signs again, unconfirmed, has the whole time to confirm once more, as the mail says. Who now shows less gets
    what is asked for; but a stranger who knows an address can never make its owner show more. What was noticed stays:
    nobody washes it off by signing once more."""
    if signature.state != State.PENDING:
        return
    for field in ("signed_on", "network_hash", "domain_hash"):
        setattr(signature, field, fresh[field])
    signature.signals = noticing.switched_on({*signature.signals, *fresh["signals"]})
    signature.score = noticing.score(signature.signals)
    order = Visibility.values
    if order.index(fresh["visibility"]) < order.index(signature.visibility):
        signature.visibility = fresh["visibility"]
        signature.public_name = signature.comment = signature.flags = ""
        signature.review = Review.NONE
    shown = ("visibility", "public_name", "comment", "flags", "review")
    signature.save(update_fields=["signed_on", "network_hash", "domain_hash", "signals", "score", *shown])


def _queue(signature: Signature, kind: str, *, lock: str) -> None:
    """At most one mail of a lock waits at a time."""
    try:
        with transaction.atomic():
            send_mail.configure(queueing_lock=lock).defer(kind=kind, signature_id=signature.pk)
    except AlreadyEnqueued:
        pass


def _queue_again(signature: Signature, kind: str) -> None:
    _queue(signature, kind, lock=f"{kind}-{signature.pk}")


@transaction.atomic
def confirm(*, signature: Signature) -> bool:
    """Count a pending signature, once, however often and from however many places it is called. True for the call that
    did it. A link that ran out confirms nothing. What is too suspicious is held instead, and everything is while the
    site looks at everything first; the caller is told the same."""
    everything = switches.current().review_everything
    hold_at, reason = (0, Reason.REVIEW) if everything else (suspicion.HOLD_AT, Reason.SUSPICIOUS)
    changed = Signature.objects.filter(
        pk=signature.pk, state=State.PENDING, signed_on__gte=queries.oldest_pending_day(today())
    ).update(
        state=Case(When(score__gte=hold_at, then=Value(State.HELD)), default=Value(State.CONFIRMED)),
        held_reason=Case(When(score__gte=hold_at, then=Value(reason.value)), default=Value("")),
        confirmed_on=today(),
    )
    return bool(changed)


@transaction.atomic
def choose(*, signature: Signature, visibility: str, public_name: str, comment: str, wants_updates: bool) -> bool:
    """Change what is shown and whether news come by mail. Words that change go back to the moderators; words that stay
    keep what was said of them. False where the signature is withdrawn by now."""
    rows = Signature.objects.select_for_update(no_key=True)  # with its key a freeze would make the signer wait
    row = rows.filter(pk=signature.pk).exclude(state=State.WITHDRAWN).first()
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
