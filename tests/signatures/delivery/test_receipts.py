"""A receipt goes in, the place in the delivered book comes out: to whoever has the receipt, and without a name."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from signatures import erasure, tokens
from signatures.delivery import receipts
from signatures.delivery.build import build
from signatures.delivery.bundle import open_bundle
from signatures.delivery.console import recorded
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery
from signatures.delivery.volumes import place_of
from signatures.models import Signature
from signatures.seal import keys_at_hand
from tests.people import DARA, SOKHA, confirmed, create_petition, person, rows_of, signed
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "/en/petitions/peace/verify/"


@pytest.fixture
def petition(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    petition = create_collection()
    create_planned(petition)
    return petition


@pytest.fixture
def delivered(petition, tmp_path):
    """Frozen, built, and recorded as built."""
    delivery, bundle = freeze(petition=petition, by=None)
    root = build(bundle, tmp_path / "out", keys=keys_at_hand("DELIVERY_PRIVATE_KEY"))
    assert recorded(open_bundle(bundle), root, tmp_path / "out")
    return Delivery.objects.get(pk=delivery.pk)


def receipt_of(petition, who):
    return rows_of(petition, who)[0].receipt


def words(answer):
    return " ".join(answer.content.decode().split())


def ask(client, receipt, **fields):
    return client.post(ADDRESS, {"receipt": receipt} | fields)


# -- what a receipt is ---------------------------------------------------------------------------------------------


def test_receipt_is_found_as_a_person_types_it(petition):
    signature = rows_of(petition, DARA)[0]
    plain = signature.receipt.replace("-", "")
    for text in (
        signature.receipt,
        plain,
        plain.lower(),
        f" {plain[:8]} {plain[8:]}\t",
        signature.receipt.replace("-", "–"),
    ):
        assert receipts.find(petition=petition, receipt=text) == signature


@pytest.mark.parametrize("text", ["", "-", "AAAA", "AAAA-BBBB-CCCC-DDDD", "AAAA-BBBB-CCCC-DDD1", "ក" * 16, "A" * 200])
def test_what_is_no_receipt_finds_nothing(petition, text):
    assert receipts.find(petition=petition, receipt=text) is None


def test_receipt_of_another_petition_finds_nothing(petition):
    other = create_petition("river")
    assert receipts.find(petition=other, receipt=receipt_of(petition, DARA)) is None


def test_receipt_does_not_stand_in_the_database(petition):
    signature = rows_of(petition, DARA)[0]
    raw = tokens.read_receipt(signature.receipt)
    assert bytes(signature.receipt_hash) == tokens.receipt_hash(raw)
    assert raw not in bytes(signature.receipt_hash)


def test_withdrawn_signature_has_no_receipt_any_more(delivered, petition, client):
    receipt, signature = receipt_of(petition, DARA), rows_of(petition, DARA)[0]
    erasure.withdraw(signature=signature)
    assert Signature.objects.get(pk=signature.pk).receipt_hash is None
    answer = ask(client, receipt)
    assert (answer.status_code, "This receipt leads to no signature" in words(answer)) == (422, True)


def test_receipts_of_before_are_found_after_the_migration(petition):
    Signature.objects.update(receipt_hash=None)
    receipt = receipt_of(petition, DARA)
    import_module("signatures.migrations.0017_receipts_of_before").fill(apps, None)
    assert receipts.find(petition=petition, receipt=receipt) is not None


# -- where it stands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "place"), [(1, (1, 1)), (50, (1, 1)), (51, (1, 2)), (25_000, (1, 500)), (25_001, (2, 1))]
)
def test_place_of_a_number(number, place):
    assert place_of(number, 25_000) == place


def test_answer_tells_number_volume_page_and_root(delivered, petition, client):
    answer = ask(client, receipt_of(petition, DARA))
    page = words(answer)
    assert answer.status_code == 200
    assert "You are in the book, as number 2" in page
    assert "<dt>Volume</dt><dd>1</dd>" in page and "<dt>Page</dt><dd>1</dd>" in page
    assert delivered.root in page


def test_answer_names_nobody(delivered, petition, client):
    page = words(ask(client, receipt_of(petition, DARA)))
    assert [name for name in ("Dara", "Long Beach", "Marie", "Paris", "សុខា") if name in page] == []
    assert "holds your name" in page


def test_withheld_line_is_said_to_hold_no_name(delivered, petition, client):
    assert "holds no name" in words(ask(client, receipt_of(petition, SOKHA)))


@pytest.mark.parametrize(
    ("name", "city", "said"),
    [
        ("Dara Chan", "Long Beach", "holds exactly the name and city that you wrote"),
        ("  Dara   Chan ", "Long Beach", "holds exactly the name and city that you wrote"),
        ("Dara Chan", "", "written otherwise"),
        ("Dara Chann", "Long Beach", "written otherwise"),
        ("http://x", "Long Beach", "written otherwise"),
    ],
)
def test_line_is_compared_with_what_is_typed(delivered, petition, client, name, city, said):
    page = words(ask(client, receipt_of(petition, DARA), name=name, city=city))
    assert said in page
    assert "Dara" not in page


def test_proof_is_checked_by_the_checker_off_line(delivered, petition, client, tmp_path):
    answer = ask(client, receipt_of(petition, DARA), format="json", delivery=2)
    proof = json.loads(answer.content)
    (tmp_path / "proof.json").write_bytes(answer.content)
    checker = client.get(f"{ADDRESS}check.py")
    (tmp_path / "check.py").write_bytes(checker.content)
    command = [sys.executable, "-I", "check.py", "receipt", "proof.json", "--root", delivered.root]
    done = subprocess.run([*command, "--name", "Dara Chan", "--city", "Long Beach"], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (proof["number"], proof["size"], proof["country"]) == (2, 3, "US")
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("fields", [{"delivery": 9}, {}, {"delivery": "x"}])
def test_proof_of_a_delivery_that_does_not_hold_it_is_404(delivered, petition, client, fields):
    assert ask(client, receipt_of(petition, DARA), format="json", **fields).status_code == 404


def test_answers_are_kept_by_nobody(delivered, petition, client):
    for answer in (ask(client, receipt_of(petition, DARA)), ask(client, "AAAA-BBBB-CCCC-DDDD")):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies


def test_signed_after_the_freeze_is_in_no_book_yet(delivered, petition, client):
    later = confirmed(petition, person(1))
    page = words(ask(client, later.receipt))
    assert "its signature is in no book yet" in page


def test_not_confirmed_and_not_frozen_are_answered_alike(petition, client):
    waiting = signed(petition, person(2))
    for receipt in (waiting.receipt, receipt_of(petition, DARA)):
        assert "its signature is in no book yet" in words(ask(client, receipt))


def test_frozen_and_not_built_has_its_number_and_no_proof_yet(petition, client):
    freeze(petition=petition, by=None)
    page = words(ask(client, receipt_of(petition, DARA)))
    assert "as number 2" in page and "The book is being made." in page


def test_receipt_finds_all_its_books(delivered, petition, client):
    freeze(petition=petition, by=None)
    assert words(ask(client, receipt_of(petition, DARA))).count("You are in the book") == 2


def test_too_many_looks_have_to_wait(petition, client):
    for _ in range(120):
        ask(client, "AAAA-BBBB-CCCC-DDDD")
    answer = ask(client, "AAAA-BBBB-CCCC-DDDD")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "km"])
def test_page_shows_root_and_key(delivered, petition, client, language):
    page = words(client.get(f"/{language}/petitions/peace/verify/"))
    assert delivered.root in page and delivered.signed_by in page
    assert delivered.signed_by.startswith("SHA256:")


def test_page_without_a_book_says_so(petition, client):
    assert "No book is made yet." in words(client.get(ADDRESS))


def test_stranger_petition_is_404_and_a_wrong_method_405(petition, client):
    assert client.get("/en/petitions/nowhere/verify/").status_code == 404
    assert client.post("/en/petitions/nowhere/verify/").status_code == 404
    assert client.put(ADDRESS).status_code == 405


def test_another_site_can_not_ask(petition, client):
    assert client.post(ADDRESS, {}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_recipients_page_and_the_api_show_the_root(delivered, client):
    assert delivered.root in words(client.get("/en/petitions/peace/recipients/"))
    told = client.get("/api/petitions/peace.json").json()["deliveries"][0]
    assert (told["root"], told["signed_by"]) == (delivered.root, delivered.signed_by)


def test_own_page_leads_there_once_it_is_frozen(petition, client):
    signature = rows_of(petition, DARA)[0]
    assert "Show my line in the book" not in words(client.get(f"/en/s/{signature.token}/"))
    freeze(petition=petition, by=None)
    page = words(client.get(f"/en/s/{signature.token}/"))
    assert f'name="receipt" value="{signature.receipt}"' in page
