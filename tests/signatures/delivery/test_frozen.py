"""A frozen delivery is named wherever somebody is erased: on the signer's page and in the mail."""

import datetime

import pytest
from django.utils import timezone

from signatures import asked_erasure, asking, erasure, frozen, retention
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery, Packet
from signatures.models import Signature
from tests.people import DARA, confirmed, create_staff, person, rows_of
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def petition(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    petition = create_collection()
    create_planned(petition)
    return petition


def dara(petition):
    return rows_of(petition, DARA)[0]


def hand_over(days=0, packets=None):
    chosen = Packet.objects.order_by("pk")[:packets] if packets else Packet.objects.all()
    Packet.objects.filter(pk__in=[row.pk for row in chosen]).update(
        handed_over_on=TODAY - datetime.timedelta(days=days)
    )


def words(answer):
    return " ".join(answer.content.decode().split())


def test_before_the_freeze_nothing_is_beyond_reach(petition, client):
    signature = dara(petition)
    assert frozen.of(signature) == []
    assert "What cannot be undone" not in words(client.get(f"/en/s/{signature.token}/"))


def test_who_signed_after_the_freeze_is_in_none(petition):
    freeze(petition=petition, by=None)
    assert frozen.of(confirmed(petition, person(1))) == []


def test_frozen_and_not_handed_over_is_said_so(petition, client):
    freeze(petition=petition, by=None)
    signature = dara(petition)
    assert frozen.of(signature) == [frozen.Frozen(TODAY, None, 0, 0)]
    assert "It has not been handed over yet." in words(client.get(f"/en/s/{signature.token}/"))


@pytest.mark.parametrize(("packets", "n", "named"), [(1, 1, 1), (2, 2, 1)])
def test_handed_over_to_so_many_is_said_before_and_after_withdrawing(petition, client, packets, n, named):
    freeze(petition=petition, by=None)
    hand_over(3, packets)
    signature = dara(petition)
    expected = [frozen.Frozen(TODAY, TODAY - datetime.timedelta(days=3), n, named)]
    assert frozen.of(signature) == expected
    before = words(client.get(f"/en/s/{signature.token}/"))
    client.post(f"/en/s/{signature.token}/withdraw/")
    after = words(client.get(f"/en/s/{signature.token}/"))
    said = f"It was handed over to {n} recipient"
    assert (said in before, said in after) == (True, True)
    assert frozen.of(Signature.objects.get(pk=signature.pk)) == expected


def test_khmer_page_says_it_in_khmer(petition, client):
    freeze(petition=petition, by=None)
    hand_over()
    page = words(client.get(f"/km/s/{dara(petition).token}/"))
    assert "អ្វីដែលមិនអាចយកមកវិញបាន" in page and "អ្នកទទួលចំនួន២" in page


def test_mail_of_an_erasure_on_request_says_it(petition, mailoutbox):
    freeze(petition=petition, by=None)
    hand_over()
    request = asking.ask_erasure(email=DARA.email, reason="letter", by=create_staff("vibol"))
    asked_erasure.erase(request_id=request.pk, tries_before=0)
    for part in (mailoutbox[0].body, mailoutbox[0].alternatives[0][0]):
        assert "It was handed over to 2 recipients" in " ".join(part.split())


def test_withdrawn_after_the_freeze_is_in_no_later_one(petition):
    freeze(petition=petition, by=None)
    erasure.withdraw(signature=dara(petition))
    Delivery.objects.create(petition=petition, ordinal=3, planned_on=TODAY)
    freeze(petition=petition, by=None)
    assert len(frozen.of(Signature.objects.order_by("pk")[1])) == 1


# -- when the names are no longer needed ---------------------------------------------------------------------------


def test_names_are_needed_while_a_delivery_is_on_its_way(petition):
    freeze(petition=petition, by=None)
    hand_over()
    assert retention.acknowledged_on(petition) is None
    Delivery.objects.update(state="handed_over")
    assert retention.acknowledged_on(petition) == TODAY


def test_names_are_needed_where_nothing_was_delivered(petition):
    Delivery.objects.all().delete()
    assert retention.acknowledged_on(petition) is None
