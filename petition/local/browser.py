"""The tests' browsers: w3m; and CHROMIUM, else the system's, else Playwright's own, installed where there is none.

`python -m petition.local.browser` sees to it that they are there. Nothing is skipped where that fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from petition.local import Trouble

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# For a container, for root, and for a network that is closed: it asks for nothing that the page did not ask for.
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Debian's names; the library is what Playwright's node is linked with.
PACKAGES = {"chromium": "chromium", "libatomic": "libatomic1", "w3m": "w3m"}

LAUNCH = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch(args=["--no-sandbox"]).close()
"""


def find() -> str | None:
    """The path of a Chromium that runs; None: only Playwright's own can be there. Raises Trouble."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not _runs(given):
            raise Trouble(f"CHROMIUM is {given}, and that does not run.")
        return given
    found = [path for name in NAMES if (path := shutil.which(name))]
    return next((path for path in [*found, MAC] if _runs(path)), None)


def ensure() -> None:
    """Raises Trouble, with the command to run."""
    missing = []
    if not _runs(sys.executable, "-m", "playwright", "--version"):
        missing.append(PACKAGES["libatomic"])
    if not find():
        missing.append(PACKAGES["chromium"])
    if not shutil.which("w3m"):
        missing.append(PACKAGES["w3m"])
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _apt(missing)
    if not _runs(sys.executable, "-m", "playwright", "--version"):
        raise Trouble(f"Playwright does not run here: sudo apt install {PACKAGES['libatomic']}")
    if not shutil.which("w3m"):
        raise Trouble(f"The tests need w3m, a browser of text alone: sudo apt install {PACKAGES['w3m']}")
    if find():
        return
    print("Playwright gets a Chromium, this once.", flush=True)
    run = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if run.returncode or not _playwrights_runs():
        raise Trouble("The tests need a Chromium: sudo apt install chromium, or set CHROMIUM to the path of one.")


def _runs(*command: str) -> bool:
    version = [] if len(command) > 1 else ["--version"]
    try:
        run = subprocess.run([*command, *version], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0


def _apt(packages: list[str]) -> None:
    """As root in a fresh container the lists may be missing too. What fails is seen by what is missing afterwards."""
    print(f"Installing {', '.join(packages)}, this once.", flush=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (install, ["apt-get", "update", "-qq"], install):
        run = subprocess.run(command, check=False, capture_output=True, env=env)
        if command is install and run.returncode == 0:
            return


def _playwrights_runs() -> bool:
    """It may lack libraries of the system."""
    return _runs(sys.executable, "-c", LAUNCH)


if __name__ == "__main__":
    try:
        ensure()
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
