import base64

import pytest

from petition.models import AuditEntry
from signatures.delivery import letters
from signatures.delivery.admin.letters import MEANINGS
from signatures.delivery.models import LetterTemplate
from tests.people import DARA, confirmed, create_petition, create_recipient, create_staff

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/delivery/lettertemplate/"


@pytest.fixture
def petition():
    petition = create_petition()
    recipient = create_recipient(petition)
    recipient.forms_of_address.create(
        language="en", name_line="Her Excellency", office_lines="Minister\nParis", salutation="Excellency,"
    )
    return petition


@pytest.fixture
def letter(petition):
    return LetterTemplate.objects.create(petition=petition, language="en", subject="{title}", body="{count} ask.")


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


def fields(letter, **more):
    return {
        "petition": letter.petition_id,
        "language": letter.language,
        "subject": letter.subject,
        "body": letter.body,
    } | more


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_delivery_staff_and_administrators_write_letters(client, letter, name, status):
    client.force_login(create_staff(name))

    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{letter.pk}/change/").status_code == status
    assert client.post(f"{LIST}preview/", fields(letter)).status_code == status


def test_a_stranger_is_asked_to_log_in(client, letter):
    assert client.post(f"{LIST}preview/", fields(letter)).headers["Location"].startswith("/admin/login/")


def test_a_letter_is_saved_with_plain_line_ends(client, bopha, letter):
    client.post(f"{LIST}{letter.pk}/change/", fields(letter, body="{count} ask.\r\n\r\n{demands}"))

    letter.refresh_from_db()
    assert letter.body == "{count} ask.\n\n{demands}"
    assert AuditEntry.objects.get().detail == {"fields": ["body"]}


@pytest.mark.parametrize("body", ["{numbers} ask.", "{count ask.", "Look: {demands}"])
def test_a_text_of_which_no_letter_can_be_made_is_not_saved(client, bopha, letter, body):
    page = client.post(f"{LIST}{letter.pk}/change/", fields(letter, body=body))

    assert list(page.context["adminform"].form.errors) == ["body"]
    letter.refresh_from_db()
    assert letter.body == "{count} ask."


def test_every_placeholder_is_explained(client, bopha, letter):
    page = client.get(f"{LIST}{letter.pk}/change/", headers=ENGLISH).content.decode()

    assert tuple(MEANINGS) == letters.PLACEHOLDERS
    for name in letters.PLACEHOLDERS:
        assert f"{{{name}}}" in page


def test_the_preview_is_the_letter_as_typed_and_saves_nothing(client, bopha, letter):
    confirmed(letter.petition, DARA)

    answer = client.post(f"{LIST}preview/", fields(letter, body="Only {count} person asks."))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    letter.refresh_from_db()
    assert letter.body == "{count} ask."


def test_the_preview_says_what_is_wrong_with_a_text(client, bopha, letter):
    answer = client.post(f"{LIST}preview/", fields(letter, body="{numbers} ask."), headers=ENGLISH)

    assert answer.status_code == 422
    assert "There is no placeholder {numbers}." in answer.content.decode()


def test_a_language_that_no_recipient_reads_has_no_preview(client, bopha, letter):
    answer = client.post(f"{LIST}preview/", fields(letter, language="fr"), headers=ENGLISH)

    assert answer.status_code == 422
    assert "No recipient gets a letter in this language." in answer.content.decode()


def test_another_petition_s_recipient_is_not_found(client, bopha, letter):
    other = create_recipient(create_petition("other"))

    assert client.post(f"{LIST}preview/", fields(letter, recipient=other.pk)).status_code == 404


def test_the_preview_is_no_get(client, bopha, letter):
    assert client.get(f"{LIST}preview/").status_code == 405


# -- the pages beside the text -------------------------------------------------------------------------------------


def test_the_pages_are_told_as_pictures(client, bopha, letter):
    answer = client.post(f"{LIST}preview/", fields(letter, pages="1"))

    begin, _comma, picture = answer.json()["pages"][0].partition(",")
    assert begin == "data:image/png;base64"
    assert base64.b64decode(picture).startswith(b"\x89PNG")


def test_what_is_wrong_is_told_in_place_of_the_pages(client, bopha, letter):
    answer = client.post(f"{LIST}preview/", fields(letter, body="{numbers}", pages="1"), headers=ENGLISH)

    assert (answer.status_code, answer.json()) == (422, {"fault": "There is no placeholder {numbers}."})


def test_the_page_leads_its_script_to_the_preview(client, bopha, letter):
    page = client.get(f"{LIST}{letter.pk}/change/").content.decode()

    assert f'data-url="{LIST}preview/"' in page
    assert "js/letter-preview.js" in page


# -- the default ---------------------------------------------------------------------------------------------------


def with_default(letter):
    LetterTemplate.objects.update(default_subject="{title}", default_body="{count} people ask.")
    return f"{LIST}{letter.pk}/"


def test_the_differences_from_the_default_are_marked(client, bopha, letter):
    page = client.get(f"{with_default(letter)}change/", headers=ENGLISH).content.decode()

    assert "{count}<del> people</del> ask." in page


def test_a_text_that_is_the_default_says_so(client, bopha, letter):
    LetterTemplate.objects.update(default_subject=letter.subject, default_body=letter.body)

    page = client.get(f"{LIST}{letter.pk}/change/", headers=ENGLISH).content.decode()

    assert "Nothing: it is the same." in page
    assert f"{LIST}{letter.pk}/default/" not in page


def test_a_text_without_a_default_is_compared_with_nothing(client, bopha, letter):
    page = client.get(f"{LIST}{letter.pk}/change/", headers=ENGLISH).content.decode()

    assert "What is other than in the default text" not in page


def test_the_default_is_taken_again(client, bopha, letter):
    answer = client.post(f"{with_default(letter)}default/")

    assert answer.headers["Location"] == f"{LIST}{letter.pk}/change/"
    letter.refresh_from_db()
    assert letter.body == "{count} people ask."


def test_where_there_is_no_default_none_is_taken(client, bopha, letter):
    assert client.post(f"{LIST}{letter.pk}/default/").status_code == 404


def test_taking_the_default_is_no_get(client, bopha, letter):
    assert client.get(f"{with_default(letter)}default/").status_code == 405


def test_an_organiser_takes_no_default(client, letter):
    client.force_login(create_staff("chenda"))

    assert client.post(f"{with_default(letter)}default/").status_code == 403
