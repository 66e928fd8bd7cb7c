"""What signers change later: what is shown, and whether news come."""

import pytest

from signatures import erasure, moderation, signing
from signatures.models import Signature
from tests.people import DARA, MARIE, confirmed, create_petition, create_staff, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


def choose(signature, **changes):
    given = {"visibility": "public", "public_name": MARIE.name, "comment": MARIE.comment, "wants_updates": False}
    done = signing.choose(signature=signature, **given | changes)
    row = Signature.objects.get(pk=signature.pk)
    return done, (row.visibility, row.public_name, row.comment, row.review, row.wants_updates)


def test_words_that_are_now_to_be_shown_wait_for_a_moderator(petition):
    assert choose(confirmed(petition, MARIE._replace(visibility="count"))) == (
        True,
        ("public", MARIE.name, MARIE.comment, "waiting", False),
    )


@pytest.mark.parametrize("visibility", ["count", "deliver"])
def test_words_that_are_no_longer_to_be_shown_are_erased(petition, visibility):
    signature = confirmed(petition, MARIE)
    assert choose(signature, visibility=visibility) == (True, (visibility, "", "", "none", False))


def test_approved_words_that_stay_are_still_approved(petition):
    signature = confirmed(petition, MARIE)
    moderation.approve(ids=[signature.pk], by=create_staff("chenda"))
    assert choose(signature, wants_updates=True)[1] == ("public", MARIE.name, MARIE.comment, "approved", True)


def test_approved_words_that_change_go_back_to_the_moderator(petition):
    signature = confirmed(petition, MARIE)
    moderation.approve(ids=[signature.pk], by=create_staff("chenda"))
    assert choose(signature, comment="Other words.")[1][3] == "waiting"


def test_hidden_words_do_not_come_back_by_saving_them_again(petition):
    signature = confirmed(petition, MARIE)
    moderation.hide(ids=[signature.pk], reason="abuse", by=create_staff("chenda"))
    assert choose(signature)[1][3] == "hidden"


def test_who_has_withdrawn_has_nothing_to_choose(petition):
    signature = confirmed(petition, MARIE)
    erasure.withdraw(signature=signature)
    assert choose(signature) == (False, ("public", "", "", "none", False))


def test_choosing_leaves_what_was_sealed(petition):
    before = confirmed(petition, MARIE)
    choose(before, visibility="count")
    after = Signature.objects.get(pk=before.pk)
    names = ("state", "sealed_email", "sealed_identity", "mailbox_hash", "name_hash", "country", "seat")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]


@pytest.mark.parametrize(
    ("typed", "is_own"),
    [("Marie Léa Dupont", True), ("marie lea  DUPONT", True), ("Marie Dupont", False), ("", False)],
)
def test_own_name_is_told_by_its_blind_index(petition, typed, is_own):
    assert signing.is_own_name(signed(petition, MARIE), typed) == is_own


def test_erased_signature_has_no_own_name(petition):
    signature = confirmed(petition, MARIE)
    erasure.withdraw(signature=signature)
    signature.refresh_from_db()
    assert not signing.is_own_name(signature, MARIE.name)


def test_unsubscribing_stops_news_and_nothing_else(petition):
    signature = confirmed(petition, DARA)
    signing.unsubscribe(signature=signature)
    signing.unsubscribe(signature=signature)
    signature.refresh_from_db()
    assert (signature.wants_updates, signature.state) == (False, "confirmed")
