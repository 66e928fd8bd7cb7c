"""A word that is given for something exactly as it stands, such as the letters of a delivery."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from petition import approvals
from petition.models import Approval
from signatures.delivery.models import LetterTemplate
from tests.people import asked, create_staff
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db
LETTERS = "approve_letters"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def delivery():
    return create_planned(create_collection())


@pytest.fixture
def bopha():
    return create_staff("bopha")


@pytest.fixture
def vibol():
    return create_staff("vibol")


def change():
    LetterTemplate.objects.filter(language="en").update(subject="Other")


def test_what_has_changed_since_it_was_asked_for_is_not_allowed(delivery, bopha, vibol):
    row = asked(LETTERS, delivery, bopha)
    change()
    with pytest.raises(approvals.NotAllowed) as problem:
        approvals.allow(approval=row, by=vibol)
    assert str(problem.value) == "What was asked for has changed since then: it has to be asked for again."


def test_it_can_be_asked_for_anew_by_anybody(delivery, bopha, vibol):
    stale = asked(LETTERS, delivery, bopha)
    change()
    asked(LETTERS, delivery, vibol)
    stale.refresh_from_db()
    assert stale.state == "expired"


def test_a_request_for_what_has_changed_is_shown_as_none(delivery, bopha):
    asked(LETTERS, delivery, bopha)
    change()
    assert approvals.standing(kind=LETTERS, target=delivery, by=bopha).asked is None


def test_what_is_allowed_counts_for_all_until_it_changes(delivery, bopha, vibol):
    assert approvals.given(kind=LETTERS, target=delivery) is None
    row = approvals.allow(approval=asked(LETTERS, delivery, bopha), by=vibol)
    assert approvals.given(kind=LETTERS, target=delivery) == row
    change()
    assert approvals.given(kind=LETTERS, target=delivery) is None


@pytest.mark.parametrize("who", ["bopha", "vibol"])
def test_of_one_who_left_it_counts_for_nobody(delivery, bopha, vibol, who):
    approvals.allow(approval=asked(LETTERS, delivery, bopha), by=vibol)
    leaver = {"bopha": bopha, "vibol": vibol}[who]
    leaver.is_active = False
    leaver.save(update_fields=["is_active"])
    assert approvals.given(kind=LETTERS, target=delivery) is None


def test_the_database_lets_nobody_say_that_it_was_given_for_something_else(delivery, bopha):
    row = asked(LETTERS, delivery, bopha)
    with pytest.raises(IntegrityError, match="a request is not altered"), transaction.atomic():
        Approval.objects.filter(pk=row.pk).update(digest="0" * 64)
