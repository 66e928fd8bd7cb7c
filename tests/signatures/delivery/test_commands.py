"""freeze, build, deliver and verify, as the people who deliver run them."""

import base64
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from nacl.public import PrivateKey

from petition import audit
from petition.models import AuditEntry
from signatures import seal
from signatures.delivery import manifest
from signatures.delivery.models import Delivery
from signatures.seal import fingerprint_of
from tests.people import confirmed, person
from tests.signatures.delivery import bundles
from tests.signatures.delivery.collection import create_collection, create_planned
from tests.signatures.delivery.conftest import KEY
from tests.signatures.delivery.reading import paper, squeezed

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def petition(db, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    petition = create_collection()
    create_planned(petition)
    return petition


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def refused(*arguments):
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    return str(caught.value)


def write_key(path, key=KEY):
    path.write_text(base64.b64encode(bytes(key)).decode() + "\n")
    return path


def test_freeze_prints_the_path_of_the_bundle_last(petition, settings):
    assert run("freeze", "peace") == [
        "peace 2: 3 signatures frozen",
        str(settings.DELIVERY_DIR / "peace-2.bundle.zip"),
    ]


def test_later_freeze_says_what_is_new(petition):
    run("freeze", "peace")
    confirmed(petition, person(1))
    assert run("freeze", "peace")[0] == "peace 3: 4 signatures frozen, 1 of them new since delivery 2"


def test_freeze_writes_the_bundle_where_it_is_told(petition, tmp_path):
    assert run("freeze", "peace", "--out", str(tmp_path / "b.zip"))[-1] == str(tmp_path / "b.zip")
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600


def test_freeze_writes_over_no_file(petition, tmp_path):
    (tmp_path / "b.zip").write_bytes(b"the only copy")
    assert refused("freeze", "peace", "--out", str(tmp_path / "b.zip")) == (
        f"{tmp_path / 'b.zip'} is there already: name another file."
    )
    assert (tmp_path / "b.zip").read_bytes() == b"the only copy"


@pytest.mark.django_db
@pytest.mark.parametrize("command", [("freeze", "war"), ("deliver", "war", "--out", "x")])
def test_unknown_petition_is_named(command):
    assert refused(*command) == "There is no petition war."


def test_freeze_of_nothing_is_refused(petition, settings):
    petition.signatures.all().delete()
    assert refused("freeze", "peace") == "peace has no confirmed signature to deliver yet."
    assert Delivery.objects.get().state == "planned"


def test_deliver_makes_the_folder_and_records_it(petition, tmp_path):
    out = tmp_path / "out"
    said = run("deliver", "peace", "--out", str(out))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.root) == ("built", manifest.read(out)["root"])
    assert said[-4:] == [
        f"{out}: packets: 2, volumes: 1, signatures: 3 (2 named, 1 withheld)",
        f"signed with the key {seal.ssh_fingerprint(bytes(bundles.SIGNING.verify_key))}",
        f"root {delivery.root}",
        "peace 2 is recorded as built",
    ]
    assert list(AuditEntry.objects.order_by("id").values_list("by", "act")) == [
        ("system", "freeze"),
        ("system", "build"),
        ("system", "built"),
    ]


def test_the_folder_says_the_head_of_the_audit_trail_at_the_freeze(petition, tmp_path):
    audit.record(by=None, act="load", target=petition)
    audit.chain()
    head = audit.head()
    run("deliver", "peace", "--out", str(tmp_path / "out"))
    assert manifest.read(tmp_path / "out")["audit"] == {"entries": 1, "hash": head.hash}
    run("verify", str(tmp_path / "out"))


def test_names_reach_only_whom_both_sides_allow(petition, tmp_path):
    run("deliver", "peace", "--out", str(tmp_path / "out"))
    packets = tmp_path / "out" / "packets"
    with_names, with_totals = sorted(packets.iterdir())
    rows = (with_names / "book" / "signatures.csv").read_text(encoding="utf-8").splitlines()
    today = Delivery.objects.get().counts["by_day"].popitem()[0]
    assert rows[1:] == [
        f"1,,,KH,{today},web",
        f"2,Dara Chan,Long Beach,US,{today},web",
        f"3,Marie Léa Dupont,Paris,FR,{today},web",
    ]
    papers = sorted(with_totals.glob("*.pdf"))
    assert [path.name for path in papers] == ["certificate.pdf", "letter.km.pdf", "totals.pdf"]
    texts = "".join(map(paper, papers)) + (with_totals / "packet.json").read_text(encoding="utf-8")
    assert [name for name in ("Dara", "Marie", "សុខា") if squeezed(name) in texts] == []


