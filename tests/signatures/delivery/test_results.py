"""The results of a build on another machine, brought back: what is recorded, and what is refused."""

import hashlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from petition.models import AuditEntry, Recipient
from signatures.delivery import manifest, results
from signatures.delivery.bundle import open_bundle
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery
from signatures.delivery.problems import NotNow
from tests.people import create_staff
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db

NO_MANIFEST = "This is not the manifest.json of a finished delivery."


@pytest.fixture
def made(settings, tmp_path):
    """A frozen delivery, and a folder with the manifest of what its bundle is built to, its files being empty."""
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    petition = create_collection()
    create_planned(petition)
    bundle = open_bundle(freeze(petition=petition, by=None)[1])
    folder = tmp_path / "out"
    for path in manifest.all_files(manifest.recipients(bundle.data), len(bundle.chunks)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    manifest.write(folder, manifest.describe(bundle, folder, "5a" * 32))
    return folder


def text(made):
    return (made / "manifest.json").read_bytes()


def altered(made, change):
    told = json.loads(text(made))
    change(told)
    return json.dumps(told).encode()


def refused(told):
    """The sentence; nothing is changed."""
    before = Delivery.objects.values().get()
    with pytest.raises(NotNow) as caught:
        results.register(manifest=told, by=None)
    assert Delivery.objects.values().get() == before
    return str(caught.value)


def run(path):
    out = StringIO()
    call_command("register", path, stdout=out)
    return out.getvalue().splitlines()


def test_root_and_sum_are_recorded_and_who_did_it(made):
    told = json.loads(text(made))
    delivery, is_new = results.register(manifest=text(made), by=create_staff("vibol"))
    delivery.refresh_from_db()
    assert (is_new, delivery.state, delivery.root) == (True, "built", told["root"])
    assert delivery.manifest_sha256 == hashlib.sha256(text(made)).hexdigest()
    entry = AuditEntry.objects.latest("id")
    assert (entry.by, entry.act, entry.detail) == ("vibol", "register", {"root": told["root"]})


def test_twice_is_the_same_as_once(made):
    results.register(manifest=text(made), by=None)
    before = Delivery.objects.values().get(), AuditEntry.objects.count()
    assert results.register(manifest=text(made), by=None)[1] is False
    assert (Delivery.objects.values().get(), AuditEntry.objects.count()) == before


def test_command_takes_the_folder_or_the_file(made):
    root = json.loads(text(made))["root"]
    assert run(made) == ["peace 2 is recorded with these results", f"root {root}"]
    assert run(made / "manifest.json") == ["peace 2 was already recorded with these results", f"root {root}"]


@pytest.mark.parametrize("place", ["proofs/leaves.bin", "leaves.bin"])
def test_leaves_that_were_carried_back_are_held_against_the_count(made, place):
    (made / place).parent.mkdir(exist_ok=True)
    (made / place).write_bytes(bytes(95))
    with pytest.raises(CommandError, match="There is not one leaf for each signature in leaves.bin"):
        run(made)
    (made / place).write_bytes(bytes(96))
    assert run(made / "manifest.json")[0] == "peace 2 is recorded with these results"


def test_command_says_what_it_does_not_find(db, tmp_path):
    with pytest.raises(CommandError) as caught:
        run(tmp_path)
    assert str(caught.value) == f"There is no readable manifest.json at {tmp_path / 'manifest.json'}."


def test_what_was_built_here_is_on_record_already(made, tmp_path):
    call_command("build", Delivery.objects.get().bundle, out=tmp_path / "here", stdout=StringIO())
    assert Delivery.objects.get().state == "built"
    assert results.register(manifest=text(tmp_path / "here"), by=None)[1] is False


OTHERS = {
    "There is no delivery war 2 here.": lambda told: told["petition"].update(slug="war"),
    "There is no delivery peace 3 here.": lambda told: told["delivery"].update(ordinal=3),
    "peace 2 was not frozen here at 2027-01-01T00:00:00+00:00.": lambda told: told.update(
        frozen_at="2027-01-01T00:00:00+00:00"
    ),
    "It was built from another bundle than the one that was frozen here.": lambda told: told.update(bundle="0" * 64),
    "Its counts are not those that were frozen here.": lambda told: told["counts"]["by_country"].update(KH=2),
    "Its recipients are not those that were frozen here.": lambda told: told["recipients"][0].update(name="Another"),
}


def test_another_delivery_before_is_refused(made):
    previous = {"ordinal": 1, "confirmed": 9, "still": 3, "withdrawn": 6, "new": 0}
    sentence = "Its counts are not those that were frozen here."
    assert refused(altered(made, lambda told: told.update(previous=previous))) == sentence


@pytest.mark.parametrize(("sentence", "change"), OTHERS.items())
def test_results_of_something_else_are_refused(made, sentence, change):
    assert refused(altered(made, change)) == sentence


def test_results_of_a_delivery_that_is_not_frozen_are_refused(made):
    Delivery.objects.update(state="planned", frozen_at=None, confirmed=None)
    assert refused(text(made)).startswith("peace 2 was not frozen here at ")


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(root="0" * 63),
        lambda told: told.update(root=None),
        lambda told: told.pop("bundle"),
        lambda told: told["files"].pop(),
        lambda told: told["files"][0].update(sha256="no sum"),
        lambda told: told["files"][0].update(path="book/another.pdf"),
        lambda told: told["volumes"][0].update(last=2),
        lambda told: told["recipients"][1].update(discloses="names"),
        lambda told: told["delivery"].update(ordinal=1 << 40),
        lambda told: told.update(recipients=None),
        lambda told: told["petition"].update(slug="a\x00b"),
        lambda told: told["petition"].update(slug=["peace"]),
    ],
)
def test_altered_manifest_is_none(made, change):
    assert refused(altered(made, change)) == NO_MANIFEST


@pytest.mark.parametrize("told", [b"", b"[]", b"null", b"\xff", b"{}", b"[" * 100_000, b'{"files": {}}'])
def test_what_is_no_manifest_is_refused(made, told):
    assert refused(told) == NO_MANIFEST


@pytest.mark.parametrize(
    "change",
    [lambda told: told.update(root="ab" * 32), lambda told: told["files"][0].update(sha256="ab" * 32)],
)
def test_other_results_of_the_same_delivery_are_refused(made, change):
    results.register(manifest=text(made), by=None)
    root = Delivery.objects.get().root
    assert refused(altered(made, change)) == (
        f"peace 2 has other results already, with the root {root}: they stay as they are."
    )


def test_delivery_that_is_being_built_here_is_left_alone(made):
    Delivery.objects.update(state="building")
    assert refused(text(made)) == "peace 2 is being built here at this moment."


def test_recipients_may_have_been_corrected_since_the_freeze(made):
    Recipient.objects.filter(number=1).update(name="Anne Durand-Lévy")
    assert results.register(manifest=text(made), by=None)[1] is True


def test_delivery_that_was_handed_over_meanwhile_stays_so(made):
    Delivery.objects.update(state="handed_over")
    assert results.register(manifest=text(made), by=None)[0].state == "handed_over"


def test_database_refuses_the_sum_of_a_manifest_without_a_root(made):
    with pytest.raises(IntegrityError, match="delivery_with_a_manifest_has_a_root"):
        Delivery.objects.update(manifest_sha256="ab" * 32)
