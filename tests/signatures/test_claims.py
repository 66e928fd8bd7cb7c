import datetime

import pytest
from django.utils import timezone

from signatures import claims, erasure, moderation
from signatures.models import Claim
from signatures.moderation import Decision
from tests.people import MARIE, confirmed, create_petition, create_staff, person, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return create_staff("chenda")


@pytest.fixture
def vibol():
    return create_staff("vibol")


def waiting(petition, number):
    return confirmed(petition, person(number, visibility="public", comment="For peace."))


def mine(petition, by):
    return [row.pk for row in claims.mine(petition, by)]


def run_out():
    Claim.objects.update(until=timezone.now() - datetime.timedelta(seconds=1))


def test_what_is_claimed_is_nobody_elses(petition, chenda, vibol):
    first = waiting(petition, 1)
    claims.take(petition=petition, by=chenda)
    claims.take(petition=petition, by=vibol)

    assert (mine(petition, chenda), mine(petition, vibol)) == ([first.pk], [])
    assert claims.are_claimed(petition, vibol) and not claims.are_claimed(petition, chenda)


def test_claim_that_has_run_out_is_free(petition, chenda, vibol):
    first = waiting(petition, 1)
    claims.take(petition=petition, by=chenda)
    run_out()
    assert mine(petition, chenda) == []

    claims.take(petition=petition, by=vibol)

    assert mine(petition, vibol) == [first.pk]


def test_to_take_again_begins_the_time_anew(petition, chenda):
    waiting(petition, 1)
    claims.take(petition=petition, by=chenda)
    run_out()

    claims.take(petition=petition, by=chenda)

    assert Claim.objects.get().until > timezone.now()


def test_decided_rows_are_claimed_no_more(petition, chenda, vibol):
    first = waiting(petition, 1)
    claims.take(petition=petition, by=chenda)
    decision = Decision("approved", "", moderation.mark(first))

    moderation.decide(decisions={first.pk: decision}, by=vibol)

    assert not Claim.objects.exists()


def test_claim_binds_nobody(petition, chenda, vibol):
    first = waiting(petition, 1)
    claims.take(petition=petition, by=chenda)
    decision = Decision("approved", "", moderation.mark(first))

    assert moderation.decide(decisions={first.pk: decision}, by=vibol).made == {first.pk: ("approved", "")}
    assert moderation.decide(decisions={first.pk: decision}, by=chenda).late == {first.pk: "approved"}


def test_words_that_their_signer_took_back_are_in_no_batch(petition, chenda):
    first = waiting(petition, 1)
    claims.take(petition=petition, by=chenda)
    erasure.withdraw(signature=first)

    assert mine(petition, chenda) == []


def test_who_undoes_gets_what_no_colleague_is_at(petition, chenda, vibol):
    first, second = waiting(petition, 1), waiting(petition, 2)
    claims.take_these(ids=[first.pk], by=vibol)

    claims.take_these(ids=[first.pk, second.pk], by=chenda)

    assert (mine(petition, chenda), mine(petition, vibol)) == ([second.pk], [first.pk])


def test_unconfirmed_words_cannot_be_decided(petition, chenda):
    row = signed(petition, MARIE)
    decision = Decision("approved", "", moderation.mark(row))

    assert moderation.decide(decisions={row.pk: decision}, by=chenda) == ({}, {}, [])
