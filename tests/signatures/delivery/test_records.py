"""What staff record of packets, step by step."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from petition.models import AuditEntry
from signatures.delivery import records, scans
from signatures.delivery.models import Delivery, Packet, Step
from signatures.delivery.problems import NotNow
from tests.people import create_petition, create_recipient
from tests.races.together import together
from tests.signatures.delivery.collection import create_built

FIRST = datetime.date(2017, 10, 23)
BEFORE, AFTER = datetime.date(2017, 10, 21), datetime.date(2017, 11, 2)
BY_HAND = {"on": FIRST, "channel": "by_hand"}


@pytest.fixture
def petition(db):
    petition = create_petition()
    for position in (1, 2):
        create_recipient(petition, number=1, position=position)
    return petition


@pytest.fixture
def built(petition):
    """Two packets, looked at and approved."""
    return create_built(petition, approved_on=BEFORE)


@pytest.fixture
def bopha(db):
    return User.objects.create_user("bopha")


def steps(delivery):
    return [packet.state for packet in delivery.packets.order_by("pk")]


def test_a_packet_goes_from_step_to_step_each_with_its_day_and_who_did_it(petition, bopha):
    delivery = create_built(petition)
    one = [delivery.packets.earliest("pk")]
    seen = []
    for verb, told in (
        (records.approve, {}),
        (records.mark_printed, {}),
        (records.send, {"channel": "post", "tracking_number": "RR 1"}),
        (records.hand_over, {"channel": "post", "place": "Paris", "taken_by": "The porter"}),
        (records.acknowledge, {"acknowledged_number": "E/17"}),
    ):
        assert verb(packets=one, by=bopha, on=FIRST, **told).refused == []
        seen.append(Packet.objects.get(pk=one[0].pk).state)
    packet = records.answer(packet=one[0], by=bopha, on=AFTER, answer_km="ក", answer_en="A", documents={})
    packet.refresh_from_db()
    assert [*seen, packet.state] == ["approved", "printed", "sent", "handed_over", "acknowledged", "answered"]
    assert (packet.tracking_number, packet.place, packet.taken_by) == ("RR 1", "Paris", "The porter")
    acts = AuditEntry.objects.filter(target=f"delivery.packet:{packet.pk}").order_by("pk")
    assert [(entry.act, entry.by) for entry in acts] == [(act, "bopha") for act in records.ACTS.values()]


def test_nothing_but_the_day_and_the_way_stands_in_the_audit_trail(built, bopha):
    records.hand_over(packets=built.packets.all(), by=bopha, **BY_HAND, place="Paris", taken_by="The porter")
    details = AuditEntry.objects.filter(act="hand_over").values_list("detail", flat=True)
    assert list(details) == [{"on": "2017-10-23", "channel": "by_hand"}] * 2


def test_many_at_once_are_done_but_those_whose_state_does_not_allow_it(built, bopha):
    one, other = built.packets.order_by("pk")
    records.send(packets=[one], by=bopha, on=FIRST, channel="post")
    outcome = records.mark_printed(packets=[one, other], by=bopha, on=FIRST)
    assert (outcome.done, outcome.refused) == ([other], [one])
    assert steps(built) == ["sent", "printed"]


def test_a_step_before_the_day_of_an_earlier_one_is_refused(built, bopha):
    outcome = records.mark_printed(packets=built.packets.all(), by=bopha, on=BEFORE - datetime.timedelta(days=1))
    assert (outcome.done, steps(built)) == ([], ["approved", "approved"])


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        (records.mark_printed, {}),
        (records.send, {"channel": "post"}),
        (records.hand_over, {"channel": "by_hand"}),
        (records.acknowledge, {}),
    ],
)
def test_what_nobody_has_approved_goes_nowhere(petition, bopha, verb, told):
    delivery = create_built(petition)
    assert verb(packets=delivery.packets.all(), by=bopha, on=FIRST, **told).done == []
    assert steps(delivery) == ["drafted", "drafted"]


@pytest.mark.parametrize(("state", "elsewhere"), [("frozen", False), ("building", False), ("building", True)])
def test_what_is_not_built_is_not_approved(petition, bopha, state, elsewhere):
    delivery = create_built(petition)
    Delivery.objects.update(state=state)
    with pytest.raises(NotNow, match="not built here"):
        records.approve(packets=delivery.packets.all(), by=bopha, on=FIRST, built_elsewhere=elsewhere)


def test_what_was_built_elsewhere_is_approved_by_their_word(petition, bopha):
    delivery = create_built(petition)
    Delivery.objects.update(state="frozen")
    records.approve(packets=delivery.packets.all(), by=bopha, on=FIRST, built_elsewhere=True)
    assert steps(delivery) == ["approved", "approved"]


def test_what_came_by_post_has_arrived_when_it_is_acknowledged(built, bopha):
    records.send(packets=built.packets.all(), by=bopha, on=FIRST, channel="post")
    records.acknowledge(packets=built.packets.all(), by=bopha, on=AFTER)
    assert set(built.packets.values_list("handed_over_on", flat=True)) == {AFTER}
    assert Delivery.objects.get().state == "handed_over"


def test_there_is_no_answer_to_what_has_not_left(built, bopha):
    with pytest.raises(NotNow, match="before it has left"):
        records.answer(packet=built.packets.first(), by=bopha, on=AFTER, answer_km="", answer_en="", documents={})


def test_delivery_is_handed_over_with_its_last_packet(built, bopha):
    states = []
    for packet in built.packets.all():
        records.hand_over(packets=[packet], by=bopha, **BY_HAND)
        built.refresh_from_db()
        states.append(built.state)
    assert states == ["built", "handed_over"]


def test_delivery_that_was_built_elsewhere_is_handed_over_with_its_last_packet(built, bopha):
    Delivery.objects.update(state="frozen")
    records.hand_over(packets=built.packets.all(), by=bopha, **BY_HAND)
    assert Delivery.objects.get().state == "handed_over"


# -- taken back ----------------------------------------------------------------------------------------------------


def test_a_step_is_taken_back_with_all_that_was_known_of_it(built, bopha):
    records.hand_over(packets=built.packets.all(), by=bopha, **BY_HAND, place="Paris", taken_by="The porter")
    packet = records.take_back(packet=built.packets.first(), step=Step.HANDED_OVER, by=bopha, why="Another door")
    assert (packet.state, packet.handed_over_on, packet.channel, packet.place, packet.taken_by) == (
        *("approved", None, "", "", ""),
    )
    assert Delivery.objects.get().state == "built"
    entry = AuditEntry.objects.get(act="take_back")
    assert (entry.by, entry.detail) == ("bopha", {"step": "handed_over", "why": "Another door"})


def test_how_it_was_sent_stays_when_the_hand_over_is_taken_back(built, bopha):
    records.send(packets=built.packets.all(), by=bopha, on=FIRST, channel="post", tracking_number="RR 1")
    records.hand_over(packets=built.packets.all(), by=bopha, on=FIRST, channel="post")
    packet = records.take_back(packet=built.packets.first(), step=Step.HANDED_OVER, by=bopha, why="No")
    assert (packet.state, packet.channel, packet.tracking_number) == ("sent", "post", "RR 1")


def test_every_step_can_be_taken_back_down_to_the_first(built, bopha):
    packet = built.packets.first()
    records.mark_printed(packets=[packet], by=bopha, on=FIRST)
    records.send(packets=[packet], by=bopha, on=FIRST, channel="other", channel_other="A friend")
    records.acknowledge(packets=[packet], by=bopha, on=FIRST, acknowledged_number="7")
    records.answer(packet=packet, by=bopha, on=FIRST, answer_km="ក", answer_en="A", documents={})
    packet.refresh_from_db()
    seen = []
    while packet.step != Step.DRAFTED:
        packet = records.take_back(packet=packet, step=packet.step, by=bopha, why="A mistake")
        seen.append(packet.state)
    assert seen == ["acknowledged", "handed_over", "sent", "printed", "approved", "drafted"]


def test_a_step_that_is_not_the_last_any_more_is_not_taken_back(built, bopha):
    records.mark_printed(packets=built.packets.all(), by=bopha, on=FIRST)
    with pytest.raises(NotNow, match="faster"):
        records.take_back(packet=built.packets.first(), step=Step.APPROVED, by=bopha, why="No")


def test_a_hand_over_from_before_this_site_stays(petition, bopha):
    delivery = Delivery.objects.create(petition=petition, ordinal=1, planned_on=FIRST, state="handed_over")
    packet = delivery.packets.create(recipient=petition.recipients.first(), handed_over_on=FIRST)
    packet.refresh_from_db()
    with pytest.raises(NotNow, match="before this site"):
        records.take_back(packet=packet, step=Step.HANDED_OVER, by=bopha, why="No")


# -- two at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_one_step_at_once_one_is_told_that_it_was_done(built, bopha):
    packet = built.packets.first()
    outcomes = together([lambda: records.mark_printed(packets=[packet], by=bopha, on=FIRST)] * 4)
    assert sorted(len(outcome.done) for outcome in outcomes) == [0, 0, 0, 1]
    assert AuditEntry.objects.filter(act="print_packet").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_step_back_and_a_step_forward_at_once_leave_one_of_the_two(built, bopha):
    packet = built.packets.first()
    records.mark_printed(packets=[packet], by=bopha, on=FIRST)
    back, forward = together(
        [
            lambda: records.take_back(packet=packet, step=Step.PRINTED, by=bopha, why="No"),
            lambda: records.send(packets=[packet], by=bopha, on=FIRST, channel="post"),
        ]
    )
    packet.refresh_from_db()
    assert packet.state == "sent"
    # Sent from printed: then the way back was refused. Sent from approved: then printed was taken back before.
    assert isinstance(back, NotNow) == (packet.printed_on is not None)
    assert forward.done == [packet]


def is_waited_for():
    """Whether somebody waits for a lock that this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_last_packets_at_once_one_hands_the_delivery_over(built, bopha):
    one, other = built.packets.all()

    def hand_over_the_other():
        try:
            records.hand_over(packets=[other], by=bopha, **BY_HAND)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            records.hand_over(packets=[one], by=bopha, **BY_HAND)
            beside = thread.submit(hand_over_the_other)
            while not (is_waited_for() or beside.done()):
                pass
        beside.result()
    assert Delivery.objects.get().state == "handed_over"


