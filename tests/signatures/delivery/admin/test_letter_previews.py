"""The letters of a planned delivery, for the second person to read."""

import pytest

from tests.people import create_petition, create_recipient, create_staff
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def delivery():
    return create_planned(create_collection())


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


def letters(delivery):
    return f"/admin/delivery/delivery/{delivery.pk}/letters/"


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_delivery_staff_and_administrators_read_the_letters(client, delivery, name, status):
    client.force_login(create_staff(name))
    recipient = delivery.petition.recipients.get(number=1)

    assert client.get(letters(delivery)).status_code == status
    assert client.get(f"{letters(delivery)}{recipient.pk}/en/").status_code == status


def test_a_stranger_is_asked_to_log_in(client, delivery):
    assert client.get(letters(delivery)).headers["Location"].startswith("/admin/login/")


def test_every_letter_is_linked(client, bopha, delivery):
    page = client.get(letters(delivery), headers=ENGLISH).content.decode()

    for number, language in ((1, "en"), (2, "km")):
        recipient = delivery.petition.recipients.get(number=number)
        assert f"{letters(delivery)}{recipient.pk}/{language}/" in page


def test_a_letter_is_a_pdf(client, bopha, delivery):
    recipient = delivery.petition.recipients.get(number=2)

    answer = client.get(f"{letters(delivery)}{recipient.pk}/km/")

    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_letter_that_nobody_gets_is_not_found(client, bopha, delivery):
    recipient = delivery.petition.recipients.get(number=1)
    other = create_recipient(create_petition("other"))

    assert client.get(f"{letters(delivery)}{recipient.pk}/fr/").status_code == 404
    assert client.get(f"{letters(delivery)}{other.pk}/en/").status_code == 404
    assert client.get(letters(delivery).replace(str(delivery.pk), "999")).status_code == 404


def test_more_recipients_cost_no_more_queries(client, bopha, delivery, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as asked:
        client.get(letters(delivery))
    for number in (3, 4):
        recipient = create_recipient(delivery.petition, number)
        recipient.letter_changes.create(language="en", subject="S")
    with django_assert_max_num_queries(len(asked)):
        client.get(letters(delivery))
