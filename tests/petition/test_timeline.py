import datetime

import pytest
from django.template.loader import render_to_string

from petition import timeline
from signatures import signing
from signatures.delivery.models import Delivery, Packet
from tests.people import confirmed, create_petition, create_recipient, create_update, person

pytestmark = pytest.mark.django_db

OPENED = datetime.date(2017, 10, 23)
TODAY = datetime.date(2999, 1, 1)


def day(n):
    return OPENED + datetime.timedelta(days=n)


def told(petition, until=TODAY):
    return [(event.day, event.kind) for event in timeline.events(petition, until=until)]


@pytest.fixture
def petition():
    return create_petition(opened_on=OPENED)


def test_a_new_petition_has_its_opening(petition):
    assert told(petition) == [(OPENED, "opened")]


def test_nothing_is_told_before_its_day(petition):
    create_update(petition, published_on=day(3))
    assert told(petition, until=day(2)) == [(OPENED, "opened")]


def test_drafts_are_not_told(petition):
    create_update(petition, published_on=day(3), is_published=False)
    assert told(petition) == [(OPENED, "opened")]


def test_the_newest_comes_first(petition):
    create_update(petition, "a", published_on=day(1))
    create_update(petition, "b", published_on=day(2))
    assert told(petition) == [(day(2), "update"), (day(1), "update"), (OPENED, "opened")]


def test_reaching_the_goal_is_told():
    petition = create_petition(goal=2)
    for number in range(2):
        confirmed(petition, person(number))
    assert (signing.today(), "milestone") in told(petition)


def test_hand_over_is_told_on_the_day_of_its_last_packet_and_each_answer_on_its_own(petition):
    delivery = Delivery.objects.create(petition=petition, ordinal=1, planned_on=day(1), state="handed_over")
    for number in (1, 2):
        Packet.objects.create(
            delivery=delivery,
            recipient=create_recipient(petition, number),
            handed_over_on=day(number),
            answered_on=day(9) if number == 1 else None,
        )
    assert told(petition) == [(day(9), "answer"), (day(2), "hand_over"), (OPENED, "opened")]
    assert timeline.events(petition, until=TODAY)[1].of.handed_over == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_costs_the_same_whatever_happened(petition, django_assert_num_queries, rows):
    delivery = Delivery.objects.create(petition=petition, ordinal=1, planned_on=day(1), state="handed_over")
    for number in range(1, rows + 1):
        create_update(petition, f"news-{number}")
        recipient = create_recipient(petition, number)
        Packet.objects.create(delivery=delivery, recipient=recipient, handed_over_on=day(1), answered_on=day(2))
    with django_assert_num_queries(4):
        events = timeline.events(petition, until=TODAY)
        told = render_to_string("parts/timeline.html", {"petition": petition, "events": events})
    assert told.count("<li") == 2 * rows + 2
    unread = [event.of.get_deferred_fields() for event in events if event.kind == "update"]
    assert unread == [{"body_km", "body_en"}] * rows
