"""A letter as it would be today, before its text is saved."""

import pytest

from petition.models import Recipient
from signatures.delivery import previews
from signatures.delivery.models import LetterTemplate
from tests.signatures.delivery.collection import create_collection
from tests.signatures.delivery.reading import paper, squeezed

COUNTS = {"confirmed": 3, "named": 2, "withheld": 1, "by_country": {"KH": 1, "FR": 1, "US": 1}}


@pytest.fixture
def petition(db):
    return create_collection()


def test_preview_shows_a_text_that_is_not_saved(petition):
    template = LetterTemplate(
        petition=petition, language="en", subject="On {title}", body="From {country}: {country_count}"
    )
    text = paper(previews.preview(template, petition, Recipient.objects.get(number=1), COUNTS))
    for expected in ("Subject: On One million signatures", "Anne Durand", "From France: 1", "The committee"):
        assert squeezed(expected) in text


def test_preview_leaves_out_what_the_recipient_does_not_get(petition):
    template = LetterTemplate(
        petition=petition, language="km", subject="S", body="{named}+{withheld}\n\n={country_count}="
    )
    text = paper(previews.preview(template, petition, Recipient.objects.get(number=2), COUNTS))
    assert "=តិចជាង១០=" in text
    assert "+" not in text


def test_preview_of_a_wrong_text_names_what_is_wrong(petition):
    template = LetterTemplate(petition=petition, language="en", subject="S", body="{cuont}")
    with pytest.raises(ValueError, match="{cuont}"):
        previews.preview(template, petition, Recipient.objects.get(number=1), COUNTS)


def test_preview_for_somebody_who_gets_no_such_letter(petition):
    template = LetterTemplate(petition=petition, language="fr", subject="S", body="x")
    with pytest.raises(ValueError, match="១.១ Anne Durand"):
        previews.preview(template, petition, Recipient.objects.get(number=1), COUNTS)