# -- what the database holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"printed_on": FIRST}, "packet_printed_after_approval"),
        ({"approved_on": FIRST, "printed_on": BEFORE}, "packet_printed_after_approval"),
        ({"sent_on": FIRST}, "packet_sent_after_approval"),
        ({"approved_on": BEFORE, "sent_on": FIRST, "handed_over_on": BEFORE}, "packet_handed_over_after_sending"),
        ({"acknowledged_on": FIRST}, "packet_acknowledged_after_hand_over"),
        ({"handed_over_on": FIRST, "acknowledged_on": BEFORE}, "packet_acknowledged_after_hand_over"),
        ({"answered_on": FIRST}, "packet_answered_after_hand_over"),
        ({"handed_over_time": datetime.time(9)}, "packet_taken_when_handed_over"),
        ({"taken_by": "The porter"}, "packet_taken_when_handed_over"),
        ({"place": "Paris"}, "packet_taken_when_handed_over"),
        ({"channel": "post"}, "packet_has_a_way_when_it_left"),
        ({"receipt": "x.pdf"}, "packet_has_a_way_when_it_left"),
        ({"handed_over_on": FIRST, "channel": "pigeon"}, "packet_channel_known"),
        ({"handed_over_on": FIRST, "channel": "other"}, "packet_channel_known"),
        ({"handed_over_on": FIRST, "channel": "post", "channel_other": "x"}, "packet_channel_known"),
        ({"handed_over_on": FIRST, "acknowledged_number": "7"}, "packet_number_when_acknowledged"),
        ({"handed_over_on": FIRST, "answer_en": "Yes"}, "packet_answer_when_answered"),
        ({"handed_over_on": FIRST, "answer_file_km": "x.pdf"}, "packet_answer_when_answered"),
    ],
)
def test_the_database_refuses_what_cannot_be(petition, fields, constraint):
    delivery = Delivery.objects.create(petition=petition, ordinal=1, planned_on=FIRST, state="handed_over")
    with pytest.raises(IntegrityError, match=constraint):
        delivery.packets.create(recipient=petition.recipients.first(), **fields)


