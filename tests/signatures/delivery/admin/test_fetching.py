"""A copy that leaked, traced back by staff."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from signatures.delivery.models import Delivery, Fetch
from tests.people import create_petition, create_recipient, create_staff
from tests.signatures.delivery.marking import MARK, copy, lines, write_register

pytestmark = pytest.mark.django_db
TRACE = "/admin/delivery/fetch/trace/"
SHOWN = "8f3a-12bc-90de-4f55"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def register(tmp_path):
    return write_register(tmp_path / "signatures.csv")


@pytest.fixture
def fetch():
    petition = create_petition()
    delivery = Delivery.objects.create(petition=petition, ordinal=1, planned_on="2026-10-23")
    packet = delivery.packets.create(recipient=create_recipient(petition))
    return Fetch.objects.create(packet=packet, mark=MARK, at=timezone.now(), by="bopha", is_encrypted=True)


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


def traced(client, **sent):
    return client.post(TRACE, sent, headers=ENGLISH).content.decode()


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_delivery_staff_and_administrators_trace(client, fetch, name, status):
    client.force_login(create_staff(name))

    for path in (TRACE, "/admin/delivery/fetch/", f"/admin/delivery/fetch/{fetch.pk}/change/"):
        assert client.get(path).status_code == status


def test_a_file_names_the_packet_and_who_fetched_it(client, bopha, fetch, register):
    page = traced(client, file=SimpleUploadedFile("leak.csv", copy(register)))

    assert "64 were found" in page
    assert (SHOWN in page, str(fetch.packet.recipient) in page) == (True, True)


def test_pasted_rows_name_it_too(client, bopha, fetch, register):
    assert SHOWN in traced(client, text=b"".join(lines(copy(register))[20:90]).decode())


def test_the_number_at_the_foot_of_a_page_is_typed_in(client, bopha, fetch):
    assert f"<code>{SHOWN}</code>" in traced(client, text=f"Copy {SHOWN}")


def test_what_has_no_mark_or_that_of_no_copy_is_said(client, bopha, fetch):
    assert "no mark in it" in traced(client, text="1,Dara Chan,,US,2027-01-02,web")
    assert "of no copy that was fetched here" in traced(client, text="0000-0000-0000-0001")


def test_nobody_changes_what_was_fetched(client, fetch):
    client.force_login(create_staff("vibol"))

    assert client.get("/admin/delivery/fetch/add/").status_code == 403
    assert client.post(f"/admin/delivery/fetch/{fetch.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_list_asks_the_same_of_the_database_however_long_it_is(client, bopha, fetch, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/delivery/fetch/")
    for n in range(2):
        Fetch.objects.create(packet=fetch.packet, mark=f"{n:016x}", at=timezone.now(), is_encrypted=True)
    with django_assert_num_queries(len(one)):
        client.get("/admin/delivery/fetch/")
