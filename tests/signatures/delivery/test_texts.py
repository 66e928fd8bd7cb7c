"""What the second person's word for the letters is given for: all that people have written, and nothing else."""

import pytest

from petition.models import FormOfAddress, Petition, Recipient
from signatures.delivery import second_person, texts
from signatures.delivery.models import Letterhead, LetterTemplate
from signatures.delivery.problems import FreezeRefused
from tests.people import DARA, allowed, confirmed, create_recipient, create_staff
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    petition = create_collection()
    head = Letterhead.objects.create(petition=petition, email="a@example.org")
    head.signers.create(name_km="ដារ៉ា", name_en="Dara")
    Recipient.objects.get(number=1).letter_changes.create(language="en", salutation="Dear Anne,")
    return petition


@pytest.mark.parametrize(
    "edit",
    [
        lambda petition: LetterTemplate.objects.filter(language="en").update(subject="Other"),
        lambda petition: LetterTemplate.objects.filter(language="km").update(body="ផ្សេង"),
        lambda petition: FormOfAddress.objects.filter(language="km").update(salutation="សូមគោរព"),
        lambda petition: FormOfAddress.objects.filter(language="en").update(role="They asked."),
        lambda petition: Letterhead.objects.update(telephone="1"),
        lambda petition: petition.letterhead.signers.update(role_en="President"),
        lambda petition: petition.letterhead.delete(),
        lambda petition: petition.recipients.get(number=1).letter_changes.update(body="Other."),
        lambda petition: petition.recipients.get(number=1).letter_changes.all().delete(),
        lambda petition: petition.recipients.filter(number=1).update(discloses="totals"),
        lambda petition: create_recipient(petition, 7),
        lambda petition: Petition.objects.update(organiser_en="Others"),
    ],
)
def test_whatever_is_written_for_the_letters_makes_another_digest(petition, edit):
    before = texts.digest(petition)
    edit(petition)
    assert texts.digest(Petition.objects.get()) != before


def test_one_more_signature_makes_no_other_digest(petition):
    before = texts.digest(petition)
    confirmed(petition, DARA._replace(name="Other Person", email="other@example.org"))
    assert texts.digest(petition) == before


def test_recipient_without_a_text_is_named(petition):
    LetterTemplate.objects.filter(language="km").delete()
    with pytest.raises(FreezeRefused, match="2.1 Sok Vibol"):
        texts.digest(petition)


def test_what_is_written_for_one_recipient_stands_in_their_letter_alone(petition):
    minister, governor = texts.describe_recipients(petition)
    assert (minister["letters"][0]["salutation"], governor["letters"][0]["salutation"]) == ("Dear Anne,", "Hello")


def test_letters_of_many_recipients_cost_no_more_queries(petition, django_assert_num_queries):
    with django_assert_num_queries(4):
        texts.describe_recipients(petition)
    for number in (3, 4):
        create_recipient(petition, number).letter_changes.create(language="en", subject="S")
    with django_assert_num_queries(4):
        texts.describe_recipients(petition)


def test_word_for_the_letters_is_void_once_one_is_changed_and_counts_again_as_it_was(petition):
    delivery = create_planned(petition)
    allowed(second_person.LETTERS, delivery, create_staff("bopha"))
    assert second_person.letters_approval(delivery)
    was = LetterTemplate.objects.get(language="en").subject

    LetterTemplate.objects.filter(language="en").update(subject="Other")
    assert second_person.letters_approval(delivery) is None

    LetterTemplate.objects.filter(language="en").update(subject=was)
    assert second_person.letters_approval(delivery)
