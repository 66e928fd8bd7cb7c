"""The board of a delivery: how far each packet is, and acts on many at once."""

from __future__ import annotations

import datetime

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petition.models import AuditEntry, FormOfAddress, Update
from signatures.delivery import records
from signatures.delivery.models import Delivery, Packet
from signatures.models import Mailing
from tests.people import DARA, confirmed, create_petition, create_recipient, create_staff, create_update
from tests.signatures.delivery.collection import create_built

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
DAY = datetime.date(2017, 10, 21)
LATER = "2017-10-23"


@pytest.fixture
def delivery():
    petition = create_petition()
    for position in (1, 2, 3):
        create_recipient(petition, 1, position, name=f"Minister {position}")
    return create_built(petition, approved_on=DAY)


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


def address(delivery, page="board"):
    return f"/admin/delivery/delivery/{delivery.pk}/{page}/"


def look(client, delivery, query=""):
    return client.get(address(delivery) + query, headers=ENGLISH)


def record(client, delivery, act, packets, **told):
    sent = {"act": act, "packet": [packet.pk for packet in packets], "on": LATER, **told}
    return client.post(address(delivery, "step"), sent, headers=ENGLISH, follow=True)


def states(delivery):
    return [packet.state for packet in delivery.packets.order_by("pk")]


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
@pytest.mark.parametrize("page", ["board/", "hour/", "checklist.pdf", "labels.pdf", "step/?act=printed&packet={}"])
def test_only_delivery_staff_see_it(client, delivery, name, status, page):
    client.force_login(create_staff(name))
    path = address(delivery).replace("board/", page.format(delivery.packets.first().pk))
    assert client.get(path).status_code == status


def test_a_stranger_is_asked_to_log_in(client, delivery):
    for page in ("board", "step", "hour", "mail-at-the-hour"):
        assert client.get(address(delivery, page)).headers["Location"].startswith("/admin/login/")


def test_it_counts_the_packets_of_each_state_and_shows_those_that_are_asked_for(client, bopha, delivery):
    records.mark_printed(packets=[delivery.packets.first()], by=bopha, on=DAY)
    page = look(client, delivery, "?state=printed")
    assert dict(page.context["counts"]) | {"approved": 2, "printed": 1} == dict(page.context["counts"])
    assert [card.packet.recipient.name for card in page.context["cards"]] == ["Minister 1"]


def test_all_can_be_ticked_without_a_script(client, bopha, delivery):
    assert look(client, delivery, "?tick=all").content.decode().count(" checked>") == 3


def test_it_takes_as_many_queries_for_one_packet_as_for_three(client, bopha, delivery):
    with CaptureQueriesContext(connection) as three:
        look(client, delivery)
    delivery.packets.exclude(pk=delivery.packets.earliest("pk").pk).delete()
    with CaptureQueriesContext(connection) as one:
        look(client, delivery)
    assert len(one) == len(three)


def test_a_step_takes_as_many_queries_to_ask_for_one_packet_as_for_three(client, bopha, delivery):
    found = []
    for packets in (delivery.packets.all()[:1], delivery.packets.all()):
        query = "&".join(f"packet={packet.pk}" for packet in packets)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{address(delivery, 'step')}?act=printed&{query}")
        found.append(len(queries))
    assert found[0] == found[1]


def test_what_is_not_approved_can_only_be_approved(client, bopha, delivery):
    Packet.objects.update(approved_on=None)
    acts = [act for card in look(client, delivery).context["cards"] for act, _label in card.acts]
    assert set(acts) == {"approved"}


@pytest.mark.parametrize("state", ["planned", "building"])
def test_before_it_is_built_nothing_is_offered(client, bopha, delivery, state):
    fields = {"frozen_at": None, "confirmed": None} if state == "planned" else {}
    Packet.objects.update(approved_on=None)
    Delivery.objects.update(state=state, **fields)
    page = look(client, delivery)
    assert [card.acts for card in page.context["cards"]] == [[], [], []]
    assert page.context["acts"] == []


