"""On a delivery's page: the bundle for the courier, and the results that come back."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from petition.models import AuditEntry
from signatures import seal
from signatures.delivery import manifest, signed, tree
from signatures.delivery.admin import apart
from signatures.delivery.build import build
from signatures.delivery.bundle import open_bundle
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery
from tests.people import create_staff
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db
LIST = "/admin/delivery/delivery/"
ROOT = "5a" * 32


@pytest.fixture
def delivery(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    petition = create_collection()
    create_planned(petition)
    freeze(petition=petition, by=None)
    return Delivery.objects.get()


@pytest.fixture
def bopha(client):
    client.force_login(create_staff("bopha"))
    client.cookies["staff_language"] = "en"


def told(delivery):
    """The manifest of what a delivery's bundle is built to."""
    bundle = open_bundle(delivery.bundle)
    recipients = manifest.recipients(bundle.data)
    found = {
        "petition": {"slug": "peace"},
        "delivery": bundle.data["delivery"],
        "bundle": bundle.sha256,
        "frozen_at": bundle.data["frozen_at"],
        "counts": bundle.counts,
        "recipients": recipients,
        "volumes": [{"path": "book/volume-001.pdf", "first": 1, "last": 3}],
        "files": [{"path": path, "sha256": "ab" * 32, "bytes": 1} for path in manifest.all_files(recipients, 1, 1)],
        "annexes": [{"path": "book/annex-001.pdf"}],
        "previous": None,
        "signed_by": None,
        "root": ROOT,
    }
    return json.dumps(found).encode()


def send(client, delivery, content):
    file = SimpleUploadedFile("manifest.json", content)
    return page(client.post(f"{LIST}{delivery.pk}/register/", {"manifest": file}, follow=True))


def page(answer):
    return " ".join(answer.content.decode().split())


def test_courier_takes_the_bundle_and_that_is_on_record(client, bopha, delivery):
    assert delivery.bundle_sha256 in page(client.get(f"{LIST}{delivery.pk}/change/"))
    answer = client.post(f"{LIST}{delivery.pk}/bundle/")
    assert b"".join(answer.streaming_content) == delivery.bundle.read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="peace-2.bundle.zip"'
    assert "no-store" in answer["Cache-Control"]
    entry = AuditEntry.objects.latest("id")
    assert (entry.by, entry.act, entry.target) == ("bopha", "take_bundle", f"delivery.delivery:{delivery.pk}")


def test_bundle_that_lies_elsewhere_is_not_offered(client, bopha, delivery):
    delivery.bundle.rename(delivery.bundle.with_name("carried-away.zip"))
    before = AuditEntry.objects.count()
    assert f"{LIST}{delivery.pk}/bundle/" not in page(client.get(f"{LIST}{delivery.pk}/change/"))
    answer = client.post(f"{LIST}{delivery.pk}/bundle/", follow=True)
    assert "The bundle of peace 2 is not on this server." in page(answer)
    assert AuditEntry.objects.count() == before


def test_results_are_registered_and_shown(client, bopha, delivery):
    answer = send(client, delivery, told(delivery))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.root) == ("built", ROOT)
    assert "The results are registered." in answer
    assert ROOT in answer
    assert delivery.manifest_sha256 in answer
    assert AuditEntry.objects.latest("id").by == "bopha"


@pytest.mark.parametrize("content", [b"", b"{}", b" " * (apart.LARGEST + 1)])
def test_what_is_no_manifest_is_refused_in_a_sentence(client, bopha, delivery, content):
    answer = send(client, delivery, content)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.root) == ("frozen", "")
    assert 'class="error"' in answer


def test_results_of_another_delivery_are_refused_here(client, bopha, delivery):
    content = told(delivery)
    later, _ = freeze(petition=delivery.petition, by=None)
    assert "These are the results of peace 2, not of peace 3." in send(client, later, content)
    assert set(Delivery.objects.values_list("root", flat=True)) == {""}


def test_page_says_what_is_new_since_the_delivery_before(client, bopha, delivery):
    later, _ = freeze(petition=delivery.petition, by=None)
    answer = page(client.get(f"{LIST}{later.pk}/change/"))
    assert "0 of them are new since the signatures of the delivery before were counted" in answer


def test_signature_and_leaves_come_along(client, bopha, delivery, tmp_path):
    out = tmp_path / "out"
    build(delivery.bundle, out, keys=seal.keys_at_hand("DELIVERY_PRIVATE_KEY"), signing_keys=signed.keys_at_hand())
    names = {"manifest": "manifest.json", "signature": "manifest.json.sig", "leaves": "proofs/leaves.bin"}
    files = {field: SimpleUploadedFile("x", (out / name).read_bytes()) for field, name in names.items()}
    client.post(f"{LIST}{delivery.pk}/register/", files)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.signed_by) == ("built", signed.known_key(str(out / "allowed_signers")))
    assert tree.path_of(delivery, 1).root.hex() == delivery.root


def test_leaves_may_follow_and_then_nothing_is_asked_for(client, bopha, delivery, tmp_path):
    out = tmp_path / "out"
    build(delivery.bundle, out, keys=seal.keys_at_hand("DELIVERY_PRIVATE_KEY"), signing_keys=[])
    forms = []
    for leaves in (None, out / "proofs/leaves.bin"):
        files = {"manifest": SimpleUploadedFile("x", (out / "manifest.json").read_bytes())}
        files |= {"leaves": SimpleUploadedFile("y", leaves.read_bytes())} if leaves else {}
        answer = page(client.post(f"{LIST}{delivery.pk}/register/", files, follow=True))
        forms.append('name="leaves"' in answer)
        assert "not signed" in answer
    assert forms == [True, False]


def test_leaves_of_another_tree_are_refused(client, bopha, delivery):
    files = {
        "manifest": SimpleUploadedFile("manifest.json", told(delivery)),
        "leaves": SimpleUploadedFile("leaves.bin", bytes(95)),
    }
    answer = page(client.post(f"{LIST}{delivery.pk}/register/", files, follow=True))
    assert "The proofs of peace 2 are not as many as its signatures." in answer
    delivery.refresh_from_db()
    assert (delivery.state, delivery.root) == ("frozen", "")


@pytest.mark.parametrize("path", ["bundle/", "register/"])
def test_organisers_may_neither_and_nothing_happens_by_a_link(client, delivery, path):
    client.force_login(create_staff("chenda"))
    assert client.post(f"{LIST}{delivery.pk}/{path}").status_code == 403
    client.force_login(create_staff("bopha"))
    assert client.get(f"{LIST}{delivery.pk}/{path}").status_code == 405
    assert client.post(f"{LIST}999/{path}").status_code == 404


@pytest.mark.parametrize("path", ["bundle/", "register/"])
def test_stranger_is_asked_to_log_in(client, delivery, path):
    assert client.post(f"{LIST}{delivery.pk}/{path}").headers["Location"].startswith("/admin/login/")
