"""A letter as it would be today, before its text is saved."""

import datetime

import pytest

from petition.models import Recipient
from signatures.delivery import letters, previews
from signatures.delivery.models import Delivery, LetterChange, LetterTemplate
from tests.signatures.delivery.collection import create_collection, create_planned
from tests.signatures.delivery.reading import paper, squeezed


@pytest.fixture
def petition(db):
    return create_collection()


def preview(petition, number, language, subject, body, change=None):
    template = LetterTemplate(petition=petition, language=language, subject=subject, body=body)
    return paper(letters.letter_pdf(*previews.prepare(template, Recipient.objects.get(number=number), change)))


def test_preview_shows_a_text_that_is_not_saved(petition):
    text = preview(petition, 1, "en", "On {title}", "From {country}: {country_count}")
    for expected in ("Subject: On One million signatures", "Anne Durand", "From France: 1", "The committee"):
        assert squeezed(expected) in text


def test_preview_leaves_out_what_the_recipient_does_not_get(petition):
    text = preview(petition, 2, "km", "S", "{named}+{withheld}\n\n={country_count}=")
    assert "=តិចជាង១០=" in text
    assert "+" not in text


def test_preview_has_dots_for_the_root_that_nobody_knows_yet(petition):
    assert squeezed("........ (known after the freeze)") in preview(petition, 1, "en", "S", "x")


def test_preview_is_of_the_planned_delivery_and_its_day(petition):
    Delivery.objects.filter(pk=create_planned(petition).pk).update(planned_on=datetime.date(2099, 1, 2))
    text = preview(petition, 1, "en", "S", "x")
    assert squeezed("CEROC/2099/2/01.1/EN 2 January 2099") in text


def test_preview_takes_what_is_written_for_one_recipient(petition):
    text = preview(petition, 1, "en", "S", "For all.", LetterChange(body="For you alone.", salutation="Dear Anne,"))
    assert squeezed("Subject: S Dear Anne, For you alone.") in text
    assert squeezed("For all.") not in text


def test_preview_of_a_wrong_text_names_what_is_wrong(petition):
    with pytest.raises(ValueError, match="{cuont}"):
        preview(petition, 1, "en", "S", "{cuont}")


def test_preview_for_somebody_who_gets_no_such_letter(petition):
    with pytest.raises(ValueError, match="Anne Durand"):
        preview(petition, 1, "fr", "S", "x")


def test_pictures_are_one_a_page(petition):
    template = LetterTemplate(petition=petition, language="en", subject="S", body="\n\n".join(["A paragraph."] * 60))
    pictures = letters.letter_pictures(*previews.prepare(template, Recipient.objects.get(number=1)))
    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"] * len(pictures)
    assert len(pictures) > 1