def test_the_state_is_the_database_s_to_say(built):
    packet = built.packets.first()
    with pytest.raises(DatabaseError, match="state"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE delivery_packet SET state = 'answered' WHERE id = %s", [packet.pk])


def test_a_receipt_is_kept_and_the_one_before_is_gone(
    built, bopha, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.DELIVERY_DIR = tmp_path
    records.hand_over(packets=built.packets.all(), by=bopha, **BY_HAND)
    for content in (b"one", b"two"):
        with django_capture_on_commit_callbacks(execute=True):
            records.keep_receipt(packet=built.packets.first(), by=bopha, receipt=scans.Scan(content, "pdf"))
    (kept,) = (tmp_path / "receipts").iterdir()
    assert (kept.name, kept.read_bytes()) == (built.packets.first().receipt, b"two")


def test_there_is_no_receipt_of_what_has_not_left(built, bopha, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    with pytest.raises(NotNow, match="before it has left"):
        records.keep_receipt(packet=built.packets.first(), by=bopha, receipt=scans.Scan(b"x", "pdf"))
    assert not (tmp_path / "receipts").exists()


@pytest.mark.parametrize(("language", "shown"), [("km", "សន្តិភាព ការប្រគល់ជូនលើកទី២"), ("en", "Peace now, delivery 2")])
def test_delivery_is_called_in_the_readers_language_and_by_one_code_in_commands(db, language, shown):
    delivery = Delivery(petition=create_petition(), ordinal=2)
    with translation.override(language):
        assert str(delivery) == shown
        assert delivery.code == "peace 2"
