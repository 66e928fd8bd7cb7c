"""What goes wrong on a delivery day: each is one clear sentence, and nothing that is half-made looks whole."""

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

from petition import glyphs
from petition.local import ROOT
from signatures.delivery.build import build
from signatures.delivery.bundle import open_bundle, read_member
from signatures.delivery.problems import BuildProblem
from signatures.delivery.verify import verify
from tests.processes import children, environment
from tests.signatures.delivery import bundles
from tests.signatures.delivery.collection import create_collection, create_planned
from tests.signatures.delivery.conftest import KEY, RING
from tests.signatures.delivery.reading import pages, squeezed
from tests.signatures.delivery.test_build import contents, files, start

KILLS = 3


def kill_later(process, seconds):
    """SIGKILL to the build alone, or to all that it has started too, in turns of chance; True where it had ended."""
    time.sleep(seconds)
    ended = process.poll() is not None
    if not ended and random.random() < 0.5:
        for worker in children(process):
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                os.kill(worker, signal.SIGKILL)
    process.kill()
    process.communicate()
    return ended


def test_build_that_is_killed_at_random_moments_ends_with_the_same_bytes(built, tmp_path):
    out = tmp_path / "out"
    for _ in range(KILLS):
        process = start(built.bundle, out, "--jobs", "1")
        process.stdout.readline()  # the bundle is checked, and the work begins
        if kill_later(process, random.uniform(0, 2.5)):
            break
        assert not out.exists() or verify(out) == []
    build(built.bundle, out, keys=RING)
    assert contents(out) == contents(built.folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "out"]


def start_and_see_workers(bundle, folder):
    """A build with its workers, and where it builds. One that was over before they were seen is left alone."""
    for turn in range(20):
        out = folder / f"out-{turn}"
        process = start(bundle, out, "--jobs", "1")
        process.stdout.readline()  # what Python starts for itself at its own start is no worker
        while process.poll() is None:
            if workers := children(process):
                return process, workers, out
        process.communicate()
    raise AssertionError("each of 20 builds was over before a worker of it was seen")


def test_worker_that_is_killed_is_told_and_the_next_build_goes_on(built, tmp_path):
    process, workers, out = start_and_see_workers(built.bundle, tmp_path)
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    said = process.communicate()[1].splitlines()
    assert len(said) == 1 and said[0].endswith("was killed (signal 9): is there too little memory?")
    assert not out.exists()
    build(built.bundle, out, keys=RING)
    assert contents(out) == contents(built.folder)


def no_files_above(size):
    """As a disk that is full from there on."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [100, 2_000, 9_000, 40_000, 70_000])
def test_disk_that_is_full_at_any_step_is_one_sentence(built, tmp_path, size):
    """The parts, the spreadsheet, the volumes, the letters: each is refused where it is larger."""
    process = start(built.bundle, tmp_path / "out", preexec_fn=no_files_above(size))
    said = process.communicate()[1].splitlines()
    assert said == ["CommandError: The disk does not take the delivery: File too large."]
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db(transaction=True)
def test_disk_that_is_full_at_the_freeze_leaves_a_planned_delivery_and_no_bundle(tmp_path):
    delivery = create_planned(create_collection())
    done = subprocess.run(
        [sys.executable, "manage.py", "freeze", delivery.petition.slug, "--out", tmp_path / "bundle.zip"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        preexec_fn=no_files_above(500),
    )
    assert done.stderr.splitlines() == ["CommandError: The disk does not take the delivery: File too large."]
    delivery.refresh_from_db()
    assert (delivery.state, files(tmp_path)) == ("planned", [])


@pytest.fixture
def program(tmp_path):
    """A copy of this program, to be damaged."""
    for name in ("petition", "signatures"):
        shutil.copytree(ROOT / name, tmp_path / "program" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path / "program")
    return tmp_path / "program"


@pytest.mark.parametrize(
    ("face", "damage"),
    [("Moul-Regular", lambda font: font.unlink()), ("NotoSans-Bold", lambda font: os.truncate(font, 100_000))],
)
def test_font_that_is_missing_or_damaged_is_named(built, program, tmp_path, face, damage):
    damage(program / "petition" / "fonts" / f"{face}.ttf")
    said = start(built.bundle, tmp_path / "out", program=program).communicate()[1]
    problem = f"CommandError: The font {face} is missing or damaged, and no page is set without it."
    assert said.splitlines() == [problem]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "program"]


def test_every_font_is_known_by_name():
    assert sorted(path.stem for path in glyphs.FONTS.glob("*.ttf")) == sorted(glyphs.FACES)


def test_name_in_a_rare_script_is_printed_in_latin_letters_and_kept_in_the_tables(tmp_path):
    names = ["ᏣᎳᎩ ᎠᏰᎵ", "𞤀𞤣𞤤𞤢𞤥", "ꠍꠤꠟꠐꠤ", "𗼇𗟲", "ᠮᠣᠩᠭᠣᠯ"]
    signers = [
        {"number": n, "name": name, "city": "", "country": "KH", "day": "2027-01-01", "origin": "web"}
        for n, name in enumerate(names, 1)
    ]
    bundle = bundles.write_bundle(tmp_path / "b.zip", signers, KEY)
    build(bundle, tmp_path / "out", keys=RING)
    book = tmp_path / "out" / "book"
    lines = (book / "signatures.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == names
    printed = squeezed(pages(book / "volume-001.pdf")[-1])
    assert printed.count(glyphs.MARK) == len(names)
    assert verify(tmp_path / "out") == []


def read_whole(path):
    """All that a build takes from a bundle."""
    bundle = open_bundle(path)
    return bundle.data, [read_member(path, chunk) for chunk in bundle.chunks]


def outcome(path):
    try:
        return read_whole(path)
    except BuildProblem as problem:
        return str(problem)


@pytest.fixture
def small(tmp_path):
    return bundles.write_bundle(tmp_path / "small.zip", bundles.made_signers(6), KEY, volume_rows=3)


def test_bundle_with_one_bit_changed_is_refused_or_reads_as_it_was(small):
    """Some bits of a ZIP file say nothing, such as those of a member's date: what is read is what counts."""
    whole, raw = read_whole(small), small.read_bytes()
    refused = 0
    for bit in range(0, 8 * len(raw), 11):
        altered = bytearray(raw)
        altered[bit // 8] ^= 1 << bit % 8
        small.write_bytes(altered)
        found = outcome(small)
        assert found == whole or isinstance(found, str)
        refused += isinstance(found, str)
    assert refused > len(raw) / 2  # of 8/11 of it


def test_bundle_that_is_cut_short_anywhere_is_refused(small):
    raw = small.read_bytes()
    for size in range(len(raw)):
        small.write_bytes(raw[:size])
        assert outcome(small) == f"{small} is no whole bundle: it was cut short or altered."
