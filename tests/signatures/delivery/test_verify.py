"""Every kind of damage is found and named; what is right is not."""

import hashlib
import json
import zipfile

import pytest
from nacl.signing import SigningKey

from signatures.delivery import manifest as manifests
from signatures.delivery import packet_manifest
from signatures.delivery.signed import Signer
from signatures.delivery.verify import verify
from tests.signatures.delivery import bundles

CSV = "book/signatures.csv"
XLSX = "book/signatures.xlsx"
PACKETS = ["01-1-anne-durand", "02-1-pham-van-hai", "03-1-sok-vibol"]


def findings(folder):
    return [str(finding) for finding in verify(folder)]


def rewrite(folder, change=lambda manifest: None):
    """What a forger does who knows the form and has the key: every sum made anew to fit, and signed."""
    manifest = manifests.read(folder)
    for item in manifest["files"]:
        content = (folder / item["path"]).read_bytes()
        item.update(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
    change(manifest)
    signer = Signer(bundles.SIGNING, "committee@river.example")
    manifest["files"] = [item for item in manifest["files"] if not item["path"].endswith("/packet.json")]
    packet_manifest.write(folder, manifest, signer)
    manifests.write(folder, manifest)
    signer.sign(folder / "manifest.json")


def rewrite_csv(folder, change):
    """Change signatures.csv, in the packets too, with all sums made to fit."""
    content = change((folder / CSV).read_bytes())
    for path in (folder / CSV, *folder.glob("packets/*/book/signatures.csv")):
        path.write_bytes(content)
    rewrite(folder)


def rewrite_sheet(folder, change):
    member = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(folder / XLSX) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = change(members[member].decode()).encode()
    for path in (folder / XLSX, *folder.glob("packets/*/book/signatures.xlsx")):
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    rewrite(folder)


def row(folder, number):
    return (folder / CSV).read_bytes().splitlines(True)[number]


def test_finished_folder_is_right(built):
    assert findings(built.folder) == []


def test_copy_without_hard_links_is_right(folder):
    assert findings(folder) == []


def test_folder_without_a_manifest(tmp_path):
    assert findings(tmp_path) == [f"There is no readable manifest.json in {tmp_path}."]


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"'])
def test_manifest_that_is_none(folder, text):
    (folder / "manifest.json").write_text(text)
    assert findings(folder) == [f"There is no readable manifest.json in {folder}."]


def test_manifest_of_another_form(folder):
    (folder / "manifest.json").write_text('{"recipients": [], "volumes": []}')
    assert findings(folder) == ["manifest.json is not of this form: KeyError('files')"]


def test_one_byte_that_is_another(folder):
    path = folder / "packets/01-1-anne-durand/letter.en.pdf"
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    assert findings(folder) == ["packets/01-1-anne-durand/letter.en.pdf was altered: its sum is another."]


def test_file_that_was_cut_short(folder):
    path = folder / "book/volume-002.pdf"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-1])
    assert findings(folder) == [f"book/volume-002.pdf has {size - 1} bytes, not {size}."]


def test_file_that_is_missing(folder):
    (folder / "packets/03-1-sok-vibol/totals.pdf").unlink()
    assert findings(folder) == ["packets/03-1-sok-vibol/totals.pdf is missing."]


def test_file_too_many(folder):
    (folder / "packets/03-1-sok-vibol/names.txt").write_text("Sok Dara")
    assert findings(folder) == ["packets/03-1-sok-vibol/names.txt is there and not in manifest.json."]


def test_empty_folder_too_many(folder):
    (folder / "packets/04-1-nobody").mkdir()
    assert findings(folder) == ["packets/04-1-nobody/ is there and not in manifest.json."]


def test_link_in_the_place_of_a_file(folder):
    path = folder / "packets/01-1-anne-durand/totals.pdf"
    path.unlink()
    path.symlink_to(folder / "packets/02-1-pham-van-hai/totals.pdf")
    assert findings(folder) == ["packets/01-1-anne-durand/totals.pdf is no ordinary file."]


def test_link_to_a_folder_too_many(folder):
    (folder / "packets/03-1-sok-vibol/book").symlink_to(folder / "book")
    assert findings(folder) == ["packets/03-1-sok-vibol/book is there and not in manifest.json."]


def test_book_in_a_packet_of_totals(folder):
    """With every sum made to fit: the worst that can happen to a signer."""
    path = "packets/03-1-sok-vibol/book/signatures.csv"
    (folder / path).parent.mkdir()
    (folder / path).write_bytes((folder / CSV).read_bytes())
    listed = next(item for item in manifests.read(folder)["files"] if item["path"] == CSV)
    rewrite(folder, lambda manifest: manifest["files"].append(listed | {"path": path}))
    assert findings(folder)[0] == f"manifest.json lists {path}, which no packet should hold."


