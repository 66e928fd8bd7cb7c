"""When the next delivery is, and what is recorded of hand-overs."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from petition.models import AuditEntry
from signatures.delivery import records
from signatures.delivery.models import Delivery, Packet
from tests.people import create_petition, create_recipient, create_staff

FIRST, SECOND = datetime.date(2017, 10, 23), datetime.date(2018, 10, 23)


@pytest.mark.parametrize(
    ("today", "comes"),
    [
        (datetime.date(2026, 10, 22), datetime.date(2026, 10, 23)),
        (datetime.date(2026, 10, 23), datetime.date(2026, 10, 23)),
        (datetime.date(2026, 10, 24), datetime.date(2027, 10, 23)),
        (datetime.date(2026, 12, 31), datetime.date(2027, 10, 23)),
        (datetime.date(2027, 1, 1), datetime.date(2027, 10, 23)),
    ],
)
def test_day_of_the_year_comes_next(today, comes):
    assert records.coming(10, 23, today) == comes


@pytest.mark.parametrize(("month", "day"), [(2, 30), (13, 1), (0, 1), (4, 31)])
def test_day_that_no_year_has_is_refused(month, day):
    with pytest.raises(ValueError, match="day|month"):
        records.coming(month, day, datetime.date(2026, 1, 1))


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


def test_recipients_come_with_the_latest_packet_that_reached_them(petition):
    create_delivery(petition, 1, FIRST)
    second = create_delivery(petition, 2)
    second.packets.filter(recipient__position=2).update(handed_over_on=SECOND)
    found = [(row.position, row.packet.handed_over_on) for row in records.recipients_with_packets(petition)]
    assert found == [(1, FIRST), (2, SECOND)]


def test_recipient_that_nothing_has_reached_has_no_packet(petition):
    create_delivery(petition, 1)
    assert [row.packet for row in records.recipients_with_packets(petition)] == [None, None]


def test_recipients_are_read_in_as_many_queries_however_many_there_are(petition):
    create_delivery(petition, 1, FIRST)
    with CaptureQueriesContext(connection) as few:
        records.recipients_with_packets(petition)
    for position in range(3, 9):
        create_recipient(petition, number=1, position=position)
    with CaptureQueriesContext(connection) as many:
        records.recipients_with_packets(petition)
    assert len(many) == len(few)


def test_public_deliveries_tell_no_more_than_the_page(petition):
    create_delivery(petition, 1, FIRST)
    assert records.public_deliveries(petition) == [
        {
            "ordinal": 1,
            "planned_on": "2017-10-23",
            "state": "handed_over",
            "signatures": None,
            "new_since_previous": None,
        }
    ]


@pytest.fixture
def built(petition):
    delivery = create_delivery(petition, 1, state="planned")
    Delivery.objects.filter(pk=delivery.pk).update(
        state="built", frozen_at=datetime.datetime(2017, 10, 22, tzinfo=datetime.UTC), confirmed=3
    )
    delivery.refresh_from_db()
    return delivery


def test_hand_over_is_recorded_with_who_did_it(built):
    bopha = create_staff("bopha")
    packet = records.hand_over(packet=built.packets.first(), by=bopha, on=FIRST, channel="by hand", place="Paris")
    packet.refresh_from_db()
    assert (packet.handed_over_on, packet.channel, packet.place) == (FIRST, "by hand", "Paris")
    entry = AuditEntry.objects.get(act="hand_over")
    assert (entry.by, entry.target) == ("bopha", f"delivery.packet:{packet.pk}")
    assert entry.detail == {"on": "2017-10-23", "channel": "by hand"}


def test_delivery_is_handed_over_with_its_last_packet(built):
    bopha = create_staff("bopha")
    states = []
    for packet in built.packets.all():
        records.hand_over(packet=packet, by=bopha, on=FIRST, channel="by hand")
        built.refresh_from_db()
        states.append(built.state)
    assert states == ["built", "handed_over"]


def test_delivery_that_was_built_elsewhere_is_handed_over_with_its_last_packet(built):
    Delivery.objects.update(state="frozen")
    bopha = create_staff("bopha")
    for packet in built.packets.all():
        records.hand_over(packet=packet, by=bopha, on=FIRST, channel="by hand")
    assert Delivery.objects.get().state == "handed_over"


def is_waited_for():
    """Whether somebody waits for a lock that this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_last_packets_at_once_one_hands_the_delivery_over(built):
    bopha = User.objects.create_user("bopha")
    one, other = built.packets.all()

    def hand_over_the_other():
        try:
            records.hand_over(packet=other, by=bopha, on=FIRST, channel="by hand")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            records.hand_over(packet=one, by=bopha, on=FIRST, channel="by hand")
            beside = thread.submit(hand_over_the_other)
            while not (is_waited_for() or beside.done()):
                pass
        beside.result()
    assert Delivery.objects.get().state == "handed_over"


@pytest.mark.parametrize(("language", "shown"), [("km", "សន្តិភាព ការប្រគល់ជូនលើកទី២"), ("en", "Peace now, delivery 2")])
def test_delivery_is_called_in_the_readers_language_and_by_one_code_in_commands(db, language, shown):
    delivery = Delivery(petition=create_petition(), ordinal=2)
    with translation.override(language):
        assert str(delivery) == shown
        assert delivery.code == "peace 2"