@pytest.mark.parametrize(
    ("planned", "options", "begins"), [(True, [], True), (True, ["--no-bom"], False), (False, ["--bom"], True)]
)
def test_table_for_excel_is_as_planned_or_as_the_command_says(petition, tmp_path, planned, options, begins):
    Delivery.objects.update(csv_bom=planned)
    run("deliver", "peace", "--out", str(tmp_path / "out"), *options)
    table = (tmp_path / "out" / "book" / "signatures.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbf") is begins
    run("verify", str(tmp_path / "out"))


def test_deliver_goes_on_with_what_was_frozen_before(petition, tmp_path):
    run("freeze", "peace")
    said = run("deliver", "peace", "--out", str(tmp_path / "out"))
    assert said[0].startswith("peace 2: goes on with what was frozen at ")
    assert list(Delivery.objects.values_list("ordinal", "state")) == [(2, "built")]


def test_deliver_says_when_the_frozen_bundle_is_elsewhere(petition, settings, tmp_path):
    run("freeze", "peace", "--out", str(tmp_path / "b.zip"))
    assert refused("deliver", "peace", "--out", str(tmp_path / "out")) == (
        f"peace 2 is frozen and not built, but its bundle is not at {settings.DELIVERY_DIR / 'peace-2.bundle.zip'}."
    )


def test_deliver_freezes_nothing_for_a_folder_that_is_taken(petition, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").touch()
    assert refused("deliver", "peace", "--out", str(tmp_path / "out")) == (
        f"{tmp_path / 'out'} is there already: name a folder that is not there yet."
    )
    assert Delivery.objects.get().state == "planned"


def test_deliver_freezes_nothing_without_a_key(petition, settings, tmp_path):
    settings.DELIVERY_PRIVATE_KEY = ""
    assert refused("deliver", "peace", "--out", str(tmp_path / "out")) == (
        "The delivery key is not at hand: freeze here, and build where the key is."
    )
    assert Delivery.objects.get().state == "planned"


def test_deliver_freezes_nothing_with_another_key(petition, tmp_path):
    key = write_key(tmp_path / "key", PrivateKey.generate())
    assert refused("deliver", "peace", "--out", str(tmp_path / "out"), "--key", str(key)) == (
        "The delivery key does not belong to DELIVERY_PUBLIC_KEY."
    )
    assert Delivery.objects.get().state == "planned"


def test_build_records_the_delivery_of_its_bundle(petition, tmp_path):
    run("freeze", "peace", "--out", str(tmp_path / "b.zip"))
    run("build", str(tmp_path / "b.zip"), "--out", str(tmp_path / "out"))
    assert Delivery.objects.get().state == "built"


def test_build_of_another_sites_bundle_records_nothing(petition, built, tmp_path):
    key = write_key(tmp_path / "key")
    said = run("build", str(built.bundle), "--out", str(tmp_path / "out"), "--key", str(key))
    assert said[-1] == f"root {built.root}"
    assert Delivery.objects.get().state == "planned"


def test_folder_that_was_built_elsewhere_is_recorded_without_a_key(petition, settings, tmp_path):
    bundle, out = str(tmp_path / "b.zip"), str(tmp_path / "out")
    run("freeze", "peace", "--out", bundle)
    run("build", bundle, "--out", out)
    # As the server knows it, to which the folder comes back.
    Delivery.objects.update(state="frozen", root="", manifest_sha256="")
    settings.DELIVERY_PRIVATE_KEY = ""
    assert run("build", bundle, "--out", out)[-1] == "peace 2 is recorded as built"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "{path} is not set."),
        ("not base64!", "{path} is not base64."),
        ("c2hvcnQ=", "{path} holds 5 bytes, not 32."),
        ("clé", "There is no readable key file at {path}."),
        (None, "There is no readable key file at {path}."),
    ],
)
def test_key_file_that_holds_no_key(built, tmp_path, text, problem):
    path = tmp_path / "key"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert refused("build", str(built.bundle), "--out", str(tmp_path / "out"), "--key", str(path)) == (
        problem.format(path=path)
    )