def test_letter_that_the_manifest_lacks(folder):
    path = "packets/01-1-anne-durand/letter.fr.pdf"
    (folder / path).unlink()
    manifest = manifests.read(folder)
    manifest["files"] = [item for item in manifest["files"] if item["path"] != path]
    manifests.write(folder, manifest)
    assert findings(folder)[0] == f"manifest.json lacks {path}."


def test_book_of_a_packet_that_is_another(folder):
    path = "packets/01-1-anne-durand/book/volume-001.pdf"
    (folder / path).write_bytes((folder / "book/volume-002.pdf").read_bytes())
    rewrite(folder)
    assert findings(folder) == [f"{path} is not the same as in book/."]


def test_sums_that_are_missing(folder):
    (folder / "SHA256SUMS").unlink()
    assert findings(folder) == ["SHA256SUMS is missing."]


def test_sums_that_were_altered(folder):
    path = folder / "SHA256SUMS"
    path.write_text(path.read_text().replace("book/volume-001.pdf", "book/volume-009.pdf"))
    assert findings(folder) == ["SHA256SUMS does not say the same as manifest.json, or manifest.json was altered."]


def test_manifest_that_was_altered(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("A clean river", "A dirty river").replace("1000000", "2000000"))
    assert findings(folder) == [
        "SHA256SUMS does not say the same as manifest.json, or manifest.json was altered.",
        "The signature of manifest.json does not hold: it is no signature of this text",
        *(f"packets/{packet}/packet.json does not say the same as manifest.json." for packet in PACKETS),
    ]


def test_root_that_is_another(folder):
    rewrite(folder, lambda manifest: manifest.update(root="0" * 64))
    assert findings(folder) == ["The root over signatures.csv is not the one in manifest.json."]


@pytest.mark.parametrize(("key", "more"), [("confirmed", 1), ("named", -1), ("withheld", 3)])
def test_count_that_is_another(folder, key, more):
    held = manifests.read(folder)["counts"][key]
    rewrite(folder, lambda manifest: manifest["counts"].update({key: held + more}))
    finding = f"manifest.json counts {held + more} {key}, signatures.csv holds {held}."
    volumes = [f"The volumes end at 120, not at {held + more}."] if key == "confirmed" else []
    assert findings(folder) == [*volumes, finding]


@pytest.mark.parametrize("key", ["by_country", "by_day", "by_origin"])
def test_totals_that_are_others(folder, key):
    def change(manifest):
        word = next(iter(manifest["counts"][key]))
        manifest["counts"][key][word] += 1

    rewrite(folder, change)
    assert findings(folder) == [f"The totals {key} in manifest.json are not those of signatures.csv."]


def test_volumes_with_a_gap(folder):
    rewrite(folder, lambda manifest: manifest["volumes"][1].update(first=52))
    assert findings(folder) == ["book/volume-002.pdf begins at 52, not 51."]


def test_row_that_was_taken_out(folder):
    taken = row(folder, 120)
    rewrite_csv(folder, lambda text: text.replace(taken, b""))
    found = findings(folder)
    assert found[0] == "signatures.xlsx has 1 rows more than signatures.csv."
    assert found[1] == "manifest.json counts 120 confirmed, signatures.csv holds 119."
    assert found[-1] == "The root over signatures.csv is not the one in manifest.json."


def test_row_that_was_added(folder):
    rewrite_csv(folder, lambda text: text + b"121,Sok Dara,,KH,2027-01-01,web\r\n")
    found = findings(folder)
    assert found[0] == "signatures.xlsx lacks row 121."
    assert found[1] == "manifest.json counts 120 confirmed, signatures.csv holds 121."


def test_two_rows_in_each_others_place(folder):
    two, three = row(folder, 2), row(folder, 3)
    rewrite_csv(folder, lambda text: text.replace(two + three, three + two))
    assert findings(folder) == [
        "Row 2 of signatures.csv has the number 3.",
        "Row 2 of signatures.xlsx is not that of signatures.csv.",
        "Row 3 of signatures.csv has the number 2.",
        "Row 3 of signatures.xlsx is not that of signatures.csv.",
        "proofs/leaves.bin does not hold the leaves of signatures.csv.",
        "The root over signatures.csv is not the one in manifest.json.",
    ]


def test_line_that_is_no_row(folder):
    rewrite_csv(folder, lambda text: text.replace(row(folder, 120), b'120,"Sok\r\n'))
    assert "Line 121 of signatures.csv is no row." in findings(folder)