def test_what_is_not_built_here_is_said_and_approved_by_their_word(client, bopha, delivery):
    Packet.objects.update(approved_on=None)
    Delivery.objects.update(state="frozen")
    assert "Not built here" in look(client, delivery).content.decode()
    assert "not built here" in record(client, delivery, "approved", delivery.packets.all()).content.decode()
    assert states(delivery) == ["drafted"] * 3
    record(client, delivery, "approved", delivery.packets.all(), built_elsewhere="on")
    assert states(delivery) == ["approved"] * 3


def test_a_step_says_first_for_whom_it_is_recorded_and_for_whom_not(client, bopha, delivery):
    sent = delivery.packets.first()
    records.send(packets=[sent], by=bopha, on=DAY, channel="post")
    query = "&".join(f"packet={packet.pk}" for packet in delivery.packets.all())
    page = client.get(f"{address(delivery, 'step')}?act=printed&{query}", headers=ENGLISH).content.decode()
    assert "It is recorded for 2 recipients:" in page
    assert "1.1 Minister 1 (sent)" in page
    assert states(delivery) == ["sent", "approved", "approved"]


def test_many_are_sent_with_one_form_and_who_cannot_be_is_named(client, bopha, delivery):
    records.hand_over(packets=[delivery.packets.first()], by=bopha, on=DAY, channel="by_hand")
    page = record(client, delivery, "sent", delivery.packets.all(), channel="courier").content.decode()
    assert "2 packets: sent." in page
    assert "does not allow it: 1.1 Minister 1" in page
    assert states(delivery) == ["handed_over", "sent", "sent"]
    assert AuditEntry.objects.filter(act="send_packet", by="bopha").count() == 2


def test_a_hand_over_is_recorded_with_time_place_and_person(client, bopha, delivery):
    packet = delivery.packets.first()
    told = {"channel": "other", "channel_other": "By a friend", "place": "Paris", "taken_by": "The porter"}
    record(client, delivery, "handed_over", [packet], handed_over_time="09:30", **told)
    packet.refresh_from_db()
    assert (packet.handed_over_on.isoformat(), packet.handed_over_time) == (LATER, datetime.time(9, 30))
    assert (packet.way, packet.place, packet.taken_by) == ("By a friend", "Paris", "The porter")


