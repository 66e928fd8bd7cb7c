"""`make deliver BUNDLE=path KEY=path [OUT=folder] [JOBS=n]`, on a machine that has nothing of the server.

`check` runs before anything is installed, with the standard library alone; `build` hands what was given to manage.py.
"""

import os
import sys

from petition.local import ROOT, Trouble

FILES = {"BUNDLE": "the bundle that was frozen on the server", "KEY": "the file with the delivery key"}


def given(name: str) -> str:
    """The path that a variable names, whole; empty where it names none."""
    path = os.environ.get(name, "")
    return os.path.abspath(os.path.expanduser(path)) if path else ""


def check() -> None:
    for name, what in FILES.items():
        path = given(name)
        if not path:
            raise Trouble(f"{name} is missing, {what}: make deliver BUNDLE=path KEY=path")
        if not os.path.isfile(path):
            raise Trouble(f"There is no file at {path}, where {name} should be {what}.")
    jobs = os.environ.get("JOBS") or "1"
    if not (jobs.isascii() and jobs.isdigit() and int(jobs)):
        raise Trouble(f"JOBS is {jobs!r}, but must be a number from 1 on: how many volumes to make side by side.")


def command() -> "list[str]":
    words = [sys.executable, "manage.py", "build_offline", given("BUNDLE"), "--key", given("KEY")]
    words += ["--out", given("OUT")] if given("OUT") else []
    return words + (["--jobs", os.environ["JOBS"]] if os.environ.get("JOBS") else [])


if __name__ == "__main__":
    try:
        check()
        if sys.argv[1] == "build":
            os.chdir(str(ROOT))
            os.execv(sys.executable, command())
    except Trouble as trouble:
        sys.exit(str(trouble))