def test_key_file_may_be_what_the_keys_command_printed(built, tmp_path, db):
    key = base64.b64encode(bytes(KEY)).decode()
    public = base64.b64encode(bytes(KEY.public_key)).decode()
    (tmp_path / "key").write_text(f"DELIVERY_PUBLIC_KEY={public}\nDELIVERY_PRIVATE_KEY={key}\n")
    said = run("build", str(built.bundle), "--out", str(tmp_path / "out"), "--key", str(tmp_path / "key"))
    assert f"root {built.root}" in said


@pytest.mark.django_db
def test_wrong_key_is_one_sentence(built, tmp_path):
    key = write_key(tmp_path / "key", PrivateKey.generate())
    said = refused("build", str(built.bundle), "--out", str(tmp_path / "out"), "--key", str(key))
    assert said == (
        f"The delivery key {fingerprint_of(KEY.public_key)} is not at hand, "
        "and the bundle holds names that only it opens."
    )


def test_build_works_on_a_machine_without_a_database(built, tmp_path):
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "VAR_DIR": str(tmp_path / "var")}
    key = write_key(tmp_path / "key")
    command = ["manage.py", "build", built.bundle, "--out", tmp_path / "out", "--key", key]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"root {built.root}"


def signed_by(built):
    return manifest.read(built.folder)["signed_by"]


def test_verify_says_that_it_is_signed_by_a_key_that_is_known(built, tmp_path):
    run("verify", str(built.folder), "--key", signed_by(built))
    run("verify", str(built.folder), "--key", str(built.folder / "allowed_signers"))
    with pytest.raises(CommandError):
        run("verify", str(built.folder), "--key", "nowhere")
    with pytest.raises(SystemExit):
        run("verify", str(built.folder), "--key", "SHA256:x")


def test_build_without_the_signing_key_is_not_signed_and_says_so(db, built, tmp_path, settings):
    """As on a machine that has made itself a signing key of its own."""
    settings.SIGNING_PRIVATE_KEY = base64.b64encode(bytes(32)).decode()
    out = tmp_path / "out"
    said = run("build", str(built.bundle), "--out", str(out), "--key", str(write_key(tmp_path / "key")))
    assert said[-2] == f"not signed: the signing key {signed_by(built)} is not at hand"
    assert manifest.read(out)["signed_by"] is None
    assert run("verify", str(out))[2] == "not signed: whoever has the folder can change it"


def test_key_file_brings_the_signing_key(db, built, tmp_path, settings):
    settings.SIGNING_PRIVATE_KEY = ""
    path = write_key(tmp_path / "key")
    with path.open("a") as file:
        file.write(f"\nSIGNING_PRIVATE_KEY={base64.b64encode(bytes(bundles.SIGNING)).decode()}\n")
    run("build", str(built.bundle), "--out", str(tmp_path / "out"), "--key", str(path))
    for name in ("manifest.json", "manifest.json.sig"):
        assert (tmp_path / "out" / name).read_bytes() == (built.folder / name).read_bytes()


def test_verify_says_that_all_is_right(built):
    named = sum(s["name"] is not None for s in built.signers)
    assert run("verify", str(built.folder)) == [
        "All right: 38 files, packets: 3, volumes: 3.",
        f"120 signatures, {named} named and {120 - named} withheld.",
        f"signed with the key {signed_by(built)}",
        f"root {built.root}",
    ]


def test_verify_names_what_is_wrong_and_exits_with_1(folder):
    (folder / "book" / "volume-001.pdf").unlink()
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("verify", folder, stdout=out)
    assert caught.value.code == 1
    assert out.getvalue().splitlines() == ["book/volume-001.pdf is missing.", f"{folder} is not right: 1 findings."]
