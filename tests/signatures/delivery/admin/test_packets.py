import datetime
import io
import json
import re
import zipfile

import pypdfium2
import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from petition.models import AuditEntry
from petition.typesetting import make_pdf
from signatures.delivery import pdfmark, second_person
from signatures.delivery.models import Delivery, Fetch, FetchLink, State
from tests.pages import Page
from tests.people import allowed, create_petition, create_recipient, create_staff, photo
from tests.signatures.delivery.test_scans import pdf

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/delivery/packet/"
DAY = datetime.date(2026, 1, 23)
FOLDER = "01-1-name"
LETTER = make_pdf(
    pdfmark.TEMPLATE, {"text": "A letter"}, at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), standards=["a-2u"]
)
OPEN = {"by": "open"}


@pytest.fixture
def delivery(settings, tmp_path):
    """Built, with one recipient's folder on disk as a build leaves it."""
    settings.DELIVERY_DIR = tmp_path
    petition = create_petition()
    delivery = Delivery.objects.create(
        petition=petition,
        ordinal=1,
        planned_on=DAY,
        state=State.BUILT,
        confirmed=3,
        frozen_at=datetime.datetime(2026, 1, 22, tzinfo=datetime.UTC),
    )
    folder = delivery.folder / "packets" / FOLDER
    folder.mkdir(parents=True)
    (folder / "letter.en.pdf").write_bytes(LETTER)
    manifest = {"recipients": [{"number": 1, "position": 1, "folder": FOLDER}]}
    (delivery.folder / "manifest.json").write_text(json.dumps(manifest))
    return delivery


@pytest.fixture
def packet(delivery):
    return delivery.packets.create(recipient=create_recipient(delivery.petition))


@pytest.fixture
def bopha(client):
    user = create_staff("bopha")
    client.force_login(user)
    return user


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_only_who_may_see_names_fetches_a_packet(client, packet, name, status):
    user = create_staff(name)
    if status == 200:
        allowed(second_person.FETCH, packet.delivery, user)
    client.force_login(user)

    assert client.post(f"{LIST}{packet.pk}/fetch/", OPEN).status_code == status
    assert client.get(f"{LIST}{packet.pk}/take-back/").status_code == status
    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{packet.pk}/fetch/").status_code == status
    assert client.get(f"{LIST}{packet.pk}/link/").status_code == status


@pytest.mark.parametrize("path", ["fetch/", "link/", "answer/", "receipt/", "receipt/file/", "take-back/", "change/"])
def test_a_stranger_is_asked_to_log_in(client, packet, path):
    assert client.post(f"{LIST}{packet.pk}/{path}").headers["Location"].startswith("/admin/login/")


def test_a_packet_comes_as_a_zip_file_where_that_was_chosen_and_who_took_it_is_on_record(client, bopha, packet):
    allowed(second_person.FETCH, packet.delivery, bopha)

    answer = client.post(f"{LIST}{packet.pk}/fetch/", OPEN)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="peace-1-01-1-name.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert [archive.read(name)[: len(LETTER)] for name in archive.namelist()] == [LETTER]
    assert "no-store" in answer.headers["Cache-Control"]
    entry = AuditEntry.objects.get(act="fetch")
    assert (entry.by, entry.target) == ("bopha", f"delivery.packet:{packet.pk}")
    assert entry.detail == {"copy": Fetch.objects.get().mark, "encrypted": False}


