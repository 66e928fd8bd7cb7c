"""`make deliver`: what is said before anything is installed, and what is handed on."""

import os
import subprocess
import sys

import pytest

from petition.local import ROOT, deliver


def check(**variables):
    environment = {"PATH": os.environ["PATH"]} | variables
    command = [sys.executable, "-m", "petition.local.deliver", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stderr


@pytest.fixture
def files(tmp_path):
    """In a folder whose name has a space, as that of many a memory stick."""
    stick = tmp_path / "USB STICK"
    stick.mkdir()
    for name in ("b.zip", "key"):
        (stick / name).touch()
    return {"BUNDLE": str(stick / "b.zip"), "KEY": str(stick / "key")}


def test_bundle_and_key_that_are_there_are_fine(files):
    assert check(**files) == (0, "")


@pytest.mark.parametrize(("name", "what"), deliver.FILES.items())
def test_what_is_missing_is_one_sentence(files, name, what):
    del files[name]
    assert check(**files) == (1, f"{name} is missing, {what}: make deliver BUNDLE=path KEY=path\n")
    nowhere = "/nowhere/a file"
    assert check(**files, **{name: nowhere}) == (1, f"There is no file at {nowhere}, where {name} should be {what}.\n")


@pytest.mark.parametrize("jobs", ["0", "many", "-1", "1.5"])
def test_jobs_is_a_number(files, jobs):
    assert check(**files, JOBS=jobs) == (
        1,
        f"JOBS is {jobs!r}, but must be a number from 1 on: how many volumes to make side by side.\n",
    )


def test_paths_are_handed_on_whole(files, monkeypatch):
    for name, value in (files | {"OUT": "out of here", "JOBS": "2"}).items():
        monkeypatch.setenv(name, value)
    assert deliver.command()[2:] == [
        *("build_offline", files["BUNDLE"], "--key", files["KEY"]),
        *("--out", os.path.join(os.getcwd(), "out of here"), "--jobs", "2"),
    ]
