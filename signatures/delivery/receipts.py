"""From a receipt to the place in the delivered book. The server cannot read the name that stands there; who types it in
has it compared."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from petition.models import Petition
from signatures import names, tokens
from signatures.delivery import merkle, tree
from signatures.delivery.bundle import Row
from signatures.delivery.freeze import VOLUME_ROWS
from signatures.delivery.models import Delivery, Entry
from signatures.delivery.registers import LINE_END, csv_rows
from signatures.delivery.tree import Proof
from signatures.delivery.volumes import place_of
from signatures.models import Signature


class Place(NamedTuple):
    """Where a signature stands in the book of one delivery. `proof` is None until the book is built and its tree kept
    here; `is_withheld` whether its line has no name."""

    delivery: Delivery
    signature: Signature
    number: int
    volume: int
    page: int
    salt: bytes
    proof: Proof | None
    is_withheld: bool

    @property
    def leaf(self) -> str:
        return self.proof.leaf.hex() if self.proof else ""

    @property
    def steps(self) -> list[str]:
        """The hashes from the leaf up to the root."""
        return [step.hex() for step in self.proof.path] if self.proof else []

    def holds(self, name: str, city: str) -> bool:
        """Whether its line is that of a signer who wrote name and city like this."""
        return self.proof is not None and _leaf(self, name, city) == self.proof.leaf

    def as_json(self) -> dict[str, Any]:
        """The proof as check.py reads it."""
        if self.proof is None:
            raise ValueError("there is no proof yet")
        row = _row(self, "", "")
        return {
            "format": 1,
            "petition": self.signature.petition.slug,
            "delivery": self.delivery.ordinal,
            "number": self.number,
            "size": self.proof.size,
            "volume": self.volume,
            "page": self.page,
            "country": row.country,
            "date": row.day,
            "origin": row.origin,
            "salt": self.salt.hex(),
            "leaf": self.leaf,
            "path": self.steps,
            "root": self.proof.root.hex(),
        }


def _row(place: Place, name: str, city: str) -> Row:
    signature = place.signature
    day = signature.confirmed_on.isoformat() if signature.confirmed_on else ""
    return Row(place.number, name, city, signature.country, day, signature.origin, bool(name))


def _leaf(place: Place, name: str, city: str) -> bytes:
    return merkle.leaf(csv_rows([_row(place, name, city)]).removesuffix(LINE_END), place.salt)


def find(*, petition: Petition, receipt: str) -> Signature | None:
    """The signature of a receipt as a person types it. A withdrawn one has none any more."""
    raw = tokens.read_receipt(receipt)
    if raw is None:
        return None
    rows = Signature.objects.select_related("petition").filter(petition=petition)
    return rows.filter(receipt_hash=tokens.receipt_hash(raw)).first()


def places(signature: Signature) -> list[Place]:
    """In the frozen deliveries that hold it and may be told of, the newest first. Two queries a delivery."""
    deliveries = Delivery.objects.public().filter(frozen_at__isnull=False)
    entries = Entry.objects.filter(signature=signature, delivery__in=deliveries)
    return [_place(signature, entry) for entry in entries.select_related("delivery").order_by("-delivery__ordinal")]


def _place(signature: Signature, entry: Entry) -> Place:
    volume, page = place_of(entry.number, VOLUME_ROWS)
    salt = merkle.salt(tree.salt_key(entry.delivery), entry.number)
    proof = tree.path_of(entry.delivery, entry.number)
    place = Place(entry.delivery, signature, entry.number, volume, page, salt, proof, is_withheld=False)
    return place._replace(is_withheld=place.holds("", ""))


def as_signed(name: str, city: str) -> tuple[str, str] | None:
    """Name and city in the form in which signing stores them; None where no signer can have written them."""
    try:
        return names.clean_name(name), names.clean_city(city)
    except ValidationError:
        return None
