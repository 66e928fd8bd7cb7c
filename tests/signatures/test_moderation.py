import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from petition.models import AuditEntry
from signatures import erasure, moderation, queries
from signatures.models import Signature
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, create_staff, person, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return create_staff("chenda")


def review(signature):
    row = Signature.objects.get(pk=signature.pk)
    return row.review, row.review_reason


def trail():
    return list(AuditEntry.objects.order_by("id").values_list("by", "act", "target", "detail"))


def target(signature):
    return f"signatures.signature:{signature.pk}"


# -- words ---------------------------------------------------------------------------------------------------------


def test_approved_words_are_shown(petition, chenda):
    signature = confirmed(petition, MARIE)
    assert (moderation.approve(ids=[signature.pk], by=chenda), review(signature)) == (1, ("approved", ""))
    assert queries.shown(petition) == [signature]


def test_hidden_words_are_not_shown_and_still_count(petition, chenda):
    signature = confirmed(petition, MARIE)
    moderation.approve(ids=[signature.pk], by=chenda)
    assert (moderation.hide(ids=[signature.pk], reason="abuse", by=chenda), review(signature)) == (
        1,
        ("hidden", "abuse"),
    )
    assert (queries.shown(petition), queries.count(petition)) == ([], 1)


@pytest.mark.parametrize("act", [moderation.approve, lambda **_: moderation.hide(reason="abuse", **_)])
def test_undone_words_wait_again(petition, chenda, act):
    signature = confirmed(petition, MARIE)
    act(ids=[signature.pk], by=chenda)
    assert (moderation.undo(ids=[signature.pk], by=chenda), review(signature)) == (1, ("waiting", ""))


@pytest.mark.parametrize("who", [SOKHA, DARA])
def test_words_nobody_asked_to_show_are_never_shown(petition, chenda, who):
    signature = confirmed(petition, who)
    assert (moderation.approve(ids=[signature.pk], by=chenda), review(signature)) == (0, ("none", ""))


def test_unconfirmed_words_can_not_be_approved(petition, chenda):
    signature = signed(petition, MARIE)
    assert (moderation.approve(ids=[signature.pk], by=chenda), review(signature)) == (0, ("waiting", ""))


def test_withdrawn_words_can_not_be_approved(petition, chenda):
    signature = confirmed(petition, MARIE)
    erasure.withdraw(signature=signature)
    assert (moderation.approve(ids=[signature.pk], by=chenda), review(signature)) == (0, ("none", ""))


def test_approving_again_changes_and_records_nothing(petition, chenda):
    signature = confirmed(petition, MARIE)
    assert [moderation.approve(ids=[signature.pk], by=chenda) for _ in range(2)] == [1, 0]
    assert len(trail()) == 1


def test_reason_can_be_corrected(petition, chenda):
    signature = confirmed(petition, MARIE)
    for reason in ("abuse", "off_topic"):
        moderation.hide(ids=[signature.pk], reason=reason, by=chenda)
    assert review(signature) == ("hidden", "off_topic")


@pytest.mark.parametrize("act", [moderation.hide, moderation.hold])
@pytest.mark.parametrize("reason", ["", "because", None])
def test_unknown_reason_is_refused(petition, chenda, act, reason):
    signature = confirmed(petition, MARIE)
    with pytest.raises(ValueError):
        act(ids=[signature.pk], reason=reason, by=chenda)
    assert (review(signature), trail()) == (("waiting", ""), [])


# -- the count -----------------------------------------------------------------------------------------------------


def held(signature):
    row = Signature.objects.get(pk=signature.pk)
    return row.state, row.held_reason


def test_held_signature_does_not_count_until_it_is_released(petition, chenda):
    signature = confirmed(petition, SOKHA)
    assert (moderation.hold(ids=[signature.pk], reason="fraud", by=chenda), held(signature)) == (1, ("held", "fraud"))
    assert queries.count(petition) == 0
    assert (moderation.release(ids=[signature.pk], by=chenda), held(signature)) == (1, ("confirmed", ""))
    assert queries.count(petition) == 1


def test_held_signature_keeps_its_day(petition, chenda):
    signature = confirmed(petition, SOKHA)
    moderation.hold(ids=[signature.pk], reason="fraud", by=chenda)
    moderation.release(ids=[signature.pk], by=chenda)
    assert Signature.objects.get().confirmed_on == signature.confirmed_on


def test_words_of_a_held_signature_are_not_shown(petition, chenda):
    signature = confirmed(petition, MARIE)
    moderation.approve(ids=[signature.pk], by=chenda)
    moderation.hold(ids=[signature.pk], reason="fraud", by=chenda)
    assert queries.shown(petition) == []


def test_unconfirmed_signature_can_not_be_held(petition, chenda):
    signature = signed(petition, SOKHA)
    assert (moderation.hold(ids=[signature.pk], reason="fraud", by=chenda), held(signature)) == (0, ("pending", ""))


def test_withdrawn_signature_can_not_be_released(petition, chenda):
    signature = confirmed(petition, SOKHA)
    moderation.hold(ids=[signature.pk], reason="fraud", by=chenda)
    erasure.withdraw(signature=signature)
    assert (moderation.release(ids=[signature.pk], by=chenda), held(signature)) == (0, ("withdrawn", ""))


def test_of_many_those_that_can_be_held_are(petition, chenda):
    rows = [confirmed(petition, person(number)) for number in range(3)] + [signed(petition, SOKHA)]
    assert moderation.hold(ids=[row.pk for row in rows], reason="duplicate", by=chenda) == 3


def test_act_on_many_asks_no_more_often_than_on_one(petition, chenda):
    rows = [confirmed(petition, person(number)).pk for number in range(5)]
    asked = []
    for ids in (rows[:1], rows[1:]):
        with CaptureQueriesContext(connection) as queries:
            moderation.hold(ids=ids, reason="fraud", by=chenda)
        asked.append(len(queries))
    assert asked[0] == asked[1]


# -- the trail -----------------------------------------------------------------------------------------------------


def test_each_act_leaves_a_row_that_says_who_and_what(petition, chenda):
    signature = confirmed(petition, MARIE)
    moderation.approve(ids=[signature.pk], by=chenda)
    moderation.hide(ids=[signature.pk], reason="abuse", by=chenda)
    moderation.undo(ids=[signature.pk], by=chenda)
    moderation.hold(ids=[signature.pk], reason="fraud", by=chenda)
    moderation.release(ids=[signature.pk], by=chenda)
    assert trail() == [
        ("chenda", "approve", target(signature), {"before": "waiting", "reason": ""}),
        ("chenda", "hide", target(signature), {"before": "approved", "reason": "abuse"}),
        ("chenda", "undo", target(signature), {"before": "hidden", "reason": ""}),
        ("chenda", "hold", target(signature), {"reason": "fraud"}),
        ("chenda", "release", target(signature), {}),
    ]


def test_trail_names_no_signer(petition, chenda):
    signature = confirmed(petition, MARIE)
    moderation.hide(ids=[signature.pk], reason="abuse", by=chenda)
    assert "Marie" not in str(trail())


def test_act_on_nothing_leaves_no_row(chenda):
    assert (moderation.hold(ids=[], reason="fraud", by=chenda), trail()) == (0, [])
