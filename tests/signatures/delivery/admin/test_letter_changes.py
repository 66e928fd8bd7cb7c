import pytest

from petition.models import AuditEntry
from signatures.delivery.models import LetterChange, LetterTemplate
from tests.people import create_petition, create_recipient, create_staff

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/delivery/letterchange/"


@pytest.fixture
def recipient():
    petition = create_petition()
    LetterTemplate.objects.create(petition=petition, language="en", subject="{title}", body="{count} ask.")
    recipient = create_recipient(petition)
    recipient.forms_of_address.create(
        language="en", name_line="Her Excellency", office_lines="Minister\nParis", salutation="Excellency,"
    )
    return recipient


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


def fields(recipient, **more):
    return {"recipient": recipient.pk, "language": "en", "salutation": "", "subject": "", "body": ""} | more


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_delivery_staff_and_administrators_write_letters_of_one_recipient(client, recipient, name, status):
    client.force_login(create_staff(name))

    for path in ("", "add/"):
        assert client.get(LIST + path).status_code == status
    assert client.post(f"{LIST}preview/", fields(recipient, body="You ask.")).status_code == status


def test_it_is_saved_and_on_record(client, bopha, recipient):
    client.post(f"{LIST}add/", fields(recipient, body="You ask.\r\n\r\n{demands}"))

    assert LetterChange.objects.get().body == "You ask.\n\n{demands}"
    assert AuditEntry.objects.get().act == "add"


@pytest.mark.parametrize(
    ("typed", "place"), [({}, "__all__"), ({"body": "{x}"}, "body"), ({"subject": "{country}"}, "body")]
)
def test_what_makes_no_letter_is_not_saved(client, bopha, recipient, typed, place):
    page = client.post(f"{LIST}add/", fields(recipient, **typed))

    assert list(page.context["adminform"].form.errors) == [place]
    assert not LetterChange.objects.exists()


def test_the_preview_is_the_letter_to_this_recipient(client, bopha, recipient):
    answer = client.post(f"{LIST}preview/", fields(recipient, salutation="Dear Anne,"))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert not LetterChange.objects.exists()


def test_a_language_without_a_letter_has_no_preview(client, bopha, recipient):
    answer = client.post(f"{LIST}preview/", fields(recipient, language="fr", body="x", pages="1"), headers=ENGLISH)

    assert (answer.status_code, answer.json()) == (422, {"fault": "There is no letter in this language yet."})


def test_the_differences_from_the_letter_to_all_are_marked(client, bopha, recipient):
    change = LetterChange.objects.create(recipient=recipient, language="en", body="{count} kindly ask.")

    page = client.get(f"{LIST}{change.pk}/change/", headers=ENGLISH).content.decode()

    assert "{count}<ins> kindly</ins> ask." in page


def test_the_preview_is_no_get(client, bopha, recipient):
    assert client.get(f"{LIST}preview/").status_code == 405


def test_a_stranger_is_asked_to_log_in(client, recipient):
    assert client.post(f"{LIST}preview/", fields(recipient)).headers["Location"].startswith("/admin/login/")
