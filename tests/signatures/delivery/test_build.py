"""From a bundle to a folder: what is in it, who may read it, and what a build leaves that was stopped."""

import base64
import csv
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from nacl.public import PrivateKey

from signatures.delivery import merkle
from signatures.delivery.build import at_once, build
from signatures.delivery.problems import BuildProblem
from signatures.delivery.verify import verify
from signatures.seal import Keyring, fingerprint_of
from tests.signatures.delivery import bundles
from tests.signatures.delivery.conftest import KEY, RING
from tests.signatures.delivery.reading import pages, paper, squeezed

ROOT = Path(__file__).resolve().parents[3]


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def contents(folder):
    return {path: (folder / path).read_bytes() for path in files(folder)}


def refused(bundle, out, keys=RING):
    with pytest.raises(BuildProblem) as caught:
        build(bundle, out, keys=keys)
    return str(caught.value)


def start(bundle, out, *options, program=ROOT, **more):
    """The build as a process of its own, which can be killed."""
    key = out.parent / "key"
    key.write_text(base64.b64encode(bytes(KEY)).decode())
    command = [sys.executable, "-u", "manage.py", "build", bundle, "--out", out, "--key", key, *options]
    return subprocess.Popen(command, cwd=program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


BOOK = [
    *("annex-001.pdf", "signatures.csv", "signatures.salt", "signatures.xlsx"),
    *("volume-001.pdf", "volume-002.pdf", "volume-003.pdf"),
]


PACKETS = ["01-1-anne-durand", "02-1-pham-van-hai", "03-1-sok-vibol"]
OWN = ["allowed_signers", "check.py", "packet.json", "packet.json.sig"]


def test_folder_holds_a_packet_a_recipient_and_the_book_only_where_names_are_received(built):
    assert files(built.folder) == sorted(
        [
            *("SHA256SUMS", "allowed_signers", "manifest.json", "manifest.json.sig", "proofs/leaves.bin"),
            *(f"packets/{packet}/{name}" for packet in PACKETS for name in OWN),
            *(f"book/{name}" for name in BOOK),
            *(f"packets/01-1-anne-durand/book/{name}" for name in BOOK),
            "packets/01-1-anne-durand/certificate.pdf",
            "packets/01-1-anne-durand/letter.en.pdf",
            "packets/01-1-anne-durand/letter.fr.pdf",
            "packets/01-1-anne-durand/totals.pdf",
            *(f"packets/02-1-pham-van-hai/book/{name}" for name in BOOK),
            "packets/02-1-pham-van-hai/certificate.pdf",
            "packets/02-1-pham-van-hai/letter.en.pdf",
            "packets/02-1-pham-van-hai/totals.pdf",
            "packets/03-1-sok-vibol/certificate.pdf",
            "packets/03-1-sok-vibol/letter.km.pdf",
            "packets/03-1-sok-vibol/totals.pdf",
        ]
    )


def test_book_lies_on_the_disk_once(built):
    book, packet = built.folder / "book", built.folder / "packets" / "01-1-anne-durand" / "book"
    assert [(packet / name).samefile(book / name) for name in BOOK] == [True] * len(BOOK)


def test_nobody_but_the_owner_can_read_it(built):
    modes = {oct(path.stat().st_mode & 0o777) for path in built.folder.rglob("*") if path.is_file()}
    folders = {oct(path.stat().st_mode & 0o777) for path in (built.folder, *built.folder.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({"0o600"}, {"0o700"})


def test_tables_hold_every_signer_as_they_chose(built):
    expected = [
        [
            str(s["number"]),
            s["name"] or "",
            s["city"] if s["name"] else "",
            s["country"],
            s["day"],
            s["origin"],
        ]
        for s in built.signers
    ]
    with (built.folder / "book" / "signatures.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["number", "name", "city", "country", "date", "origin"]
    assert rows == expected
    sheet = openpyxl.load_workbook(built.folder / "book" / "signatures.xlsx", read_only=True).active
    _, *cells = sheet.iter_rows(values_only=True)
    assert [
        [str(n), name or "", city or "", country, day.date().isoformat(), origin]
        for n, name, city, country, day, origin in cells
    ] == expected


def test_volumes_hold_every_name(built):
    for ordinal, start_at in enumerate((0, 50, 100), start=1):
        printed = squeezed("".join(pages(built.folder / "book" / f"volume-00{ordinal}.pdf")[1:]))
        names = [squeezed(f"{s['number']} {s['name']}") for s in built.signers[start_at : start_at + 50] if s["name"]]
        assert [name for name in names if name not in printed] == []


def test_manifest_says_what_was_frozen(built):
    manifest = json.loads((built.folder / "manifest.json").read_bytes())
    assert manifest["petition"]["slug"] == "clean-river"
    assert manifest["delivery"] == {"ordinal": 2, "planned_on": "2027-10-23"}
    assert manifest["frozen_at"] == "2027-10-22T18:30:00+00:00"
    named = sum(s["name"] is not None for s in built.signers)
    assert {key: manifest["counts"][key] for key in ("confirmed", "named", "withheld")} == {
        "confirmed": 120,
        "named": named,
        "withheld": 120 - named,
    }
    assert [(r["folder"], r["discloses"], r["languages"]) for r in manifest["recipients"]] == [
        ("01-1-anne-durand", "names", ["en", "fr"]),
        ("02-1-pham-van-hai", "names", ["en"]),
        ("03-1-sok-vibol", "totals", ["km"]),
    ]
    assert [(v["first"], v["last"]) for v in manifest["volumes"]] == [(1, 50), (51, 100), (101, 120)]
    assert manifest["root"] == built.root


def test_sums_are_those_of_sha256sum(built):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=built.folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    signatures = [name for name in files(built.folder) if name.endswith((".sig", "allowed_signers"))]
    assert len(done.stdout.splitlines()) == len(files(built.folder)) - len(signatures) - 1


def test_root_stands_in_the_totals(built):
    text = paper(built.folder / "packets" / "03-1-sok-vibol" / "totals.pdf")
    assert built.root in text


def test_packet_of_totals_holds_no_name_of_a_signer(built):
    packet = built.folder / "packets" / "03-1-sok-vibol"
    text = "".join(paper(path) for path in packet.glob("*.pdf")) + (packet / "packet.json").read_text(encoding="utf-8")
    assert [s["name"] for s in built.signers if s["name"] and squeezed(s["name"]) in text] == []


def test_same_bundle_gives_the_same_bytes(built, tmp_path):
    build(built.bundle, tmp_path / "again", keys=RING, jobs=1)
    assert contents(tmp_path / "again") == contents(built.folder)


@pytest.mark.parametrize(
    ("planned", "asked", "begins"), [(True, None, True), (True, False, False), (False, True, True)]
)
def test_byte_order_mark_is_as_planned_or_as_asked_for(planned, asked, begins, tmp_path):
    bundle = bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(3), KEY, changed={"csv_bom": planned})
    root = build(bundle, tmp_path / "out", keys=RING, bom=asked)
    table = (tmp_path / "out" / "book" / "signatures.csv").read_bytes()
    assert table.startswith(b"\xef\xbb\xbfnumber," if begins else b"number,")
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["csv_bom"] is begins
    assert verify(tmp_path / "out") == []
    assert build(bundle, tmp_path / "out", keys=RING) == root


def test_finished_folder_whose_table_begins_otherwise_is_refused(built):
    with pytest.raises(BuildProblem, match=r"signatures\.csv begins otherwise than is asked for"):
        build(built.bundle, built.folder, keys=RING, bom=True)


def test_unfinished_build_of_another_table_is_not_gone_on_with(built, tmp_path):
    def stop(step, done, total):
        if step == "letters":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(built.bundle, tmp_path / "out", keys=RING, bom=True, progress=stop)
    build(built.bundle, tmp_path / "out", keys=RING)
    assert contents(tmp_path / "out") == contents(built.folder)


def test_nothing_is_left_beside_the_folder(built):
    assert sorted(path.name for path in built.folder.parent.iterdir()) == ["clean-river-2.zip", "out"]


def test_finished_folder_of_the_same_bundle_is_left_as_it_is_and_needs_no_key(built):
    before = {path: (built.folder / path).stat().st_mtime_ns for path in files(built.folder)}
    assert build(built.bundle, built.folder, keys=Keyring([])) == built.root
    assert {path: (built.folder / path).stat().st_mtime_ns for path in files(built.folder)} == before


def test_folder_of_another_delivery_is_refused(built, tmp_path):
    other = bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(3), KEY)
    assert (
        refused(other, built.folder) == f"{built.folder} holds another delivery: name a folder that is not there yet."
    )


def test_folder_of_something_else_is_refused(built, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mother.txt").write_text("Dear mother")
    problem = refused(built.bundle, tmp_path / "letters")
    assert problem == f"There is something else at {tmp_path / 'letters'}: name a folder that is not there yet."
    assert (tmp_path / "letters" / "mother.txt").read_text() == "Dear mother"


def test_folder_named_building_that_is_none_is_left_alone(built, tmp_path):
    (tmp_path / "out.building").mkdir()
    (tmp_path / "out.building" / "plan.txt").write_text("bricks")
    assert (
        refused(built.bundle, tmp_path / "out")
        == f"{tmp_path / 'out.building'} is no unfinished delivery: move it away."
    )
    assert files(tmp_path) == ["out.building/plan.txt"]


def test_wrong_key_leaves_nothing(built, tmp_path):
    assert refused(built.bundle, tmp_path / "out", Keyring([PrivateKey.generate()])) == (
        f"The delivery key {fingerprint_of(KEY.public_key)} is not at hand, "
        "and the bundle holds names that only it opens."
    )
    assert list(tmp_path.iterdir()) == []


def test_letter_that_can_not_be_made_leaves_nothing(tmp_path):
    recipients = bundles.recipients()
    recipients[0]["letters"][0]["body"] = "Of {cuont} people"
    bundle = bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(3), KEY, changed={"recipients": recipients})
    assert refused(bundle, tmp_path / "out") == (
        "The letter in the language en cannot be made: There is no placeholder {cuont}."
    )
    assert files(tmp_path) == ["b.zip"]


def test_row_in_a_later_volume_that_the_key_does_not_open_is_named(tmp_path):
    signers = bundles.made_signers(40)
    odd = bundles.write_bundle(tmp_path / "odd.zip", signers, PrivateKey.generate(), volume_rows=20)
    bundle = bundles.write_bundle(tmp_path / "b.zip", signers, KEY, volume_rows=20)
    bundles.take_member(bundle, "rows/0002.csv", odd)
    first = next(s["number"] for s in signers[20:] if s["name"])
    assert refused(bundle, tmp_path / "out") == (
        f"The delivery key does not open signature {first}: it is another key, or the bundle was altered."
    )
    assert not (tmp_path / "out").exists()


def test_name_that_is_empty_is_refused(tmp_path):
    signers = [{"number": 1, "name": "\u2028", "city": "", "country": "KH", "day": "2027-01-01", "origin": "web"}]
    bundle = bundles.write_bundle(tmp_path / "b.zip", signers, KEY)
    assert refused(bundle, tmp_path / "out") == "Signature 1 is to be named, but its box holds no name."


def test_killed_build_goes_on_from_its_finished_volumes(built, tmp_path):
    building = tmp_path / "out.building"
    process = start(built.bundle, tmp_path / "out", "--jobs", "1", start_new_session=True)
    until = time.monotonic() + 60
    while not (building / ".parts" / "volume-001.pdf.json").exists():
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "out").exists()
    modes = {path.stat().st_mode & 0o077 for path in (building, *building.rglob("*"))}
    assert modes == {0}
    first = (building / "book" / "volume-001.pdf").stat()
    build(built.bundle, tmp_path / "out", keys=RING)
    finished = (tmp_path / "out" / "book" / "volume-001.pdf").stat()
    assert (finished.st_ino, finished.st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert contents(tmp_path / "out") == contents(built.folder)
    assert not building.exists()


def test_unfinished_build_of_another_bundle_is_not_gone_on_with(built, tmp_path):
    other = bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(3), KEY)

    def stop(step, done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(other, tmp_path / "out", keys=RING, progress=stop)
    assert (tmp_path / "out.building" / "book" / "volume-001.pdf").exists()
    build(built.bundle, tmp_path / "out", keys=RING)
    assert contents(tmp_path / "out") == contents(built.folder)


def test_damaged_part_of_an_unfinished_build_is_made_again(built, tmp_path):
    def stop(step, done, total):
        if step == "letters":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(built.bundle, tmp_path / "out", keys=RING, progress=stop)
    for name in ("volume-002.pdf", "annex-001.pdf"):
        (tmp_path / "out.building" / "book" / name).write_bytes(b"%PDF-")
    (tmp_path / "out.building" / "book" / "volume-009.pdf.partial").write_bytes(b"%PDF-")
    build(built.bundle, tmp_path / "out", keys=RING)
    assert contents(tmp_path / "out") == contents(built.folder)


def test_full_disk_is_one_sentence_and_nothing_looks_finished(built, tmp_path):
    def no_large_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = start(built.bundle, tmp_path / "out", preexec_fn=no_large_files)
    _, said = process.communicate()
    assert said.splitlines() == ["CommandError: The disk does not take the delivery: File too large."]
    assert process.returncode == 1
    assert not (tmp_path / "out").exists()
    build(built.bundle, tmp_path / "out", keys=RING)
    assert contents(tmp_path / "out") == contents(built.folder)


def test_second_build_at_the_same_place_waits_for_the_first_and_leaves_what_it_made(built, tmp_path):
    both = [start(built.bundle, tmp_path / "out") for _ in range(2)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert contents(tmp_path / "out") == contents(built.folder)


def test_progress_ends_at_all_of_everything(tmp_path):
    told = []
    bundle = bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(4), KEY, volume_rows=2)
    build(bundle, tmp_path / "out", keys=RING, jobs=1, progress=lambda *step: told.append(step))
    assert told == [
        ("checking", 0, 1),
        ("checking", 1, 1),
        ("volumes", 0, 4),
        ("volumes", 2, 4),
        ("volumes", 4, 4),
        ("tables", 0, 4),
        ("tables", 4, 4),
        ("letters", 0, 3),
        ("letters", 3, 3),
        ("sums", 0, 1),
        ("sums", 1, 1),
    ]


@pytest.mark.parametrize(("asked", "given"), [(3, 3), (1, 1), (0, 1), (-2, 1)])
def test_jobs_that_are_asked_for_are_at_least_one(asked, given):
    assert at_once(asked) == given


def test_jobs_are_no_more_than_cores():
    assert 1 <= at_once(None) <= (os.cpu_count() or 1)


def test_leaves_are_salted_by_the_key_that_the_bundle_seals(built):
    lines = (built.folder / "book" / "signatures.csv").read_bytes().split(b"\r\n")[1:-1]
    key = bytes.fromhex((built.folder / "book" / "signatures.salt").read_text())
    leaves = [merkle.leaf(line, merkle.salt(key, number)) for number, line in enumerate(lines, start=1)]
    assert key == bundles.SALT_KEY
    assert (built.folder / "proofs" / "leaves.bin").read_bytes() == b"".join(leaves)
    assert merkle.root_of(leaves).hex() == built.root


def test_bundle_from_before_leaves_were_salted(tmp_path):
    """A signer that no bundle of then named is not invented either."""
    changed = {"format": 2, "salt": None, "signer": None}
    bundle = bundles.write_bundle(tmp_path / "old.zip", bundles.made_signers(3), KEY, changed=changed)
    root = build(bundle, tmp_path / "out", keys=RING)
    lines = (tmp_path / "out" / "book" / "signatures.csv").read_bytes().split(b"\r\n")[1:-1]
    assert root == merkle.root_of([merkle.leaf(line) for line in lines]).hex()
    assert (tmp_path / "out" / "book" / "signatures.salt").read_text() == "\n"
    assert verify(tmp_path / "out") == []


def test_salt_that_the_key_does_not_open_is_known_before_anything_is_made(tmp_path):
    bundle = bundles.write_bundle(tmp_path / "b.zip", bundles.made_signers(3), KEY, changed={"salt": "00" * 40})
    said = refused(bundle, tmp_path / "out")
    assert said.startswith("The delivery key does not open what makes the proofs")
    assert not (tmp_path / "out.building").exists()
