"""The keys that this site seals with: registering a new one, and which stored boxes need which."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import BinaryField, F, Func, IntegerField
from django.utils import timezone

from petition import approvals, audit
from signatures import seal
from signatures.choices import Purpose
from signatures.models import SealingKey, Signature

SQL = Path(__file__).parent / "sql"
SEALED = {Purpose.MAIL: "sealed_email", Purpose.DELIVERY: "sealed_identity"}
SAMPLE = 50  # of the oldest and of the newest boxes of a key each


class KeyRefused(Exception):
    """Why a public key cannot become the current one, in one sentence."""


class WordNeeded(KeyRefused):
    """Nobody is named who may replace the current key."""


class Held(NamedTuple):
    """How many boxes are sealed to a key; `fingerprint` is None for those from before boxes named theirs."""

    purpose: Purpose
    fingerprint: str | None
    rows: int


def request_target(purpose: Purpose, public_key: bytes) -> str:
    """What a request to replace a key by this one names: "mail_key:3f2a51c09be8d714"."""
    return f"{purpose.value}_key:{seal.fingerprint(public_key)}"


@transaction.atomic
def register(*, purpose: Purpose, public_key: bytes, by: User | None) -> SealingKey:
    """Make a public key the current one of its purpose. What was sealed before opens with the private keys of before.
    The first key of a purpose needs nobody's word. Replacing one takes two people: `by`, who has asked for exactly this
    key, and another who has allowed it; else WordNeeded or approvals.NotAllowed. Safe to repeat; KeyRefused where the
    key was used for something else already."""
    current = SealingKey.objects.select_for_update().filter(purpose=purpose, retired_at=None).first()
    known = SealingKey.objects.filter(public_key=public_key).first()
    if known is not None and known.purpose != purpose:
        raise KeyRefused(f"The key {known} is registered for {known.purpose}: make another pair")
    if known is not None and known.retired_at is not None:
        raise KeyRefused(f"The key {known} was retired on {known.retired_at:%Y-%m-%d}: make a new pair")
    if known is not None:
        return known
    now = timezone.now()
    if current is not None:
        if by is None:
            raise WordNeeded(f"Two people replace the key {current}: name the one who has asked for it")
        approvals.use(kind="rotate_key", target=request_target(purpose, public_key), by=by)
        current.retired_at = now
        current.save(update_fields=["retired_at"])
    try:
        with transaction.atomic():
            key = SealingKey.objects.create(purpose=purpose, public_key=public_key, since=now)
    except IntegrityError:
        raise KeyRefused("Another key is being registered at this moment: look at them with `keys list`") from None
    key.refresh_from_db(fields=["fingerprint"])
    detail = {"purpose": purpose.value, "fingerprint": key.fingerprint}
    if current is not None:
        detail["retired"] = current.fingerprint
    audit.record(by=by, act="register_key", target=key, detail=detail)
    return key


def current(purpose: Purpose) -> SealingKey | None:
    return SealingKey.objects.filter(purpose=purpose, retired_at=None).first()


def note_worker() -> None:
    """Say in the registry which private keys this process holds: the admin tells staff what cannot be done."""
    held: set[str] = set()
    for purpose in Purpose:
        held |= set(seal.keys_at_hand(f"{purpose.name}_PRIVATE_KEY"))
    SealingKey.objects.filter(fingerprint__in=held, is_with_worker=False).update(is_with_worker=True)
    SealingKey.objects.exclude(fingerprint__in=held).filter(is_with_worker=True).update(is_with_worker=False)


def rows_by_key() -> list[Held]:
    """Of every key that a stored box names. Reads the whole table once: a second or two for a million rows."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / "rows_by_key.sql").read_text(encoding="utf-8"))
        return [Held(Purpose(purpose), fingerprint, rows) for purpose, fingerprint, rows in cursor.fetchall()]


def sample(held: Held) -> list[bytes]:
    """The oldest and the newest boxes of a key, SAMPLE of each."""
    field = SEALED[held.purpose]
    has_label = held.fingerprint is not None
    # The length tells a box that has a label from an older one whose first bytes happen to look like it.
    beyond = seal.OVERHEAD + (seal.LABEL_BYTES if has_label else 0)
    rows = Signature.objects.annotate(
        beyond=Func(F(field), function="octet_length", output_field=IntegerField()) % seal.BLOCK,
        label=Func(F(field), 1, seal.LABEL_BYTES, function="substring", output_field=BinaryField()),
    ).filter(beyond=beyond % seal.BLOCK)
    if has_label:
        rows = rows.filter(label=bytes.fromhex(held.fingerprint or ""))
    ends = (rows.order_by(order).values_list("pk", field)[:SAMPLE] for order in ("pk", "-pk"))
    return [bytes(box) for box in dict(chain.from_iterable(ends)).values()]
