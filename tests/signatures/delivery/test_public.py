"""What everyone may know of deliveries: one story on every page, and nothing of it before the hour."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petition.timeline import Event
from signatures.delivery import public
from signatures.delivery.models import Delivery, Entry, Packet
from tests.people import DARA, confirmed, create_petition, create_recipient, create_update
from tests.signatures.delivery.collection import create_built

FIRST, SECOND = datetime.date(2017, 10, 23), datetime.date(2018, 10, 23)
LEFT = datetime.date(2017, 11, 5)
SECRET = (
    "5 November 2017",
    "2017-11-05",
    "Hall of Mirrors",
    "We thank you",
    "has answered",
    "were handed over",
    "0" * 64,
)


@pytest.fixture
def petition(db):
    petition = create_petition()
    for position in (1, 2):
        create_recipient(petition, number=1, position=position)
    return petition


def create_delivery(petition, ordinal, handed_over_on=None, state="handed_over"):
    """A delivery with a packet for each recipient, all handed over on one day or none."""
    delivery = Delivery.objects.create(petition=petition, ordinal=ordinal, planned_on=FIRST, state=state)
    for recipient in petition.recipients.all():
        Packet.objects.create(delivery=delivery, recipient=recipient, handed_over_on=handed_over_on)
    return delivery


def with_packets(petition):
    return public.recipients_with_packets(petition, public.told(petition))


def test_recipients_come_with_the_latest_packet_that_reached_them(petition):
    create_delivery(petition, 1, FIRST)
    second = create_delivery(petition, 2)
    second.packets.filter(recipient__position=2).update(handed_over_on=SECOND)
    found = [(row.position, row.packet.handed_over_on) for row in with_packets(petition)]
    assert found == [(1, FIRST), (2, SECOND)]


def test_recipient_for_whom_nothing_has_left_has_no_packet(petition):
    create_built(petition, approved_on=FIRST)
    assert [row.packet for row in with_packets(petition)] == [None, None]


def test_recipients_are_read_in_as_many_queries_however_many_there_are(petition):
    create_delivery(petition, 1, FIRST)
    with CaptureQueriesContext(connection) as few:
        with_packets(petition)
    for position in range(3, 9):
        create_recipient(petition, number=1, position=position)
    with CaptureQueriesContext(connection) as many:
        with_packets(petition)
    assert len(many) == len(few)


def test_json_tells_no_more_than_the_page(petition):
    create_delivery(petition, 1, FIRST).packets.filter(recipient__position=2).update(answered_on=SECOND)
    names = {"number": 1, "handed_over_on": "2017-10-23"}
    assert public.deliveries(petition) == [
        {
            **{"ordinal": 1, "planned_on": "2017-10-23", "state": "handed_over", "signatures": None},
            **{"new_since_previous": None, "root": None, "signed_by": None},
            **{"handed_over": 2, "answered": 1},
            "recipients": [
                {**names, "position": 1, "name": "Name 1.1", "state": "handed_over", "answered_on": None},
                {**names, "position": 2, "name": "Name 1.2", "state": "answered", "answered_on": "2018-10-23"},
            ],
        }
    ]


def test_what_has_not_left_is_told_nowhere(petition):
    create_built(petition, approved_on=FIRST).packets.update(printed_on=FIRST)
    (delivery,) = public.deliveries(petition)
    assert [row["state"] for row in delivery["recipients"]] == [None, None]
    assert public.events(petition) == []


def test_the_timeline_has_the_hand_overs_and_the_answers(petition):
    delivery = create_delivery(petition, 1, FIRST)
    delivery.packets.filter(recipient__position=2).update(answered_on=SECOND)
    handed_over, answer = public.events(petition)
    assert handed_over == Event(FIRST, "hand_over", public.HandedOver(2))
    assert (answer.day, answer.kind, answer.of.recipient.position) == (SECOND, "answer", 2)


# -- the hour ------------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(petition):
    """All is done: frozen, handed over, answered. Until an hour from now it is secret."""
    delivery = create_built(petition, approved_on=FIRST)
    delivery.packets.update(
        handed_over_on=LEFT, channel="by_hand", place="Hall of Mirrors", answered_on=LEFT, answer_en="We thank you"
    )
    hour = timezone.now() + datetime.timedelta(hours=1)
    update = create_update(petition, "at-the-hour", publish_at=hour, title_en="It is handed over: We thank you")
    Delivery.objects.update(
        state="handed_over", planned_on=SECOND, embargo_until=hour, announcement=update, note_en="Hall of Mirrors"
    )
    return Delivery.objects.get()


def the_hour_comes():
    past = timezone.now() - datetime.timedelta(seconds=1)
    Delivery.objects.update(embargo_until=past)
    for delivery in Delivery.objects.exclude(announcement=None):
        type(delivery.announcement).objects.filter(pk=delivery.announcement_id).update(publish_at=past)


ADDRESSES = [
    "/en/",
    "/en/petitions/peace/",
    "/en/petitions/peace/sign/",
    "/en/petitions/peace/thanks/",
    "/en/petitions/peace/recipients/",
    "/en/petitions/peace/numbers/",
    "/en/petitions/peace/updates/",
    "/en/petitions/peace/updates/feed/",
    "/en/petitions/peace/embed/",
    "/api/petitions/peace.json",
    "/api/petitions/",
    "/sitemap.xml",
]
# Those that then tell of it.
TELLING = {
    "/en/petitions/peace/": "The signatures were handed over to 2 recipients.",
    "/en/petitions/peace/recipients/": "We thank you",
    "/en/petitions/peace/updates/": "It is handed over",
    "/en/petitions/peace/updates/feed/": "It is handed over",
    "/api/petitions/peace.json": '"answered": 2',
    "/sitemap.xml": "at-the-hour",
}


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_before_the_hour_no_public_page_tells_of_it(client, petition, secret, address, state):
    type(petition).objects.update(state=state)
    page = client.get(address).content.decode()
    assert [words for words in (*SECRET, "at-the-hour") if words in page] == []
    if address.endswith("peace.json"):
        assert '"signatures": null' in page


@pytest.mark.parametrize("address", TELLING)
def test_at_the_hour_all_of_them_tell_of_it(client, secret, address):
    the_hour_comes()
    assert TELLING[address] in client.get(address).content.decode()


@pytest.mark.parametrize("address", TELLING)
def test_a_page_from_before_the_hour_is_kept_nowhere_beyond_it(client, settings, secret, address):
    settings.PAGE_CACHE_SECONDS = 7200
    words = client.get(address).headers["Cache-Control"]
    fresh, stale = (int(part.partition("=")[2]) for part in words.split(", ")[1:3])
    assert 3500 < fresh + stale <= 3600


def test_the_answer_s_document_is_not_there_before_the_hour(client, petition, secret):
    assert client.get("/en/petitions/peace/recipients/1.1/answer.pdf").status_code == 404


def test_until_the_hour_the_next_delivery_is_the_planned_one(petition, secret):
    assert public.handover(petition) == (SECOND, None, 0)
    the_hour_comes()
    assert public.handover(petition) == (None, LEFT, 2)


def test_a_signer_reads_at_once_that_it_is_frozen_but_not_that_it_has_left(petition, secret):
    signature = confirmed(petition, DARA)
    Entry.objects.create(delivery=secret, number=1, signature=signature)
    (before,) = public.frozen(signature)
    the_hour_comes()
    (after,) = public.frozen(signature)
    assert before[1:] == (None, 0, 0, True)
    assert after[1:] == (LEFT, 2, 2, False)


@pytest.mark.parametrize("sent_on", [None, FIRST])
def test_a_signer_reads_the_same_before_the_hour_whether_it_has_left_or_not(client, petition, sent_on):
    delivery = create_built(petition, approved_on=FIRST)
    delivery.packets.update(sent_on=sent_on)
    Delivery.objects.update(embargo_until=timezone.now() + datetime.timedelta(hours=1))
    signature = confirmed(petition, DARA)
    Entry.objects.create(delivery=delivery, number=1, signature=signature)
    page = client.get(f"/en/s/{signature.token}/").content.decode()
    assert "It may be on its way already, or with the recipients." in page
    assert "not been handed over" not in page


def test_a_signer_is_not_told_that_what_is_in_the_post_is_still_here(petition):
    delivery = create_built(petition, approved_on=FIRST)
    delivery.packets.update(sent_on=FIRST)
    Entry.objects.create(delivery=delivery, number=1, signature=(signature := confirmed(petition, DARA)))
    assert public.frozen(signature)[0].may_have_left
