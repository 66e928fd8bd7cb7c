"""Observers' samples as they are drawn, recorded and published, and what of it the database itself holds."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from petition.models import AuditEntry
from signatures.delivery import samples, sampling
from signatures.delivery.models import Delivery, Sample, SampleRow
from signatures.delivery.problems import NotNow
from signatures.delivery.sampling import Result
from tests.people import create_petition, create_staff

pytestmark = pytest.mark.django_db
ROOT = "0123456789abcdef" * 4
OTHER_ROOT = "fedcba9876543210" * 4
SEED = "dice: 4 1 6"
Found = samples.Found


@pytest.fixture
def bopha():
    return create_staff("bopha")


def frozen(petition=None, **fields):
    frozen_at = datetime.datetime(2027, 10, 23, tzinfo=datetime.UTC)
    return Delivery.objects.create(
        **{
            "petition": petition or create_petition(),
            "ordinal": 1,
            "planned_on": datetime.date(2027, 10, 23),
            "state": "frozen",
            "frozen_at": frozen_at,
            "confirmed": 1_000,
        }
        | fields
    )


def drawn(by, delivery=None, **changes):
    return samples.draw(**{"delivery": delivery or frozen(), "root": ROOT, "seed": SEED, "size": 3, "by": by} | changes)


def checked(sample, by, *outcomes):
    """The first lines found as `outcomes` say, the others right."""
    words = [*outcomes, *["right"] * (sample.size - len(outcomes))]
    numbers = sample.rows.values_list("number", flat=True)
    notes = {"right": "", "wrong": "another city", "unknown": "no sheet", "unchecked": ""}
    samples.record(sample=sample, by=by, found={n: Found(w, notes[w]) for n, w in zip(numbers, words, strict=True)})
    return sample


def refused(verb, **arguments):
    with pytest.raises(NotNow) as caught:
        verb(**arguments)
    return str(caught.value)


def broken(name):
    """What the database refuses, by the name of its rule; the transaction goes on."""
    return pytest.raises(IntegrityError, match=name)


def acts():
    return list(AuditEntry.objects.order_by("pk").values_list("by", "act", "detail"))


def test_lines_that_the_seed_draws_wait_to_be_checked(bopha):
    sample = drawn(bopha)
    expected = sorted(sampling.draw(root=ROOT, seed=SEED, total=1_000, size=3))
    assert list(sample.rows.values_list("number", "outcome")) == [(n, "unchecked") for n in expected]
    assert acts() == [("bopha", "draw_sample", {"root": ROOT, "seed": SEED, "size": 3})]


def test_lines_are_drawn_from_no_other_root_than_the_delivery_s(bopha):
    delivery = frozen(root=ROOT)
    assert refused(drawn, by=bopha, delivery=delivery, root=OTHER_ROOT) == (
        "This is not the root of the delivery’s book."
    )
    assert drawn(bopha, delivery).root == ROOT


def test_nothing_is_drawn_of_what_was_not_frozen_here(bopha):
    delivery = frozen(state="handed_over", frozen_at=None, confirmed=None)
    assert "frozen here" in refused(drawn, by=bopha, delivery=delivery)


def test_a_seed_draws_once(bopha):
    sample = drawn(bopha)
    assert "drawn already" in refused(drawn, by=bopha, delivery=sample.delivery, size=5)


def test_what_was_found_is_recorded(bopha):
    sample = checked(drawn(bopha), bopha, "wrong", "unknown")
    assert list(sample.rows.values_list("outcome", "note")) == [
        ("wrong", "another city"),
        ("unknown", "no sheet"),
        ("right", ""),
    ]
    assert acts()[-1] == ("bopha", "record_sample", {"size": 3})


def test_nothing_is_concluded_before_the_last_line(bopha):
    sample = checked(drawn(bopha), bopha, "unchecked")
    assert samples.standing(sample) == (1, None)
    assert "all of its lines are checked" in refused(samples.publish, sample=sample, by=bopha)


def test_what_follows_is_said_when_all_is_checked(bopha):
    sample = checked(drawn(bopha), bopha, "wrong")
    assert samples.standing(sample) == (0, Result(1_000, right=2, wrong=1, unknown=0))


def test_published_sample_is_shown_with_how_many_were_drawn(bopha):
    sample = checked(drawn(bopha), bopha)
    drawn(bopha, sample.delivery, seed="dice: 1 1 1")
    assert samples.samples_published(sample.delivery.petition) == []
    samples.publish(sample=sample, by=bopha)
    samples.publish(sample=sample, by=bopha)
    assert samples.samples_published(sample.delivery.petition) == [(sample, Result(1_000, 3, 0, 0), 2)]
    assert [act for _by, act, _detail in acts()].count("publish_sample") == 1


def test_sample_of_another_root_is_not_published(bopha):
    sample = checked(drawn(bopha, root=OTHER_ROOT), bopha)
    Delivery.objects.update(root=ROOT)
    assert "not the root" in refused(samples.publish, sample=sample, by=bopha)


def test_what_was_published_stands_until_it_is_taken_from_the_page(bopha):
    sample = checked(drawn(bopha), bopha)
    samples.publish(sample=sample, by=bopha)
    found = {sample.rows.first().number: Found("wrong", "another city")}
    assert "stands" in refused(samples.record, sample=sample, by=bopha, found=found)
    samples.unpublish(sample=sample, by=bopha)
    samples.record(sample=sample, by=bopha, found=found)
    assert samples.standing(sample).result == Result(1_000, 2, 1, 0)
    assert samples.samples_published(sample.delivery.petition) == []


def test_shown_samples_cost_the_same_queries_however_many_they_are(bopha, django_assert_num_queries):
    petition = create_petition()
    for ordinal in (1, 2, 3):
        sample = checked(drawn(bopha, frozen(petition, ordinal=ordinal)), bopha)
        samples.publish(sample=sample, by=bopha)
        with django_assert_num_queries(3):
            assert len(samples.samples_published(petition)) == ordinal


def test_places_are_those_of_the_book(bopha):
    sample = drawn(bopha, frozen(confirmed=60_000), size=200)
    assert {place.volume for place in samples.places(sample)} == {1, 2, 3}


# -- what the database holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"root": "0" * 63}, "sample_root_is_one"),
        ({"seed": ""}, "sample_has_a_seed"),
        ({"size": 0}, "sample_is_part_of_the_book"),
        ({"size": 1_001}, "sample_is_part_of_the_book"),
        ({"seed": SEED}, "sample_once_a_seed"),
    ],
)
def test_sample_that_can_not_be_is_not_stored(bopha, fields, rule):
    sample = drawn(bopha)
    right = {"delivery": sample.delivery, "root": ROOT, "seed": "other", "total": 1_000, "size": 1, "drawn_by": "x"}
    with broken(rule):
        Sample.objects.create(**right | fields)


@pytest.mark.parametrize(
    "change", [{"seed": "a better one"}, {"root": OTHER_ROOT}, {"size": 2}, {"total": 999}, {"drawn_by": "nobody"}]
)
def test_what_was_drawn_from_what_is_not_changed(bopha, change):
    sample = drawn(bopha)
    with broken("a drawn sample stands"):
        Sample.objects.filter(pk=sample.pk).update(**change)


def test_no_sample_and_no_line_is_deleted(bopha):
    sample = drawn(bopha)
    with broken("a drawn line stands"), transaction.atomic():
        SampleRow.objects.filter(sample=sample)._raw_delete(SampleRow.objects.db)
    with broken("a drawn sample stands"), transaction.atomic():
        Sample.objects.filter(pk=sample.pk)._raw_delete(Sample.objects.db)


def test_no_line_is_added_or_exchanged(bopha):
    sample = drawn(bopha)
    row = sample.rows.first()
    with broken("all at once"), transaction.atomic():
        SampleRow.objects.create(sample=sample, number=1_000 if row.number != 1_000 else 999)
    with broken("a drawn line stands"), transaction.atomic():
        SampleRow.objects.filter(pk=row.pk).update(number=row.number + 1)
    with broken("sample_row_counts_from_one"), transaction.atomic():
        SampleRow.objects.create(sample=sample, number=0)
    with broken("sample_row_once"), transaction.atomic():
        SampleRow.objects.create(sample=sample, number=row.number)


@pytest.mark.parametrize("fields", [{"outcome": "maybe", "note": "x"}, {"outcome": "wrong"}, {"outcome": "unknown"}])
def test_what_is_not_right_is_said_in_words(bopha, fields):
    with broken("sample_row_says_what_is_wrong"):
        drawn(bopha).rows.update(**fields)


def test_sample_is_not_published_half_checked(bopha):
    sample = checked(drawn(bopha), bopha, "unchecked")
    with broken("all of it is checked"):
        Sample.objects.filter(pk=sample.pk).update(is_published=True)


def test_line_of_a_published_sample_is_not_changed(bopha):
    sample = checked(drawn(bopha), bopha)
    samples.publish(sample=sample, by=bopha)
    with broken("published sample stands"):
        sample.rows.update(outcome="wrong", note="x")