def test_city_of_somebody_who_withheld_it(folder, built):
    number = next(s["number"] for s in built.signers if s["name"] is None)
    withheld = row(folder, number)
    with_city = withheld.replace(b",,,", b",,Long Beach,", 1)
    rewrite_csv(folder, lambda text: text.replace(withheld, with_city))
    assert f"Row {number} of signatures.csv has a city without a name." in findings(folder)


def test_header_that_is_missing(folder):
    rewrite_csv(folder, lambda text: text.split(b"\r\n", 1)[1])
    assert findings(folder)[0] == "signatures.csv does not begin with its header."


def test_byte_order_mark_that_the_manifest_does_not_know(folder):
    rewrite_csv(folder, lambda text: b"\xef\xbb\xbf" + text)
    assert findings(folder) == ["signatures.csv does not begin with its header."]


def test_name_that_is_another_in_the_sheet(folder, built):
    signer = next(s for s in built.signers if s["name"] and s["name"].isascii())
    rewrite_sheet(folder, lambda text: text.replace(f"<t>{signer['name']}</t>", "<t>Someone Else</t>", 1))
    assert findings(folder) == [f"Row {signer['number']} of signatures.xlsx is not that of signatures.csv."]


def test_sheet_that_is_none(folder):
    rewrite_sheet(folder, lambda text: text[:5000])
    assert findings(folder)[0].startswith("signatures.xlsx cannot be read: ")


def test_folder_that_is_all_wrong_is_told_in_few_lines(folder):
    lines = (folder / CSV).read_bytes().splitlines(True)
    rewrite_csv(folder, lambda text: lines[0] + b"".join(reversed(lines[1:])))
    assert len(findings(folder)) == 20


@pytest.mark.parametrize("name", ["allowed_signers", "manifest.json.sig"])
@pytest.mark.parametrize("place", ["", "packets/03-1-sok-vibol/"])
def test_signature_that_is_missing(folder, place, name):
    name = name.replace("manifest", "packet") if place else name
    (folder / place / name).unlink()
    signed = f"{place}{'packet' if place else 'manifest'}.json"
    assert findings(folder) == [f"{signed} is not signed: No such file or directory"]


def test_signature_by_another_key(folder):
    signer = Signer(SigningKey(bytes(32)), "committee@river.example")
    signer.sign(folder / "manifest.json")
    fault = "The signature of manifest.json does not hold: allowed_signers names another key"
    assert findings(folder) == [fault]


def test_signature_of_another_text(folder):
    path = folder / "manifest.json.sig"
    path.write_bytes((folder / f"packets/{PACKETS[0]}/packet.json.sig").read_bytes())
    assert findings(folder) == ["The signature of manifest.json does not hold: it is no signature of this text"]


def test_key_that_is_known_from_elsewhere(built):
    fingerprint = manifests.read(built.folder)["signed_by"]
    assert [str(one) for one in verify(built.folder, fingerprint)] == []
    assert [str(one) for one in verify(built.folder, "SHA256:x")] == ["The folder is not signed by the key SHA256:x."]


def test_packet_that_says_something_else(folder):
    path = folder / f"packets/{PACKETS[2]}/packet.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"US"', '"FR"', 1), encoding="utf-8")
    Signer(bundles.SIGNING, "committee@river.example").sign(path)
    found = findings(folder)
    assert found[-1] == f"packets/{PACKETS[2]}/packet.json does not say the same as manifest.json."


def flip(path, at=0):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_leaf_that_is_another(folder):
    flip(folder / "proofs/leaves.bin", 700)
    rewrite(folder)
    assert findings(folder) == ["proofs/leaves.bin does not hold the leaves of signatures.csv."]


@pytest.mark.parametrize("text", ["", "00" * 32])
def test_salt_that_is_another(folder, text):
    for path in (folder / "book/signatures.salt", *folder.glob("packets/*/book/signatures.salt")):
        path.write_text(f"{text}\n")
    rewrite(folder)
    assert findings(folder) == [
        "proofs/leaves.bin does not hold the leaves of signatures.csv.",
        "The root over signatures.csv is not the one in manifest.json.",
    ]


def test_salt_that_is_none(folder):
    for path in (folder / "book/signatures.salt", *folder.glob("packets/*/book/signatures.salt")):
        path.write_text("salt")
    rewrite(folder)
    assert findings(folder)[0] == "signatures.salt does not hold a number in hexadecimal digits."


def test_manifest_is_written_as_it_was_read(folder):
    before = (folder / "manifest.json").read_bytes()
    manifests.write(folder, json.loads(before))
    assert (folder / "manifest.json").read_bytes() == before
