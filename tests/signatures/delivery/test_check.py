"""The checker that lies in each packet, as its recipient runs it: alone, by a bare Python, in a folder of their own."""

import ast
import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from signatures.delivery import manifest as manifests
from signatures.delivery import merkle
from signatures.delivery.signed import Signer
from tests.signatures.delivery import bundles

ROOT = Path(__file__).resolve().parents[3]
NAMES, TOTALS = "01-1-anne-durand", "03-1-sok-vibol"


@pytest.fixture
def packet(built, tmp_path):
    """The packet of one who receives names."""
    return Path(shutil.copytree(built.folder / "packets" / NAMES, tmp_path / "packet"))


def run(packet, *words):
    command = [sys.executable, "-I", packet / "check.py", *words]
    done = subprocess.run(command, cwd=packet.parent, capture_output=True, text=True, env={}, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def listed(packet, name):
    return next(item for item in json.loads((packet / "packet.json").read_bytes())["files"] if item["path"] == name)


def test_it_is_ours_to_the_byte(packet):
    assert (packet / "check.py").read_bytes() == (ROOT / "signatures/delivery/check.py").read_bytes()


def test_it_runs_on_an_old_python():
    ast.parse((ROOT / "signatures/delivery/check.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_packet_with_names_is_right(packet, built):
    code, said = run(packet)
    named = sum(s["name"] is not None for s in built.signers)
    assert code == 0
    assert said.splitlines() == [
        f"Signed with the key {manifests.read(built.folder)['signed_by']}.",
        "Compare this key with the one in the letter and on the petition's page.",
        "Every row was counted, and the root over them is that of the packet.",
        f"{bundles.TITLE_EN}: 120 signatures, {named} of them with their names.",
        f"root {built.root}",
        "All is right.",
    ]


def test_packet_of_totals_is_right(built):
    code, said = run(built.folder / "packets" / TOTALS)
    assert (code, said.splitlines()[-1]) == (0, "All is right.")


def test_key_that_is_known_is_asked_for(packet, built):
    assert run(packet, "--key", manifests.read(built.folder)["signed_by"])[0] == 0
    assert run(packet, "--key", "SHA256:x") == (1, "NOT RIGHT: The packet is not signed with the key SHA256:x.\n")


@pytest.mark.parametrize(
    "name", ["letter.en.pdf", "totals.pdf", "book/volume-002.pdf", "book/signatures.csv", "book/signatures.xlsx"]
)
def test_one_bit_that_is_another(packet, name):
    flip(packet / name, (packet / name).stat().st_size // 2)
    code, said = run(packet)
    assert (code, said.splitlines()[-1]) == (1, f"NOT RIGHT: {name} was altered.")


@pytest.mark.parametrize("name", ["packet.json", "packet.json.sig", "allowed_signers"])
@pytest.mark.parametrize("part", [0.5, 0.7, 0.9])
def test_one_bit_of_what_is_signed(packet, name, part):
    flip(packet / name, int((packet / name).stat().st_size * part))
    code, said = run(packet)
    assert (code, said[:10]) == (1, "NOT RIGHT:")


def test_file_that_is_missing(packet):
    (packet / "totals.pdf").unlink()
    assert run(packet)[1].endswith("NOT RIGHT: totals.pdf is missing.\n")


def test_file_that_does_not_belong_is_named(packet):
    (packet / "notes.txt").write_text("mine")
    code, said = run(packet)
    assert (code, "notes.txt does not belong to the packet: nothing is said of it." in said) == (0, True)


def test_packet_signed_by_somebody_else(packet):
    Signer(SigningKey(bytes(32)), "committee@river.example").sign(packet / "packet.json")
    code, said = run(packet)
    assert (code, "which is not that of the packet." in said) == (1, True)


def rewritten(packet, change):
    """The packet.json changed, and signed with the true key."""
    found = json.loads((packet / "packet.json").read_bytes())
    change(found)
    (packet / "packet.json").write_text(json.dumps(found))
    Signer(bundles.SIGNING, "committee@river.example").sign(packet / "packet.json")


def test_root_that_is_another(packet):
    rewritten(packet, lambda found: found.update(root="0" * 64))
    assert run(packet)[1].endswith("NOT RIGHT: The root over the rows is not that of the packet.\n")


def test_count_that_is_another(packet):
    rewritten(packet, lambda found: found["counts"].update(confirmed=121))
    assert "NOT RIGHT: signatures.csv holds 120 rows and " in run(packet)[1]


def test_packet_that_is_not_signed(packet):
    rewritten(packet, lambda found: found.update(signed_by=None))
    code, said = run(packet)
    assert (code, said.splitlines()[0]) == (0, "This packet is not signed.")


# -- copies that are marked for whom they went to -------------------------------------------------------------------


def test_pdf_with_a_tail_is_a_marked_copy(packet):
    with (packet / "totals.pdf").open("ab") as file:
        file.write(b"% for Anne Durand\n")
    assert run(packet)[1].splitlines()[2] == "totals.pdf is a marked copy of the original."


def test_sheet_with_a_comment_is_a_marked_copy(packet):
    with zipfile.ZipFile(packet / "book/signatures.xlsx", "a") as archive:
        archive.comment = b"for Anne Durand"
    code, said = run(packet)
    assert (code, "book/signatures.xlsx is a marked copy of the original." in said) == (0, True)


def test_table_with_other_quotation_marks_is_a_marked_copy(packet):
    path = packet / "book/signatures.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows[:40])
    csv.writer(out, lineterminator="\r\n").writerows(rows[40:])
    path.write_bytes(out.getvalue().encode())
    code, said = run(packet)
    assert (code, "book/signatures.csv is a marked copy of the original." in said) == (0, True)


def test_marked_copy_that_was_altered_is_none(packet):
    with (packet / "totals.pdf").open("ab") as file:
        file.write(b"% for Anne Durand\n")
    flip(packet / "totals.pdf", 1000)
    assert run(packet)[1].endswith("NOT RIGHT: totals.pdf was altered.\n")


# -- a receipt -----------------------------------------------------------------------------------------------------


def proof_of(built, number):
    content = (built.folder / "proofs/leaves.bin").read_bytes()
    hashes = [content[at : at + 32] for at in range(0, len(content), 32)]
    signer = built.signers[number - 1]
    return {
        "number": number,
        "size": 120,
        "country": signer["country"],
        "date": signer["day"],
        "origin": signer["origin"],
        "salt": merkle.salt(bundles.SALT_KEY, number).hex(),
        "leaf": hashes[number - 1].hex(),
        "path": [step.hex() for step in merkle.inclusion_path(hashes, number - 1)],
        "root": built.root,
    }


def receipt(packet, proof, *words):
    (packet.parent / "proof.json").write_text(json.dumps(proof))
    return run(packet, "receipt", "proof.json", *words)


def first(built, named):
    return next(s["number"] for s in built.signers if (s["name"] is not None) == named)


def test_receipt_of_a_withheld_row_is_in_the_book(packet, built):
    number = first(built, named=False)
    code, said = receipt(packet, proof_of(built, number))
    assert (code, said.splitlines()) == (
        0,
        ["The row holds no name.", f"root {built.root}", f"Row {number} of 120 is in the book."],
    )


def test_receipt_of_a_named_row_shows_no_name_and_compares_one(packet, built):
    number = first(built, named=True)
    signer, proof = built.signers[number - 1], proof_of(built, number)
    said = receipt(packet, proof)[1]
    assert said.startswith("The row holds a name.") and signer["name"] not in said
    assert receipt(packet, proof, "--name", signer["name"], "--city", signer["city"])[1].startswith(
        "The row holds the name and the city that you gave."
    )
    assert receipt(packet, proof, "--name", "Somebody Else")[0] == 1


def test_root_may_be_given(packet, built):
    proof = proof_of(built, 1)
    assert receipt(packet, proof, "--root", built.root.upper())[0] == 0
    assert receipt(packet, proof, "--root", "0" * 64)[0] == 1


def test_receipt_is_checked_without_a_packet(packet, built, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(packet / "check.py", alone)
    code, said = receipt(alone, proof_of(built, 7))
    assert (code, "Compare this root with the one in the letters" in said) == (0, True)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 8},
        {"size": 500},
        {"leaf": "00" * 32},
        {"path": []},
        {"number": 0},
        {"number": 121},
        {"path": ["zz"]},
        {"path": None},
    ],
    ids=str,
)
def test_proof_that_is_another(packet, built, change):
    code, said = receipt(packet, proof_of(built, 7) | change)
    assert (code, said[:10]) == (1, "NOT RIGHT:")
