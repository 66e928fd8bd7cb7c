"""`python3 -m petition.local.setup run|all`: what is needed into .venv; nothing where it is there already.

Runs before anything is installed, so with the standard library alone, and in words that an old Python understands far
enough to be told that it is too old.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from petition.local import ROOT, Trouble

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
REQUIREMENTS = {"run": "requirements.txt", "all": "requirements-dev.txt"}
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# What was installed, or that an installation was begun; absent in a .venv that somebody else made.
STAMP = VENV / "installed"
BEGUN = "begun"


def main(what: str) -> None:
    os.chdir(str(ROOT))
    directory = os.open(".", os.O_RDONLY)
    try:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is at work here: waiting for it.", flush=True)
            fcntl.flock(directory, fcntl.LOCK_EX)
        state = STAMP.read_text() if STAMP.exists() else ""
        if state == BEGUN or not works():
            make_venv()
        elif state in wanted(what):
            return
        install(what)
    finally:
        os.close(directory)


def wanted(what: str) -> list:
    """The stamps that will do: who has all has also what a run needs."""
    return [stamp(kind) for kind in ("all", what)]


def stamp(what: str) -> str:
    file = REQUIREMENTS[what]
    return file + " " + hashlib.sha256((ROOT / file).read_bytes()).hexdigest()


def works() -> bool:
    """Python may have been upgraded away under it, or its making been interrupted."""
    try:
        run = subprocess.run([str(PYTHON), "-I", "-c", "import pip"], check=False, capture_output=True)
    except OSError:
        return False
    return run.returncode == 0


def make_venv() -> None:
    if subprocess.run(
        [sys.executable, "-I", "-c", "import venv, ensurepip as e; e.version()"], check=False, capture_output=True
    ).returncode:
        raise Trouble("Python's venv is not installed: sudo apt install python3-venv")
    shutil.rmtree(str(VENV), ignore_errors=True)
    code, output = talk([sys.executable, "-I", "-m", "venv", str(VENV)])
    if code:
        raise failed("The virtual environment .venv could not be made", output)


def install(what: str) -> None:
    file = ROOT / REQUIREMENTS[what]
    total = sum(1 for line in file.read_text().splitlines() if line[:1].isalpha())
    STAMP.write_text(BEGUN)
    command = [str(PYTHON), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--only-binary=:all:", "-r", str(file)]
    command += from_folder()
    code, output = talk(command, counting="Collecting ", total=total)
    if code:
        if not says_full(output):
            STAMP.unlink()  # pip undid what it had begun
        raise failed("The packages could not be installed", output)
    STAMP.write_text(stamp(what))


def from_folder() -> list:
    """Where WHEELS names a folder of packages that were carried here, no network is asked."""
    wheels = os.path.expanduser(os.environ.get("WHEELS", ""))
    if not wheels:
        return []
    if not os.path.isdir(wheels):
        raise Trouble(f"There is no folder at {wheels}, where WHEELS should be one of packages.")
    # As an address: pip would part a path at its spaces.
    return ["--no-index", "--find-links", Path(wheels).resolve().as_uri()]


def talk(command: list, counting: str = "", total: int = 0) -> tuple:
    """Runs it, and gives its exit code and what it said; meanwhile the terminal sees how far it is."""
    text = []
    seen = 0
    alive = sys.stdout.isatty()
    if counting:
        print(f"Installing {total} packages into .venv, this once.", flush=True)
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    ) as process:
        for line in process.stdout or ():
            text.append(line)
            if alive and counting and line.startswith(counting):
                seen += 1
                print(f"\r{seen} of {total} ", end="", flush=True)
    if seen:
        print("\r" + " " * 20, end="\r", flush=True)
    return process.returncode, "".join(text)


def says_full(output: str) -> bool:
    return "No space left on device" in output or "Disk quota exceeded" in output


def failed(what: str, output: str) -> Trouble:
    if says_full(output):
        return Trouble(f"The disk is full: the set-up needs about 1 GB in {ROOT}.")
    errors = [line for line in output.splitlines() if line.startswith("ERROR")] or output.splitlines()[-3:]
    return Trouble("{}:\n{}".format(what, "\n".join(errors)))


def find_newer_python() -> None:
    """This very command with a newer Python, where there is one."""
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, "-m", "petition.local.setup", *sys.argv[1:]])
    raise Trouble(
        "Python {}.{} or newer is needed, and this is {}.{}.".format(*OLDEST, *sys.version_info[:2])
        + " Where a newer one is at hand: make PYTHON=/path/to/python3 ..."
    )


if __name__ == "__main__":
    try:
        if sys.version_info < OLDEST:
            find_newer_python()
        main(sys.argv[1])
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        sys.exit(str(failed("The set-up failed", str(error))))
    except KeyboardInterrupt:
        sys.exit(130)