def test_a_strong_passphrase_is_proposed_and_encrypts(client, bopha, packet):
    allowed(second_person.FETCH, packet.delivery, bopha)
    page = Page(client.get(f"{LIST}{packet.pk}/fetch/"))
    assert page.values["by"] == "passphrase"
    passphrase = page.values["passphrase"]

    answer = client.post(f"{LIST}{packet.pk}/fetch/", {"by": "passphrase", "passphrase": passphrase})

    assert answer.headers["Content-Disposition"].endswith('.zip.age"')
    assert pyrage.passphrase.decrypt(b"".join(answer.streaming_content), passphrase).startswith(b"PK")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "by"),
        ({"by": "passphrase", "passphrase": ""}, "passphrase"),
        ({"by": "passphrase", "passphrase": "too short"}, "passphrase"),
        ({"by": "key", "key": "age1nothing"}, "key"),
        ({"by": "key", "key": ""}, "key"),
    ],
)
@pytest.mark.parametrize("page", ["fetch", "link"])
def test_nothing_leaves_without_a_lock_that_was_chosen(client, bopha, packet, sent, field, page):
    allowed(second_person.FETCH, packet.delivery, bopha)

    answer = client.post(f"{LIST}{packet.pk}/{page}/", {"hours": 24, "most": 3, "x": 1} | sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not AuditEntry.objects.filter(act__in=["fetch", "make_link"]).exists()


def test_a_get_fetches_nothing(client, bopha, packet):
    allowed(second_person.FETCH, packet.delivery, bopha)

    client.get(f"{LIST}{packet.pk}/fetch/")

    assert not Fetch.objects.exists()


def test_a_link_is_shown_once_and_can_be_ended(client, bopha, packet):
    allowed(second_person.FETCH, packet.delivery, bopha)
    sent = {"by": "passphrase", "passphrase": "a river has two banks", "hours": 24, "most": 3}

    made = client.post(f"{LIST}{packet.pk}/link/", sent)

    address = re.search(r"http://127.0.0.1:8000(/\w\w/packets/[\w-]{43}/)", made.content.decode())
    assert Client().get(address[1]).status_code == 200
    assert "a river has two banks" in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    token = address[1].split("/")[3]
    assert token not in client.get(f"{LIST}{packet.pk}/fetch/").content.decode()

    client.post(f"/admin/delivery/fetch/link/{FetchLink.objects.get().pk}/end/")
    assert Client().get(address[1]).status_code == 404


@pytest.mark.parametrize("hours", [0, 2, 337])
def test_a_link_lives_for_one_of_the_times_that_are_offered(client, bopha, packet, hours):
    allowed(second_person.FETCH, packet.delivery, bopha)
    sent = {"by": "passphrase", "passphrase": "a river has two banks", "hours": hours, "most": 3}

    assert client.post(f"{LIST}{packet.pk}/link/", sent).status_code == 422


def test_a_packet_that_is_not_on_this_server_is_said(client, bopha, packet):
    (packet.delivery.folder / "manifest.json").unlink()

    page = client.post(f"{LIST}{packet.pk}/fetch/", OPEN, headers=ENGLISH, follow=True)

    assert "are not on this server" in page.content.decode()


def test_without_a_second_person_nothing_is_fetched(client, bopha, packet):
    create_staff("vibol")

    page = client.post(f"{LIST}{packet.pk}/fetch/", OPEN, headers=ENGLISH, follow=True)

    assert "A second person has to allow this first." in page.content.decode()
    assert f"{LIST}{packet.pk}/fetch/" not in page.content.decode()
    assert f"?kind=fetch_packets&amp;target=delivery.delivery%3A{packet.delivery_id}" in page.content.decode()
    assert not AuditEntry.objects.filter(act="fetch").exists()


def test_the_delivery_s_page_offers_what_can_be_fetched(client, bopha, packet):
    allowed(second_person.FETCH, packet.delivery, bopha)

    page = client.get(f"/admin/delivery/delivery/{packet.delivery_id}/change/").content.decode()

    assert f"{LIST}{packet.pk}/fetch/" in page
    assert f"/admin/delivery/delivery/{packet.delivery_id}/board/" in page


@pytest.fixture
def handed_over(packet):
    type(packet).objects.update(
        approved_on=DAY, handed_over_on=DAY, channel="other", channel_other="x", taken_by="The porter"
    )
    packet.refresh_from_db()
    return packet


def sent_file(content, name="scan.pdf"):
    return SimpleUploadedFile(name, content)


def test_an_answer_is_written_down_in_both_languages_with_its_documents(client, bopha, handed_over):
    words = {"on": "2026-02-01", "answer_km": "បានទទួល", "answer_en": "Received."}
    files = {"answer_file_km": sent_file(pdf(words="One")), "answer_file_en": sent_file(pdf(words="Two"))}

    client.post(f"{LIST}{handed_over.pk}/answer/", words | files)

    handed_over.refresh_from_db()
    assert (handed_over.state, handed_over.answered_on, handed_over.answer_en) == (
        *("answered", datetime.date(2026, 2, 1), "Received."),
    )
    assert AuditEntry.objects.get(act="answer").by == "bopha"
    for language, text in (("km", "One"), ("en", "Two")):
        answer = client.get(f"/{language}/petitions/peace/recipients/1.1/answer.pdf")
        with pypdfium2.PdfDocument(answer.content) as document:
            assert text in document[0].get_textpage().get_text_bounded()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert not answer.cookies


def test_an_answer_s_translation_may_come_later(client, bopha, handed_over):
    for words in ({"answer_en": "Received."}, {"answer_en": "Received.", "answer_km": "បានទទួល"}):
        client.post(f"{LIST}{handed_over.pk}/answer/", {"on": "2026-02-01", **words})
    handed_over.refresh_from_db()
    assert (handed_over.answer_km, handed_over.answer_en) == ("បានទទួល", "Received.")


def test_an_answer_before_the_hand_over_is_refused(client, bopha, handed_over):
    page = client.post(f"{LIST}{handed_over.pk}/answer/", {"on": "2026-01-01"}, headers=ENGLISH, follow=True)
    assert "no answer before" in page.content.decode()


@pytest.mark.parametrize(
    ("form", "sent", "field"),
    [
        ("answer", {"on": "2999-01-01"}, "on"),
        ("answer", {"on": "2026-02-01", "answer_file_en": photo()}, "answer_file_en"),
        ("receipt", {}, "receipt"),
        ("receipt", {"receipt": b"<script>"}, "receipt"),
        ("take-back", {}, "why"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(client, bopha, handed_over, form, sent, field):
    sent = {name: sent_file(value) if isinstance(value, bytes) else value for name, value in sent.items()}
    answer = client.post(f"{LIST}{handed_over.pk}/{form}/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_receipt_is_kept_for_staff_alone(client, bopha, handed_over):
    client.post(f"{LIST}{handed_over.pk}/receipt/", {"receipt": sent_file(photo(), "receipt.jpg")})
    answer = client.get(f"{LIST}{handed_over.pk}/receipt/file/")
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    client.force_login(create_staff("chenda"))
    assert client.get(f"{LIST}{handed_over.pk}/receipt/file/").status_code == 403


def test_a_step_is_taken_back_with_its_files(client, bopha, handed_over, django_capture_on_commit_callbacks):
    client.post(f"{LIST}{handed_over.pk}/receipt/", {"receipt": sent_file(pdf())})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{LIST}{handed_over.pk}/take-back/", {"step": "handed_over", "why": "Another door"})
    handed_over.refresh_from_db()
    assert (handed_over.state, handed_over.taken_by, handed_over.receipt) == ("approved", "", "")
    assert list((handed_over.delivery.folder.parent / "receipts").iterdir()) == []


def test_a_step_that_a_colleague_has_gone_past_is_not_taken_back(client, bopha, handed_over):
    sent = {"step": "approved", "why": "No"}
    page = client.post(f"{LIST}{handed_over.pk}/take-back/", sent, headers=ENGLISH, follow=True)
    assert "Somebody else was faster" in page.content.decode()


def test_how_it_went_can_be_corrected(client, bopha, handed_over):
    sent = {"channel": "courier", "channel_other": "x", "place": "Paris", "taken_by": "The guard"}
    client.post(f"{LIST}{handed_over.pk}/change/", sent)
    handed_over.refresh_from_db()
    assert (handed_over.way, handed_over.place, handed_over.taken_by) == ("ក្រុមហ៊ុនដឹកជញ្ជូន", "Paris", "The guard")


def test_what_was_not_recorded_yet_cannot_be_corrected(client, bopha, packet):
    fields = client.get(f"{LIST}{packet.pk}/change/").context["adminform"].form.fields
    assert list(fields) == ["note"]


def test_nobody_adds_or_deletes_a_packet(client, packet):
    client.force_login(create_staff("vibol"))

    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{packet.pk}/delete/", {"post": "yes"}).status_code == 403
