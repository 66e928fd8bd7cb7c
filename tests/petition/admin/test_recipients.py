import pytest

from petition.models import AuditEntry, FormOfAddress, Recipient
from tests.people import create_petition, create_recipient, create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def fields(recipient, **more):
    return {
        "petition": recipient.petition_id,
        "number": recipient.number,
        "position": recipient.position,
        "as_printed": recipient.as_printed,
        "name": recipient.name,
        "office": recipient.office,
        "body": recipient.body,
        "country": recipient.country,
        "kind": recipient.kind,
        "discloses": recipient.discloses,
        "forms_of_address-TOTAL_FORMS": "0",
        "forms_of_address-INITIAL_FORMS": "0",
    } | more


def test_a_form_of_address_is_added_in_place(client, chenda):
    recipient = create_recipient(create_petition())
    sent = fields(
        recipient,
        **{
            "forms_of_address-TOTAL_FORMS": "1",
            "forms_of_address-0-language": "fr",
            "forms_of_address-0-order": "1",
            "forms_of_address-0-name_line": "Son Excellence",
            "forms_of_address-0-office_lines": "Ministre\r\nParis",
            "forms_of_address-0-salutation": "Excellence,",
        },
    )

    client.post(f"/admin/petition/recipient/{recipient.pk}/change/", sent)

    form = FormOfAddress.objects.get()
    assert form.office_lines == "Ministre\nParis"
    assert AuditEntry.objects.get().detail == {"added": [f"petition.formofaddress:{form.pk}"]}


def test_what_a_recipient_receives_is_on_record_by_its_name(client, chenda):
    recipient = create_recipient(create_petition())

    client.post(f"/admin/petition/recipient/{recipient.pk}/change/", fields(recipient, discloses="totals"))

    recipient.refresh_from_db()
    assert recipient.discloses == "totals"
    assert AuditEntry.objects.get().detail == {"fields": ["discloses"]}


def test_two_recipients_can_not_stand_in_one_place(client, chenda):
    petition = create_petition()
    create_recipient(petition, 1, 1)
    second = create_recipient(petition, 1, 2)

    page = client.post(f"/admin/petition/recipient/{second.pk}/change/", fields(second, position=1))

    assert page.context["errors"]
    assert Recipient.objects.filter(position=2).exists()


def test_the_list_is_narrowed_to_a_petition(client, chenda):
    petition = create_petition()
    create_recipient(petition, name="Here")
    create_recipient(create_petition("other"), name="Elsewhere")

    page = client.get(f"/admin/petition/recipient/?petition__id__exact={petition.pk}").content.decode()

    assert "Here" in page and "Elsewhere" not in page


def test_the_list_asks_no_more_for_three_than_for_one(client, chenda, django_assert_max_num_queries):
    petition = create_petition()
    create_recipient(petition)
    with django_assert_max_num_queries(50) as asked:
        client.get("/admin/petition/recipient/")
    for position in (2, 3):
        create_recipient(petition, 1, position)
    with django_assert_max_num_queries(len(asked)):
        client.get("/admin/petition/recipient/")
