"""The results of a build on another machine, brought back: what is recorded, and what is refused."""

import hashlib
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from petition.models import AuditEntry, Recipient
from signatures import seal
from signatures.delivery import results, signed, sshsig, tree
from signatures.delivery.build import build
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery
from signatures.delivery.problems import NotNow
from tests.people import create_staff
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db

NO_MANIFEST = "This is not the manifest.json of a finished delivery."


@pytest.fixture
def made(settings, tmp_path):
    """A frozen delivery, and the folder that another machine made of its bundle."""
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    petition = create_collection()
    create_planned(petition)
    bundle = freeze(petition=petition, by=None)[1]
    build(bundle, tmp_path / "out", keys=seal.keys_at_hand("DELIVERY_PRIVATE_KEY"), signing_keys=signed.keys_at_hand())
    return tmp_path / "out"


def register(told, **more):
    """With the signature that the committee's key makes of this text, whatever it says."""
    (key,) = signed.keys_at_hand()
    return results.register(manifest=told, **({"by": None, "signature": sshsig.sign(told, key)} | more))


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
        register(told)
    assert Delivery.objects.values().get() == before
    return str(caught.value)


def run(path):
    out = StringIO()
    call_command("register", path, stdout=out)
    return out.getvalue().splitlines()


def test_root_and_sum_are_recorded_and_who_did_it(made):
    told = json.loads(text(made))
    delivery, is_new = register(text(made), by=create_staff("vibol"))
    delivery.refresh_from_db()
    assert (is_new, delivery.state, delivery.root) == (True, "built", told["root"])
    assert delivery.manifest_sha256 == hashlib.sha256(text(made)).hexdigest()
    entry = AuditEntry.objects.latest("id")
    assert (entry.by, entry.act, entry.detail) == ("vibol", "register", {"root": told["root"]})


def test_twice_is_the_same_as_once(made):
    register(text(made))
    before = Delivery.objects.values().get(), AuditEntry.objects.count()
    assert register(text(made))[1] is False
    assert (Delivery.objects.values().get(), AuditEntry.objects.count()) == before


def test_command_takes_the_folder_or_the_file(made):
    root = json.loads(text(made))["root"]
    assert run(made) == ["peace 2 is recorded with these results", f"root {root}"]
    assert run(made / "manifest.json") == ["peace 2 was already recorded with these results", f"root {root}"]


@pytest.mark.parametrize("place", ["proofs/leaves.bin", "leaves.bin"])
def test_leaves_that_were_carried_back_are_kept_and_answer_for_their_lines(made, place):
    (made / "proofs/leaves.bin").rename(made / place)
    assert run(made / "manifest.json")[0] == "peace 2 is recorded with these results"
    assert tree.path_of(Delivery.objects.get(), 2).root.hex() == Delivery.objects.get().root


def test_leaves_may_follow_later(made):
    register(text(made))
    assert tree.path_of(Delivery.objects.get(), 2) is None
    assert run(made)[0] == "peace 2 is recorded with these results"
    assert tree.path_of(Delivery.objects.get(), 2) is not None
    assert run(made)[0] == "peace 2 was already recorded with these results"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda leaves: leaves[:-1], "The proofs of peace 2 are not as many as its signatures."),
        (lambda leaves: bytes(len(leaves)), "The proofs of peace 2 do not give its root."),
    ],
)
def test_leaves_of_another_tree_are_refused_with_all_that_came_with_them(made, change, sentence):
    leaves = made / "proofs/leaves.bin"
    leaves.write_bytes(change(leaves.read_bytes()))
    with pytest.raises(CommandError, match=sentence):
        run(made)
    assert (Delivery.objects.get().state, Delivery.objects.get().root) == ("frozen", "")


def test_signed_results_need_their_signature(made):
    (made / "manifest.json.sig").unlink()
    with pytest.raises(CommandError, match="It is signed, and manifest.json.sig is missing: bring it too."):
        run(made)


def test_signature_of_another_text_is_refused(made):
    (key,) = signed.keys_at_hand()
    with pytest.raises(NotNow, match="The signature in manifest.json.sig is not that of this manifest.json."):
        register(text(made), signature=sshsig.sign(b"another text", key))
    assert Delivery.objects.get().root == ""


def test_results_that_another_key_signed_are_refused(made):
    other = "SHA256:" + "A" * 43
    sentence = f"It is signed by the key {other}, which is not the one of this site."
    assert refused(altered(made, lambda told: told.update(signed_by=other))) == sentence


def test_results_of_a_machine_without_the_signing_key_are_taken_as_unsigned(made):
    told = altered(made, lambda told: told.update(signed_by=None))
    delivery, is_new = register(told, signature=None)
    assert (is_new, delivery.signed_by) == (True, "")


def test_command_says_what_it_does_not_find(db, tmp_path):
    with pytest.raises(CommandError) as caught:
        run(tmp_path)
    assert str(caught.value) == f"There is no readable manifest.json at {tmp_path / 'manifest.json'}."


def test_what_was_built_here_is_on_record_already(made, tmp_path):
    call_command("build", Delivery.objects.get().bundle, out=tmp_path / "here", stdout=StringIO())
    assert Delivery.objects.get().state == "built"
    assert register(text(tmp_path / "here"))[1] is False


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
    register(text(made))
    root = Delivery.objects.get().root
    assert refused(altered(made, change)) == (
        f"peace 2 has other results already, with the root {root}: they stay as they are."
    )


def test_delivery_that_is_being_built_here_is_left_alone(made):
    Delivery.objects.update(state="building")
    assert refused(text(made)) == "peace 2 is being built here at this moment."


def test_recipients_may_have_been_corrected_since_the_freeze(made):
    Recipient.objects.filter(number=1).update(name="Anne Durand-Lévy")
    assert register(text(made))[1] is True


def test_delivery_that_was_handed_over_meanwhile_stays_so(made):
    Delivery.objects.update(state="handed_over")
    assert register(text(made))[0].state == "handed_over"


def test_database_refuses_the_sum_of_a_manifest_without_a_root(made):
    with pytest.raises(IntegrityError, match="delivery_with_a_manifest_has_a_root"):
        Delivery.objects.update(manifest_sha256="ab" * 32)
