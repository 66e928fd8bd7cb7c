"""A small collection in the database, ready to be delivered: three signers, and a recipient of each kind."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User

from petition.models import FormOfAddress, Petition
from signatures.delivery import stages
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


def create_built(by: User) -> Packet:
    """The packet of France's minister, who gets the names, in a delivery that is built under DELIVERY_DIR."""
    pk = create_planned(create_collection()).pk
    stages.freeze_planned(delivery_id=pk, by_id=by.pk, language="en")
    Delivery.objects.filter(pk=pk).update(state="building")
    assert stages.build_frozen(delivery_id=pk, language="en", should_stop=lambda: False)
    return Packet.objects.select_related("delivery__petition").get(delivery=pk, recipient__number=1)
