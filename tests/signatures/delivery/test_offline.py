"""`make deliver` on a machine that has a clone and the key, and nothing of the server."""

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from nacl.public import PrivateKey

from petition.local import ROOT
from signatures.delivery import manifest, results
from tests.clones import clone
from tests.signatures.delivery.conftest import KEY


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    return clone(tmp_path_factory.mktemp("laptop") / "a clone")


@pytest.fixture
def stick(built, tmp_path):
    """Bundle and key, in a folder whose name has a space."""
    folder = tmp_path / "USB STICK"
    folder.mkdir()
    shutil.copy(built.bundle, folder / "clean river.zip")
    keys = [base64.b64encode(bytes(KEY)).decode(), f"SIGNING_PRIVATE_KEY={settings.SIGNING_PRIVATE_KEY}"]
    (folder / "key").write_text("\n".join(keys) + "\n")
    return folder


def make(laptop, **given):
    """As it is typed there; the environment holds nothing else."""
    words = [f"{name}={value}" for name, value in given.items()]
    environment = {"PATH": os.environ["PATH"], "HOME": str(laptop.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["make", "deliver", *words], cwd=laptop, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def told(stderr):
    return [line for line in stderr if not line.startswith("make")]


def everything(folder):
    return {path for path in folder.rglob("*") if ".venv" not in path.relative_to(folder).parts}


def test_folder_is_made_verified_and_what_goes_back_is_said_last(laptop, stick, built, tmp_path):
    before = everything(laptop)
    out = tmp_path / "for the ministers"
    code, said, errors = make(laptop, BUNDLE=stick / "clean river.zip", KEY=stick / "key", OUT=out, JOBS=1)
    carried = [str(path) for path in results.to_carry(out)]
    assert (code, errors, said[-len(carried) :]) == (0, [], carried)
    assert carried[0] == str(out / "manifest.json")
    assert said[-len(carried) - 4 : -len(carried)] == [
        f"root {built.root}",
        "All right: every sum, every row, the tables, the root.",
        "",
        "Carry these back to the server, all into one folder. There: manage.py register FOLDER",
    ]
    assert manifest.read(out) == manifest.read(built.folder)
    # No keys, no database, no mail, no settings: the clone is as it was, and so is the stick.
    assert everything(laptop) == before
    assert sorted(path.name for path in stick.iterdir()) == ["clean river.zip", "key"]


def test_whole_folder_is_said_to_be_whole(laptop, stick, built, tmp_path):
    out = shutil.copytree(built.folder, tmp_path / "out")
    code, said, _ = make(laptop, BUNDLE=stick / "clean river.zip", KEY=stick / "key", OUT=out)
    assert (code, said[0]) == (0, f"{out} is whole already: nothing has to be made")
    assert str(out / "manifest.json") in said


def test_relative_paths_are_those_of_the_clone_and_the_folder_has_a_name_of_its_own(laptop, stick, built):
    out = shutil.copytree(built.folder, laptop / "delivery-clean-river-2")
    relative = {
        name: os.path.relpath(stick / file, laptop) for name, file in (("BUNDLE", "clean river.zip"), ("KEY", "key"))
    }
    code, said, _ = make(laptop, **relative)
    shutil.rmtree(out)
    assert (code, said[0]) == (0, f"{out} is whole already: nothing has to be made")


def test_whole_folder_that_was_altered_is_not_right(laptop, stick, built, tmp_path):
    out = Path(shutil.copytree(built.folder, tmp_path / "out"))
    (out / "book" / "signatures.csv").write_bytes(b"")
    code, said, errors = make(laptop, BUNDLE=stick / "clean river.zip", KEY=stick / "key", OUT=out)
    assert code != 0
    assert "manifest.json" not in said[-1]
    assert told(errors)[-1] == f"{out} is not right: {len(told(errors)) - 1} findings."


def test_another_key_is_one_sentence_and_leaves_nothing(laptop, stick, tmp_path):
    (stick / "key").write_text(base64.b64encode(bytes(PrivateKey.generate())).decode())
    code, _, errors = make(laptop, BUNDLE=stick / "clean river.zip", KEY=stick / "key", OUT=tmp_path / "out")
    assert (code != 0, len(told(errors))) == (True, 1)
    assert "is not at hand, and the bundle holds names that only it opens." in told(errors)[0]
    assert [path.name for path in tmp_path.iterdir()] == ["USB STICK"]


def test_without_a_bundle_one_sentence_is_said(laptop, stick):
    code, _, errors = make(laptop, KEY=stick / "key")
    assert (code != 0, len(told(errors))) == (True, 1)
    assert told(errors)[0].startswith("BUNDLE is missing, ")


def test_folders_with_names_are_never_committed():
    ignored = subprocess.run(["git", "check-ignore", "delivery-peace-1/x", "delivery-peace-1.building/x"], cwd=ROOT)
    assert ignored.returncode == 0
