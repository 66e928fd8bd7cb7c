"""The tree over a delivered book as the server keeps it: leaves alone, which tell nothing without their salts.

They stand in blocks of BLOCK, each with the root over them, so that the proof of a row takes two queries however long
the book is: its block, and the roots of all.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_noop as _

from signatures import blind
from signatures.delivery import merkle
from signatures.delivery.models import Delivery, TreeBlock
from signatures.delivery.problems import NotNow

BLOCK = TreeBlock.LEAVES
_AT_ONCE = 100  # blocks of a statement: 3 MB


class Proof(NamedTuple):
    """What shows that row `number`, counted from 1, is one of `size` under `root`; `path` from the leaf upwards."""

    number: int
    size: int
    leaf: bytes
    path: list[bytes]
    root: bytes


def salt_key(delivery: Delivery) -> bytes:
    """The key of the salts of a frozen delivery's leaves: 32 bytes, another one for each freeze."""
    at = delivery.frozen_at_utc
    if at is None:
        raise ValueError(f"{delivery.code} is not frozen")
    return blind.keyed(
        "leaf-salt", delivery.petition_id.to_bytes(8, "big"), delivery.ordinal.to_bytes(2, "big"), at.encode()
    )


def _split(content: bytes) -> list[bytes]:
    return [content[at : at + merkle.HASH_BYTES] for at in range(0, len(content), merkle.HASH_BYTES)]


@transaction.atomic
def keep(*, delivery: Delivery, leaves: Path, root: str) -> None:
    """Keep the leaves of a delivery, of proofs/leaves.bin of its folder, in the place of any that were kept before.
    NotNow where they are not as many as were frozen, or do not give this root."""
    content = leaves.read_bytes()
    if len(content) != (delivery.confirmed or 0) * merkle.HASH_BYTES:
        raise NotNow(_("The proofs of %(delivery)s are not as many as its signatures."), delivery=delivery.code)
    step = BLOCK * merkle.HASH_BYTES
    blocks = []
    for ordinal, at in enumerate(range(0, len(content), step)):
        part = content[at : at + step]
        blocks.append(TreeBlock(delivery=delivery, ordinal=ordinal, leaves=part, root=merkle.root_of(_split(part))))
    if merkle.root_of([bytes(block.root) for block in blocks]).hex() != root:
        raise NotNow(_("The proofs of %(delivery)s do not give its root."), delivery=delivery.code)
    TreeBlock.objects.filter(delivery=delivery).delete()
    TreeBlock.objects.bulk_create(blocks, batch_size=_AT_ONCE)


def path_of(delivery: Delivery, number: int) -> Proof | None:
    """The proof of row `number`, in two queries. None where the tree is not kept, or has no such row."""
    ordinal, place = divmod(number - 1, BLOCK)
    rows = TreeBlock.objects.filter(delivery=delivery)
    found = rows.filter(ordinal=ordinal).values_list("leaves", flat=True).first()
    hashes = _split(bytes(found)) if found else []
    if not 0 <= place < len(hashes):
        return None
    roots = [bytes(root) for root in rows.order_by("ordinal").values_list("root", flat=True)]
    path = merkle.inclusion_path(hashes, place) + merkle.inclusion_path(roots, ordinal)
    return Proof(number, delivery.confirmed or 0, hashes[place], path, merkle.root_of(roots))
