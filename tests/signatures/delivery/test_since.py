"""Several deliveries of one petition: what a later one says of the one before, and what it shares with it."""

import datetime
import json
import zipfile

import pytest
from django.utils import timezone

from signatures import erasure, frozen, moderation
from signatures.delivery.freeze import freeze, next_planned
from signatures.delivery.models import Delivery, Entry
from tests.people import DARA, MARIE, confirmed, create_petition, create_recipient, create_staff, person, rows_of
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def petition(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    petition = create_collection()
    create_planned(petition)
    return petition


def frozen_again(petition):
    return freeze(petition=petition, by=None)[0]


def numbers(delivery):
    return dict(Entry.objects.filter(delivery=delivery).values_list("signature_id", "number"))


def description(delivery):
    with zipfile.ZipFile(delivery.bundle) as bundle:
        return json.loads(bundle.read("bundle.json"))


def test_first_delivery_has_none_before_it(petition):
    delivery = frozen_again(petition)
    assert (delivery.previous, description(delivery)["previous"]) == (None, None)


def test_hand_over_from_before_this_site_was_never_frozen(petition):
    Delivery.objects.create(petition=petition, ordinal=1, planned_on=TODAY, state="handed_over")
    assert frozen_again(petition).previous is None


def test_later_delivery_says_what_still_stands_what_is_gone_and_what_is_new(petition):
    first = frozen_again(petition)
    erasure.withdraw(signature=rows_of(petition, DARA)[0])
    for number in range(5):
        confirmed(petition, person(number))
    second = frozen_again(petition)
    second.refresh_from_db()
    assert second.previous == {
        "ordinal": 2,
        "frozen_at": first.frozen_at.astimezone(datetime.UTC).isoformat(),
        "confirmed": 3,
        "root": None,
        "still": 2,
        "withdrawn": 1,
        "new": 5,
    }
    assert description(second)["previous"] == second.previous
    assert second.previous_on == timezone.localdate(first.frozen_at)


def test_root_of_the_delivery_before_is_told_where_it_is_known(petition):
    frozen_again(petition)
    Delivery.objects.update(state="built", root="ab" * 32)
    assert frozen_again(petition).previous["root"] == "ab" * 32


def test_held_signature_is_gone_from_the_next_delivery_and_new_in_the_one_after(petition):
    vibol = create_staff("vibol")
    (row,) = rows_of(petition, MARIE)
    frozen_again(petition)
    moderation.hold(ids=[row.pk], by=vibol, reason="duplicate")
    second = frozen_again(petition)
    moderation.release(ids=[row.pk], by=vibol)
    third = frozen_again(petition)
    told = [[d.previous[key] for key in ("confirmed", "still", "withdrawn", "new")] for d in (second, third)]
    assert told == [[3, 2, 1, 0], [2, 2, 0, 1]]
    # Their own page names each delivery that they stand in, and no other.
    assert len(frozen.of(row)) == 2
    assert len(frozen.of(rows_of(petition, DARA)[0])) == 3


def test_deliveries_of_one_day_are_all_found_whatever_became_of_them(petition):
    first, second = frozen_again(petition), frozen_again(petition)
    Delivery.objects.update(frozen_at=first.frozen_at)
    second.packets.update(handed_over_on=TODAY)
    found = frozen.of(rows_of(petition, DARA)[0])
    assert [held.handed_over_on for held in found] == [None, TODAY]


def test_each_delivery_counts_from_one_and_leaves_the_numbers_of_the_one_before(petition):
    first = frozen_again(petition)
    before = numbers(first)
    erasure.withdraw(signature=petition.signatures.order_by("pk")[0])
    second = frozen_again(petition)
    assert list(before.values()) == [1, 2, 3]
    assert numbers(second) == {pk: number - 1 for pk, number in before.items() if number > 1}
    assert numbers(first) == before


def test_delivery_of_another_petition_is_not_the_one_before(petition):
    other = create_petition("water")
    confirmed(other, person(1))
    create_recipient(other)
    frozen_again(other)
    assert frozen_again(petition).previous is None


def test_delivery_may_be_frozen_while_the_one_before_is_still_on_its_way(petition):
    first = frozen_again(petition)
    second = frozen_again(petition)
    first.refresh_from_db()
    assert [(d.ordinal, d.state, d.packets.count()) for d in (first, second)] == [(2, "frozen", 2), (3, "frozen", 2)]
    assert first.bundle.read_bytes() != second.bundle.read_bytes()


@pytest.mark.parametrize(("days", "expected"), [(-365, 0), (0, 0), (30, 30)])
def test_unplanned_delivery_is_of_today_or_of_the_last_ones_day_that_is_yet_to_come(petition, days, expected):
    Delivery.objects.update(planned_on=TODAY + datetime.timedelta(days=days))
    frozen_again(petition)
    following = next_planned(petition)
    assert (following.ordinal, following.state) == (3, "planned")
    assert following.planned_on == TODAY + datetime.timedelta(days=expected)
    assert next_planned(petition) == following
