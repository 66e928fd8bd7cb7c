import pytest

from petition.models import AuditEntry
from signatures.delivery.models import Letterhead
from tests.people import create_petition, create_staff

pytestmark = pytest.mark.django_db
LIST = "/admin/delivery/letterhead/"


@pytest.fixture
def petition():
    return create_petition()


def fields(petition, **more):
    named = ("organiser_fr", "reference", "address_km", "address_en", "address_fr", "email", "telephone", "site")
    signer = {"signers-0-order": "1", "signers-0-name_km": "ចាន់ ដារ៉ា", "signers-0-name_en": "Dara Chan"}
    forms = {"signers-TOTAL_FORMS": "1", "signers-INITIAL_FORMS": "0"}
    return {"petition": petition.pk, **dict.fromkeys(named, ""), **signer, **forms} | more


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_delivery_staff_and_administrators_edit_the_letterhead(client, petition, name, status):
    client.force_login(create_staff(name))

    for path in ("", "add/"):
        assert client.get(LIST + path).status_code == status


def test_a_letterhead_is_saved_with_who_signs(client, petition):
    client.force_login(create_staff("bopha"))

    client.post(f"{LIST}add/", fields(petition, address_en="1 Quay\r\nParis", reference="RIVER"))

    row = Letterhead.objects.get()
    assert (row.address_en, row.reference, row.signers.get().name_en) == ("1 Quay\nParis", "RIVER", "Dara Chan")
    assert AuditEntry.objects.get().act == "add"
