"""A bundle that is not as it was frozen is refused, by a sentence that names what is wrong."""

import hashlib
import json
import re
import zipfile

import pytest
from nacl.public import PrivateKey

from signatures.delivery.bundle import check_tallies, open_bundle, open_rows, read_member, tally
from signatures.delivery.opening import check_keys
from signatures.delivery.problems import BuildProblem
from signatures.seal import Keyring, fingerprint_of, seal_identity
from tests.signatures.delivery import bundles
from tests.signatures.delivery.conftest import KEY, RING

NONE = Keyring([])
FINGERPRINT = fingerprint_of(KEY.public_key)


@pytest.fixture
def path(tmp_path):
    return bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(6), KEY, volume_rows=4)


def rewrite(path, *, description=None, rows=None):
    """Change the bundle: its description by a function, its first member by another, the sums left or made anew."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    data = json.loads(members["bundle.json"])
    if rows is not None:
        members["rows/0001.csv"] = rows(members["rows/0001.csv"])
        data["rows"][0]["sha256"] = hashlib.sha256(members["rows/0001.csv"]).hexdigest()
    if description is not None:
        description(data)
    members["bundle.json"] = json.dumps(data).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    bundles.end(path)


def problem_of(act, *arguments):
    with pytest.raises(BuildProblem) as caught:
        result = act(*arguments)
        list(result or [])
    return str(caught.value)


def read_first(path, keys=RING):
    bundle = open_bundle(path)
    chunk = bundle.chunks[0]
    return list(open_rows(read_member(path, chunk), chunk, keys))


def test_rows_come_back_as_they_were_sealed(path):
    bundle = open_bundle(path)
    rows = [row for chunk in bundle.chunks for row in open_rows(read_member(path, chunk), chunk, RING)]
    assert [(row.number, row.name, row.city, row.country, row.day, row.origin) for row in rows] == [
        (s["number"], s["name"] or "", s["city"] if s["name"] else "", s["country"], s["day"], s["origin"])
        for s in bundles.made_signers(6)
    ]


def test_no_bundle(tmp_path):
    assert problem_of(open_bundle, tmp_path / "none.zip") == f"There is no bundle at {tmp_path / 'none.zip'}."


@pytest.mark.parametrize("size", [0, 10, 500, -1])
def test_bundle_that_was_cut_short(path, size):
    path.write_bytes(path.read_bytes()[:size])
    assert problem_of(open_bundle, path) == f"{path} is no whole bundle: it was cut short or altered."


@pytest.mark.parametrize(("still", "withdrawn", "new"), [(5, 3, 99), (6, 3, 0)])
def test_numbers_since_the_delivery_before_must_add_up(path, still, withdrawn, new):
    previous = {"ordinal": 1, "confirmed": 8, "still": still, "withdrawn": withdrawn, "new": new}
    rewrite(path, description=lambda data: data.update(previous=previous))
    assert problem_of(open_bundle, path) == "The bundle's numbers since the delivery before do not add up."


def test_bundle_of_another_format(path):
    rewrite(path, description=lambda data: data.update(format=4))
    assert problem_of(open_bundle, path) == "The bundle is of format 4; this version reads format 3."


def test_zip_file_of_something_else(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("bundle.json", "[]")
    assert problem_of(open_bundle, tmp_path / "b.zip").startswith(f"{tmp_path / 'b.zip'} holds no description")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda data: data["rows"].pop(0), "The bundle's rows are not consecutive: rows/0002.csv begins at 5, not 1."),
        (lambda data: data["rows"].pop(), "The bundle counts 6 signatures and holds 4."),
        (
            lambda data: data["rows"][1].update(path="rows/0009.csv"),
            "The bundle lacks rows/0009.csv, which its description names.",
        ),
        (
            lambda data: data["counts"].update(named=0),
            "The bundle's named and withheld signatures do not add up to the confirmed ones.",
        ),
        (
            lambda data: data["counts"].update(by_country={"KH": 5}),
            "The bundle's counts by_country do not add up to the 6 confirmed ones.",
        ),
        (lambda data: data.update(recipients=[]), "The bundle names no recipient."),
        (
            lambda data: data["recipients"][0].update(folder="../../etc"),
            "The bundle's recipients do not each have a folder name of their own.",
        ),
        (lambda data: data.update(frozen_at="2027-10-22T18:30:00"), "The bundle's frozen_at has no time zone."),
    ],
)
def test_description_that_does_not_add_up(path, change, problem):
    rewrite(path, description=change)
    assert problem_of(open_bundle, path) == problem


def test_rows_that_were_altered_without_their_sum(path):
    rewrite(path, description=lambda data: data["rows"][0].update(sha256="0" * 64))
    assert problem_of(read_first, path) == (
        "rows/0001.csv in the bundle was altered: its sum is not the one the bundle names."
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda raw: raw.replace(b"2,", b"7,", 1), "Row 2 is missing in rows/0001.csv: '7' stands in its place."),
        (
            lambda raw: b"".join(raw.splitlines(True)[:3]),
            "Row 4 is missing in rows/0001.csv, which ends there instead of at 4.",
        ),
        (lambda raw: raw + b"5,KH,2027-01-01,web,\n", "Row 5 in rows/0001.csv is one too many."),
        (lambda raw: b"1,KH,2027-01-01,web\n" + raw, "Row 1 in rows/0001.csv has 4 fields, not 5."),
        (lambda raw: b"1,KH,2027-02-30,web,\n" + raw, "Row 1 in rows/0001.csv has no right country, day or origin."),
        (lambda raw: b"1,kh,2027-02-01,web,\n" + raw, "Row 1 in rows/0001.csv has no right country, day or origin."),
    ],
)
def test_row_that_is_not_right_is_named(path, change, problem):
    rewrite(path, rows=change)
    assert problem_of(read_first, path) == problem


def test_key_that_is_missing_is_known_by_its_fingerprint_before_anything_is_made(path):
    missing = f"The delivery key {FINGERPRINT} is not at hand, and the bundle holds names that only it opens."
    found = [problem_of(check_keys, open_bundle(path), keys) for keys in (NONE, Keyring([PrivateKey.generate()]))]
    assert found == [missing, missing]


def test_each_key_that_is_missing_is_named(path):
    rewrite(path, description=lambda data: data["sealed_to"].append("00112233aabbccdd"))
    assert problem_of(check_keys, open_bundle(path), NONE) == (
        f"The delivery key {FINGERPRINT}, 00112233aabbccdd is not at hand, "
        "and the bundle holds names that only it opens."
    )


def test_box_that_the_key_of_its_name_does_not_open_is_known_before_anything_is_made(path):
    box = seal_identity(name="Sok Dara", city="", public=PrivateKey.generate().public_key)
    forged = bytes.fromhex(FINGERPRINT) + box[8:]
    first = next(s["number"] for s in bundles.made_signers(6) if s["name"])
    rewrite(path, rows=lambda raw: re.sub(rb",[0-9a-f]+\n", b"," + forged.hex().encode() + b"\n", raw))
    assert problem_of(check_keys, open_bundle(path), RING) == (
        f"The delivery key does not open signature {first}: it is another key, or the bundle was altered."
    )


def without_labels(raw):
    return re.sub(rb",[0-9a-f]{16}([0-9a-f]+)\n", rb",\1\n", raw)


def as_before(data):
    """A description from before bundles said which keys they need."""
    data["format"] = 1
    del data["sealed_to"]


def test_bundle_of_the_first_format_opens_with_its_key(path):
    rewrite(path, description=as_before, rows=without_labels)
    check_keys(open_bundle(path), RING)
    assert read_first(path)[0].name == (bundles.made_signers(1)[0]["name"] or "")


def test_wrong_key_for_a_bundle_of_the_first_format_is_known_before_anything_is_made(path):
    rewrite(path, description=as_before, rows=without_labels)
    first = next(s["number"] for s in bundles.made_signers(6) if s["name"])
    assert problem_of(check_keys, open_bundle(path), Keyring([PrivateKey.generate()])) == (
        f"The delivery key does not open signature {first}: it is another key, or the bundle was altered."
    )


def test_names_without_and_with_a_label_are_opened_together(tmp_path):
    signers = [signer | {"name": "Sok Dara"} for signer in bundles.made_signers(6)]
    path = bundles.write_bundle(tmp_path / "b.zip", signers, KEY, volume_rows=4)
    rewrite(path, description=lambda data: data["sealed_to"].append(""), rows=without_labels)
    check_keys(open_bundle(path), RING)
    assert [row.name for row in read_first(path)] == ["Sok Dara"] * 4


def test_bundle_without_names_needs_no_key(tmp_path):
    signers = [signer | {"name": None} for signer in bundles.made_signers(3)]
    path = bundles.write_bundle(tmp_path / "b.zip", signers, KEY)
    check_keys(open_bundle(path), NONE)
    assert [row.is_named for row in read_first(path, NONE)] == [False] * 3


def test_box_of_another_signer_in_a_withheld_row_breaks_the_totals(path):
    sealed = seal_identity(name="Sok Dara", city="", public=KEY.public_key).hex().encode()
    rewrite(path, rows=lambda raw: raw.replace(b",\n", b"," + sealed + b"\n", 1))
    bundle = open_bundle(path)
    tallies = [tally(list(open_rows(read_member(path, chunk), chunk, RING))) for chunk in bundle.chunks]
    named = bundle.counts["named"]
    assert problem_of(check_tallies, bundle, tallies) == f"The rows hold {named + 1} names, the bundle counts {named}."


def test_rows_of_another_country_than_was_counted(path):
    rewrite(path, rows=lambda raw: raw.replace(b"1,AU,", b"1,DE,", 1))
    bundle = open_bundle(path)
    tallies = [tally(list(open_rows(read_member(path, chunk), chunk, RING))) for chunk in bundle.chunks]
    assert problem_of(check_tallies, bundle, tallies).startswith("The rows hold ")
