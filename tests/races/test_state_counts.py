"""The counts by state, under acts that write to few stripes from many connections at once."""

import random

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from signatures import counting, erasure, moderation, signing
from signatures.models import CountByState, Signature
from tests.people import create_petition, person, sign, signed
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 48


@pytest.fixture
def petitions():
    return [create_petition(slug) for slug in ("peace", "water")]


@pytest.fixture
def one_stripe():
    """As if all process numbers fell on one stripe: everybody meets everybody."""
    as_it_is = function_body()
    replace_function(as_it_is.replace("pg_backend_pid() % 32", "7"))
    yield
    replace_function(as_it_is)


def function_body():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('signatures_by_state'::regproc)")
        return cursor.fetchone()[0]


def replace_function(definition):
    with connection.cursor() as cursor:
        cursor.execute(definition)


def faults(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_many_sign_at_once_and_each_is_counted(petitions):
    acts = [lambda n=n: sign(petitions[n % 2], person(n)) for n in range(MANY)]
    assert faults(together(acts)) == []
    assert (sum(CountByState.objects.values_list("rows", flat=True)), counting.differences()) == (MANY, [])


def all_kinds(petitions):
    """Signing, confirming, rejecting, withdrawing, holding and purging, of two petitions, in an order that is mixed
    and always the same."""
    rows = [signed(petitions[n % 2], person(n)) for n in range(MANY)]
    chenda = User.objects.create_user("chenda")
    acts = [lambda n=n: sign(petitions[n % 2], person(1000 + n)) for n in range(MANY)]
    acts += [lambda row=row: signing.confirm(signature=row) for row in rows]
    acts += [lambda row=row: erasure.withdraw(signature=row) for row in rows[::3]]
    acts += [lambda row=row: erasure.reject(signature=row) for row in rows[::5]]
    halves = [row.pk for row in rows], [row.pk for row in reversed(rows)]
    acts += [lambda ids=ids: moderation.hold(ids=ids, reason="fraud", by=chenda) for ids in halves]
    acts += [lambda ids=ids: moderation.release(ids=ids, by=chenda) for ids in halves]
    acts += [erasure.purge] * 4
    random.Random(19911023).shuffle(acts)
    return acts


def test_acts_of_all_kinds_leave_the_truth(petitions):
    assert (faults(together(all_kinds(petitions))), counting.differences()) == ([], [])


def test_acts_that_all_meet_on_one_stripe_never_wait_in_a_circle(petitions, one_stripe):
    assert (faults(together(all_kinds(petitions))), counting.differences()) == ([], [])
    assert set(CountByState.objects.values_list("stripe", flat=True)) == {7}


def test_mass_acts_over_two_petitions_never_wait_in_a_circle_with_signings(petitions, one_stripe):
    for n in range(MANY):
        signed(petitions[n % 2], person(n))

    @transaction.atomic
    def become(state):
        list(Signature.objects.select_for_update().order_by("pk"))
        Signature.objects.update(**state)

    there = {"state": "confirmed", "confirmed_on": "2026-09-01"}
    back = {"state": "pending", "confirmed_on": None}
    acts = [lambda to=(there, back)[n % 2]: become(to) for n in range(16)]
    acts += [lambda n=n: sign(petitions[n % 2], person(1000 + n)) for n in range(MANY)]
    random.Random(19911023).shuffle(acts)
    assert (faults(together(acts)), counting.differences()) == ([], [])


def test_recount_waits_for_those_who_sign_and_they_for_it(petitions):
    CountByState.objects.create(petition=petitions[0], origin="web", state="pending", stripe=40, rows=1000)
    acts = [lambda n=n: sign(petitions[n % 2], person(n)) for n in range(MANY)]
    acts[8:8] = [counting.recount] * 2
    assert (faults(together(acts)), counting.differences()) == ([], [])
