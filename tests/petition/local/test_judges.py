import json
import os
import re
import subprocess
import sys

from petition.local import ROOT, judges

ORDER = json.loads((judges.ORDERED / "package.json").read_text())
LOCK = json.loads((judges.ORDERED / "package-lock.json").read_text())["packages"]


def test_every_package_is_locked_with_its_hash():
    packages = {name: entry for name, entry in LOCK.items() if name}
    assert {f"node_modules/{name}" for name in ORDER["dependencies"]} <= set(packages)
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []


def test_no_address_of_a_package_stands_in_the_lock():
    assert [name for name, entry in LOCK.items() if "resolved" in entry] == []
    assert re.findall(r"https?:", (judges.ORDERED / ".npmrc").read_text()) == []


def test_what_is_locked_is_what_was_asked_for():
    assert LOCK[""]["dependencies"] == ORDER["dependencies"]


def test_where_the_lock_is_as_it_was_nothing_is_done():
    before = judges.STAMP.stat().st_mtime_ns
    run = subprocess.run([sys.executable, "-m", "petition.local.judges"], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr, judges.STAMP.stat().st_mtime_ns) == (0, "", "", before)


def test_registry_that_does_not_answer_is_said(tmp_path):
    """With a cache that is empty and nobody listening on port 9."""
    registry = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_cache": str(tmp_path / "cache")}
    for name in judges.FILES:
        (tmp_path / name).write_bytes((judges.ORDERED / name).read_bytes())
    script = (
        "import pathlib, sys; from petition.local import judges; judges.npm('ci', folder=pathlib.Path(sys.argv[1]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        cwd=ROOT,
        env=os.environ | registry | {"npm_config_fetch_retries": "0"},
        capture_output=True,
        text=True,
    )
    assert f"Trouble: {judges.JUDGES} could not be installed:\nnpm error code ECONNREFUSED" in run.stderr
