"""A small collection in the database, ready to be delivered: three signers, and a recipient of each kind."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from petition.models import FormOfAddress, Petition
from signatures.delivery import stages
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery, LetterTemplate, Packet
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, create_recipient
from tests.signatures.delivery import bundles


def create_collection() -> Petition:
    """Sokha is counted, Dara and Marie give their names. France gets names, in English; Cambodia totals, in Khmer."""
    petition = create_petition()
    for who in (SOKHA, DARA, MARIE):
        confirmed(petition, who)
    minister = create_recipient(petition, number=1, country="FR", discloses="names", name="Anne Durand")
    governor = create_recipient(petition, number=2, country="KH", discloses="totals", name="Sok Vibol")
    for recipient, language in ((minister, "en"), (governor, "km")):
        FormOfAddress.objects.create(
            recipient=recipient, language=language, name_line=recipient.name, office_lines="Office", salutation="Hello"
        )
        LetterTemplate.objects.create(
            petition=petition, language=language, subject=bundles.SUBJECT[language], body=bundles.BODY[language]
        )
    return petition


def create_planned(petition: Petition) -> Delivery:
    return Delivery.objects.create(petition=petition, ordinal=2, planned_on=datetime.date(2027, 10, 23))


def create_built(petition: Petition, ordinal: int = 1, approved_on: datetime.date | None = None) -> Delivery:
    """A delivery that was built, with a packet for each recipient: approved on that day, or not yet."""
    delivery = Delivery.objects.create(
        petition=petition,
        ordinal=ordinal,
        planned_on=datetime.date(2017, 10, 23),
        state="built",
        frozen_at=datetime.datetime(2017, 10, 20, tzinfo=datetime.UTC),
        confirmed=3,
        counts={"confirmed": 3, "named": 2, "withheld": 1},
        root="0" * 64,
    )
    for recipient in petition.recipients.all():
        delivery.packets.create(recipient=recipient, approved_on=approved_on)
    return delivery


def create_built_packet(by: User) -> Packet:
    """The packet of France's minister, who gets the names, in a delivery that is built under DELIVERY_DIR, approved."""
    petition = create_collection()
    pk = create_planned(petition).pk
    freeze(petition=petition, by=by)
    Delivery.objects.filter(pk=pk).update(state="building")
    assert stages.build_frozen(delivery_id=pk, language="en", should_stop=lambda: False)
    Packet.objects.filter(delivery=pk).update(approved_on=timezone.localdate())
    return Packet.objects.select_related("delivery__petition").get(delivery=pk, recipient__number=1)
