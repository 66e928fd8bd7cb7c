"""The content file's texts of letters, beside those that staff have."""

import pytest

from petition.contentfile import ContentError, Section
from petition.models import AuditEntry
from signatures.delivery import defaults
from signatures.delivery.models import LetterChange, LetterTemplate
from tests.people import create_petition, create_recipient, create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    petition = create_petition()
    create_recipient(petition)
    return petition


def load(petition, **letters):
    defaults.load_letters(petition, Section(letters, "letters"))


def texts(row):
    return (row.subject, row.body, row.default_subject, row.default_body)


def test_text_of_the_file_is_the_letter_and_its_default(petition):
    load(petition, en={"subject": "S", "body": "B"})
    assert texts(LetterTemplate.objects.get()) == ("S", "B", "S", "B")


def test_new_default_leaves_the_text_of_staff(petition):
    load(petition, en={"subject": "S", "body": "B"})
    LetterTemplate.objects.update(body="Ours")
    load(petition, en={"subject": "S2", "body": "B2"})
    assert texts(LetterTemplate.objects.get()) == ("S", "Ours", "S2", "B2")


def test_default_is_taken_again(petition):
    load(petition, en={"subject": "S", "body": "B"})
    template = LetterTemplate.objects.get()
    LetterTemplate.objects.update(body="Ours")
    defaults.take_default(template=template, by=create_staff("bopha"))
    assert texts(LetterTemplate.objects.get()) == ("S", "B", "S", "B")
    entry = AuditEntry.objects.get(act="take_default")
    assert (entry.by, entry.target) == ("bopha", f"delivery.lettertemplate:{template.pk}")


def test_letter_of_one_recipient_is_loaded_once(petition):
    change = {"number": 1, "position": 1, "language": "km", "body": "B"}
    load(petition, changes=[change])
    LetterChange.objects.update(body="Ours")
    load(petition, changes=[change])
    assert LetterChange.objects.get().body == "Ours"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"number": 9}, r"letters.changes\[0\]: there is no such recipient"),
        ({"body": "{x}"}, r"letters.changes\[0\]: There is no placeholder {x}."),
        ({"language": "de"}, r"letters.changes\[0\].language"),
        ({"text": "B"}, r"letters.changes\[0\].text: is not known here"),
    ],
)
def test_fault_in_it_is_named_by_its_place(petition, change, problem):
    sound = {"number": 1, "position": 1, "language": "km", "body": "B"}
    with pytest.raises(ContentError, match=problem):
        load(petition, changes=[sound | change])
