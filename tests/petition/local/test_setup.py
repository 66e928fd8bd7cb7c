import re
import tomllib

import pytest

from petition.local import ROOT, Trouble, setup

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAME = re.compile(r"[a-z0-9-]+")
RUN = [NAME.match(line)[0] for line in PROJECT["project"]["dependencies"]]
DEV = [NAME.match(line)[0] for line in PROJECT["dependency-groups"]["dev"]]


def locked(what):
    """Version and hashes of each package."""
    entries = (ROOT / setup.REQUIREMENTS[what]).read_text().replace("\\\n", " ").splitlines()
    found = [re.match(r"([a-z0-9-]+)(?:\[.*\])?==(\S+)", entry) for entry in entries]
    return {match[1]: (match[2], entry.count("--hash=sha256:")) for match, entry in zip(found, entries, strict=True)}


@pytest.mark.parametrize(("what", "wanted"), [("run", RUN), ("all", RUN + DEV)])
def test_every_dependency_is_locked_with_its_hashes(what, wanted):
    packages = locked(what)
    assert [name for name in wanted if name not in packages] == []
    assert [name for name, (_, hashes) in packages.items() if not hashes] == []


def test_what_runs_is_what_is_tested():
    tested = locked("all")
    assert {name: entry for name, entry in locked("run").items() if tested.get(name) != entry} == {}


@pytest.mark.parametrize("what", ["run", "all"])
def test_no_address_stands_in_a_lock(what):
    text = (ROOT / setup.REQUIREMENTS[what]).read_text()
    assert re.findall(r"https?:|file:|--index|--extra|--find", text) == []


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    named = [line for line in lines if re.match(r'    "[a-z]', line)]
    assert len(named) == len(RUN + DEV)
    assert [line for line in named if '",' in line and "  # " not in line] == []


def test_who_has_all_needs_nothing_for_a_run():
    assert setup.stamp("all") in setup.wanted("run")
    assert setup.stamp("run") not in setup.wanted("all")


def test_packages_that_were_carried_here_are_taken_from_their_folder_alone(tmp_path, monkeypatch):
    wheels = tmp_path / "USB STICK"
    wheels.mkdir()
    monkeypatch.setenv("WHEELS", str(wheels))
    assert setup.from_folder() == ["--no-index", "--find-links", wheels.as_uri()]
    assert " " not in setup.from_folder()[-1]


def test_folder_of_packages_that_is_not_there_is_one_sentence(monkeypatch):
    monkeypatch.setenv("WHEELS", "/nowhere")
    with pytest.raises(Trouble) as caught:
        setup.from_folder()
    assert str(caught.value) == "There is no folder at /nowhere, where WHEELS should be one of packages."


def test_without_such_a_folder_the_registry_is_asked(monkeypatch):
    monkeypatch.delenv("WHEELS", raising=False)
    assert setup.from_folder() == []