@pytest.mark.parametrize(
    ("act", "told", "field"),
    [
        ("printed", {"on": ""}, "on"),
        ("printed", {"on": "2999-01-01"}, "on"),
        ("sent", {"channel": ""}, "channel"),
        ("sent", {"channel": "pigeon"}, "channel"),
        ("handed_over", {"channel": "other"}, "channel_other"),
        ("handed_over", {"channel": "post", "handed_over_time": "noon"}, "handed_over_time"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(client, bopha, delivery, act, told, field):
    answer = record(client, delivery, act, delivery.packets.all(), **told)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert states(delivery) == ["approved"] * 3


@pytest.mark.parametrize(
    "sent", [{}, {"act": "printed"}, {"act": "answered", "packet": "1"}, {"act": "x", "packet": "y"}]
)
def test_what_our_page_never_sends_records_nothing(client, bopha, delivery, sent):
    page = client.post(address(delivery, "step"), sent, headers=ENGLISH, follow=True)
    assert "Tick at least one recipient first." in page.content.decode()


def test_a_packet_of_another_delivery_is_left_alone(client, bopha, delivery):
    other = create_petition("other")
    create_recipient(other)
    packet = create_built(other, approved_on=DAY).packets.get()
    record(client, delivery, "printed", [packet])
    packet.refresh_from_db()
    assert packet.state == "approved"


# -- the hour ------------------------------------------------------------------------------------------------------


def soon():
    return f"{timezone.localtime() + datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}"


def test_the_hour_is_set_in_the_time_of_phnom_penh(client, bopha, delivery):
    until = soon()
    page = client.post(address(delivery, "hour"), {"until": until}, headers=ENGLISH, follow=True)
    delivery.refresh_from_db()
    assert (
        f"{delivery.embargo_until:%H:%M}"
        == f"{datetime.datetime.fromisoformat(until + '+07:00').astimezone(datetime.UTC):%H:%M}"
    )
    assert "(Phnom Penh time) the public pages know this delivery as planned" in page.content.decode()


def test_an_update_that_keeps_the_hour_is_moved_there_alone(client, delivery):
    client.force_login(create_staff("vibol"))
    update = create_update(delivery.petition, is_published=False)
    client.post(address(delivery, "hour"), {"until": soon(), "announcement": update.pk})
    form = client.get(f"/admin/petition/update/{update.pk}/change/").context["adminform"].form
    assert "publish_at" not in form.fields
    update.refresh_from_db()
    assert update.publish_at == Delivery.objects.get().embargo_until


def test_the_mailing_is_asked_for_and_called_off(client, delivery):
    client.force_login(create_staff("vibol"))
    update = create_update(delivery.petition, is_published=False)
    client.post(address(delivery, "hour"), {"until": soon(), "announcement": update.pk})
    found = []
    for wanted in "10":
        client.post(address(delivery, "mail-at-the-hour"), {"wanted": wanted})
        delivery.refresh_from_db()
        found.append(delivery.mailing_by and delivery.mailing_by.username)
    assert found == ["vibol", None]


def test_who_may_not_send_mailings_asks_for_none(client, bopha, delivery):
    assert client.post(address(delivery, "mail-at-the-hour"), {"wanted": "1"}).status_code == 403


def test_when_the_hour_has_come_the_board_offers_to_start_the_mailing(client, delivery):
    client.force_login(create_staff("vibol"))
    confirmed(delivery.petition, DARA)
    update = create_update(delivery.petition)
    past = timezone.now() - datetime.timedelta(minutes=1)
    Delivery.objects.update(embargo_until=past, announcement=update)
    start = f"/admin/signatures/mailing/update/{update.pk}/start/"
    assert start in look(client, delivery).content.decode()
    Mailing.objects.create(update=Update.objects.get(), total=1)
    assert start not in look(client, delivery).content.decode()


# -- on paper ------------------------------------------------------------------------------------------------------


def text_of(answer):
    with pypdfium2.PdfDocument(answer.content) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document), len(document)


@pytest.mark.parametrize(("lang", "title"), [("en", "Checklist of the delivery"), ("km", "បញ្ជីត្រួតពិនិត្យ")])
def test_the_checklist_is_in_the_staff_s_language(client, bopha, delivery, lang, title):
    records.hand_over(packets=[delivery.packets.first()], by=bopha, on=DAY, channel="by_hand")
    delivery.packets.first().recipient.__class__.objects.update(postal_address="1 Rue X\nFrance")
    words, _pages = text_of(
        client.get(address(delivery).replace("board/", "checklist.pdf"), headers={"accept-language": lang})
    )
    assert title in words
    assert [name for name in ("Minister 1", "Minister 3", "1 Rue X, France") if name not in words] == []


def test_labels_have_the_address_in_the_recipient_s_first_language(client, bopha, delivery):
    recipient = delivery.packets.first().recipient
    type(recipient).objects.filter(pk=recipient.pk).update(postal_address="1 Rue X\n75000 Paris\nFrance")
    for order, language, name in ((2, "en", "Mr Minister"), (1, "fr", "Monsieur le Ministre")):
        FormOfAddress.objects.create(
            recipient=recipient, order=order, language=language, name_line=name, office_lines="Office", salutation="x"
        )
    words, pages = text_of(client.get(address(delivery).replace("board/", "labels.pdf")))
    assert "Monsieur le Ministre" in words
    assert "75000 Paris" in words
    assert "Mr Minister" not in words
    assert pages == 1


def test_each_envelope_is_a_page(client, bopha, delivery):
    words, pages = text_of(client.get(address(delivery).replace("board/", "labels.pdf?paper=c4")))
    assert (pages, "Minister 3" in words) == (3, True)


def test_the_hour_can_be_set_before_the_freeze(client, bopha, delivery):
    Packet.objects.all().delete()
    Delivery.objects.update(state="planned", frozen_at=None, confirmed=None)
    assert address(delivery) in client.get(address(delivery, "change")).content.decode()
    assert address(delivery, "hour") in look(client, delivery).content.decode()
