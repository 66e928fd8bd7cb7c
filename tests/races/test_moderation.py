"""Mass acts of organisers against what signers do at the same moment."""

import pytest
from django.contrib.auth.models import User

from petition.models import AuditEntry
from signatures import counting, erasure, moderation, queries, signing
from signatures.models import Signature
from tests.people import confirmed, create_petition, person, signed
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 40


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return User.objects.create_user("chenda")


def country(number):
    return ("KH", "US", "FR", "TH")[number % 4]


def take(petition, how, numbers):
    return [how(petition, person(number, country=country(number))) for number in numbers]


def faults(results):
    return [result for result in results if isinstance(result, Exception)]


def states():
    return {
        state: Signature.objects.filter(state=state).count() for state in ("pending", "confirmed", "held", "withdrawn")
    }


def test_bulk_hold_against_confirmations_leaves_the_counts_true(petition, chenda):
    old, new = take(petition, confirmed, range(SIZE)), take(petition, signed, range(SIZE, 2 * SIZE))
    everyone = [row.pk for row in old + new]
    acts = [lambda row=row: signing.confirm(signature=row) for row in new]
    acts[5:5] = [lambda: moderation.hold(ids=everyone, reason="fraud", by=chenda)] * 2
    assert faults(together(acts)) == []
    found = states()
    assert (counting.differences(), queries.count(petition)) == ([], found["confirmed"])
    assert (found["held"] >= SIZE, found["confirmed"] + found["held"]) == (True, 2 * SIZE)


def test_hold_and_release_in_opposite_orders_do_not_wait_in_a_circle(petition, chenda):
    ids = [row.pk for row in take(petition, confirmed, range(SIZE))]
    acts = [
        lambda: moderation.hold(ids=ids, reason="fraud", by=chenda),
        lambda: moderation.release(ids=list(reversed(ids)), by=chenda),
        lambda: moderation.hold(ids=list(reversed(ids)), reason="duplicate", by=chenda),
        lambda: moderation.release(ids=ids, by=chenda),
    ] * 4
    assert faults(together(acts)) == []
    assert counting.differences() == []


def test_one_signature_held_by_many_is_held_and_recorded_once(petition, chenda):
    signature = confirmed(petition, person(1))
    done = together([lambda: moderation.hold(ids=[signature.pk], reason="fraud", by=chenda)] * 16)
    assert (sorted(done), AuditEntry.objects.count()) == ([0] * 15 + [1], 1)


def test_bulk_hold_against_withdrawals_erases_everyone_who_asked(petition, chenda):
    rows = take(petition, confirmed, range(SIZE))
    acts = [lambda row=row: erasure.withdraw(signature=row) for row in rows]
    acts[5:5] = [lambda: moderation.hold(ids=[row.pk for row in rows], reason="fraud", by=chenda)] * 2
    assert faults(together(acts)) == []
    assert (states()["withdrawn"], queries.count(petition), counting.differences()) == (SIZE, 0, [])


def test_words_approved_while_their_owner_takes_them_back_are_not_shown(petition, chenda):
    rows = [confirmed(petition, person(n, visibility="public", comment="For peace.")) for n in range(SIZE)]
    given = {"visibility": "count", "public_name": "", "comment": "", "wants_updates": False}
    acts = [lambda row=row: signing.choose(signature=row, **given) for row in rows]
    acts[5:5] = [lambda: moderation.approve(ids=[row.pk for row in rows], by=chenda)] * 2
    assert faults(together(acts)) == []
    assert queries.shown(petition) == []


def test_recount_against_confirmations_leaves_the_counts_true(petition):
    rows = take(petition, signed, range(SIZE))
    acts = [lambda row=row: signing.confirm(signature=row) for row in rows]
    acts[5:5], acts[20:20] = [counting.recount], [counting.recount]
    assert faults(together(acts)) == []
    assert (queries.count(petition), counting.differences()) == (SIZE, [])
