import pytest
from django.contrib.auth.models import User

from signatures.models import Signature
from tests.people import SOKHA, create_petition, create_staff, signed

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
FAULTS = "/admin/signatures/signature/mail-faults/"


@pytest.fixture
def failed():
    """Sokha's signature, whose mail was refused."""
    signature = signed(create_petition(), SOKHA)
    Signature.objects.filter(pk=signature.pk).update(mail_fault="SMTPRecipientsRefused")
    return signature


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_who_sees_signatures_sees_their_mails_fail(client, name, status):
    client.force_login(create_staff(name))

    assert client.get(FAULTS).status_code == status


def test_a_stranger_is_asked_to_log_in_and_nobody_posts(client):
    assert client.get(FAULTS).headers["Location"].startswith("/admin/login/")
    client.force_login(create_staff("chenda"))
    assert client.post(FAULTS).status_code == 405


def test_a_mail_that_failed_is_seen_by_its_signature_s_number_alone(client, failed):
    client.force_login(create_staff("chenda"))

    page = client.get(FAULTS, headers=ENGLISH).content.decode()

    assert f"/admin/signatures/signature/{failed.pk}/change/" in page
    assert "SMTPRecipientsRefused" in page
    assert SOKHA.email not in page and SOKHA.name not in page
    assert "Mails that failed" in client.get("/admin/", headers=ENGLISH).content.decode()


def test_a_mail_that_waits_has_not_failed(client):
    signed(create_petition(), SOKHA)
    client.force_login(create_staff("chenda"))

    assert client.get(FAULTS).context["page"].rows == []
    assert "Mails that failed" not in client.get("/admin/", headers=ENGLISH).content.decode()


def test_the_queue_s_own_room_is_closed_to_all(client):
    client.force_login(User.objects.create_superuser("root", password="x"))

    assert client.get("/admin/procrastinate/procrastinatejob/").status_code == 404
