"""What the database holds of letters for single recipients and of letterheads."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from signatures.delivery.models import LetterChange, Letterhead
from tests.people import create_petition, create_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def recipient():
    return create_recipient(create_petition())


def refused(constraint, **fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LetterChange.objects.create(**fields)


def test_a_recipient_has_one_letter_of_its_own_a_language(recipient):
    LetterChange.objects.create(recipient=recipient, language="en", subject="S")
    LetterChange.objects.create(recipient=recipient, language="fr", subject="S")
    refused("letter_change_one_a_language", recipient=recipient, language="en", body="B")


def test_a_letter_of_its_own_says_something_else(recipient):
    refused("letter_change_changes_something", recipient=recipient, language="en")


def test_a_letter_of_its_own_is_in_a_known_language(recipient):
    refused("letter_change_language_known", recipient=recipient, language="de", subject="S")


def test_a_petition_has_one_letterhead(recipient):
    Letterhead.objects.create(petition=recipient.petition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letterhead.objects.create(petition=recipient.petition)


@pytest.mark.parametrize("reference", ["ceroc", "A/B", "A B", "គ"])
def test_references_begin_with_plain_capitals(recipient, reference):
    with pytest.raises(ValidationError) as problem:
        Letterhead(petition=recipient.petition, reference=reference).full_clean()
    assert list(problem.value.message_dict) == ["reference"]
