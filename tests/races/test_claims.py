"""Moderators at the same queue at the same moment."""

import pytest
from django.contrib.auth.models import User

from petition.models import AuditEntry
from signatures import claims, moderation
from signatures.choices import Review
from signatures.models import Claim, Signature
from signatures.moderation import Decision
from tests.people import confirmed, create_petition, person
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 60


@pytest.fixture
def petition():
    petition = create_petition()
    for n in range(SIZE):
        confirmed(petition, person(n, visibility="public", comment="For peace."))
    return petition


def staff(n):
    return [User.objects.create_user(f"moderator{number}") for number in range(n)]


def faults(results):
    return [result for result in results if isinstance(result, Exception)]


def test_no_row_is_given_to_two(petition):
    moderators = staff(4)
    acts = [lambda by=by: claims.take(petition=petition, by=by) for by in moderators * 3]

    assert faults(together(acts)) == []
    given = [row.pk for by in moderators for row in claims.mine(petition, by)]
    assert len(given) == len(set(given)) > 0


def test_whoever_asks_in_turn_gets_the_whole_queue(petition):
    chenda, vibol, *others = staff(5)
    # Of two at once one may get fewer than it could: nobody waits for a colleague.
    together([lambda by=by: claims.take(petition=petition, by=by) for by in (chenda, vibol)])
    for by in others:
        claims.take(petition=petition, by=by)

    assert Claim.objects.count() == SIZE


def test_of_two_decisions_on_a_row_the_first_stands_and_the_second_is_told(petition):
    chenda, vibol = staff(2)
    rows = list(Signature.objects.all())
    approve = {row.pk: Decision(Review.APPROVED, "", moderation.mark(row)) for row in rows}
    hide = {row.pk: Decision(Review.HIDDEN, "abuse", moderation.mark(row)) for row in reversed(rows)}

    outcomes = together(
        [
            lambda: moderation.decide(decisions=approve, by=chenda),
            lambda: moderation.decide(decisions=hide, by=vibol),
        ]
    )

    assert faults(outcomes) == []
    assert sorted(len(outcome.made) for outcome in outcomes) == [0, SIZE]
    assert sorted(len(outcome.late) for outcome in outcomes) == [0, SIZE]
    assert AuditEntry.objects.count() == SIZE
    assert len(set(Signature.objects.values_list("review", "review_reason"))) == 1


def test_undo_against_a_colleagues_decision_keeps_one_of_them(petition):
    chenda, vibol = staff(2)
    ids = [row.pk for row in Signature.objects.all()]
    moderation.approve(ids=ids, by=chenda)
    made = {pk: (Review.APPROVED, "") for pk in ids}

    results = together(
        [
            lambda: moderation.take_back(made=made, by=chenda),
            lambda: moderation.hide(ids=ids, reason="abuse", by=vibol),
        ]
    )

    assert faults(results) == []
    assert set(Signature.objects.values_list("review", flat=True)) == {Review.HIDDEN}
