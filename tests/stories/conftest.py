"""The whole site as a user gets it: `make run`'s own supervisor with its web server and worker, a database of its own,
mails as files, and a real browser in front."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import sync_playwright

from petition import local
from petition.local import browser

SECONDS = 90  # for a start with migrations on a busy machine


@dataclass
class Site:
    """A running site. `password` is the first staff user's, as it was printed."""

    url: str
    var_dir: Path
    environment: dict[str, str]
    password: str
    folder: Path  # of the code

    def manage(self, *arguments: str) -> str:
        """The output of a command of manage.py, which must succeed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Every mail to an address, oldest first."""
        files = sorted((self.var_dir / "mail").glob("*.eml"))
        parser = BytesParser(policy=policy.default)
        mails = [parser.parsebytes(file.read_bytes()) for file in files]
        return [mail for mail in mails if mail["To"] == address]

    def wait_for_mail(self, address: str, *, number: int = 1) -> EmailMessage:
        """The `number`th mail to an address, as soon as the worker has sent it."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            mails = self.mails_to(address)
            if len(mails) >= number:
                return mails[number - 1]
            time.sleep(0.1)
        raise AssertionError(f"mail {number} to {address} never came")


def link_in(mail: EmailMessage) -> str:
    """The address of the signer's own page, as it stands alone on a line of the text."""
    lines = mail.get_body(("plain",)).get_content().splitlines()
    return next(line for line in lines if re.fullmatch(r"https?://\S+/s/\S+", line))


def _new_database(name: str) -> str:
    """The URL of an empty database on the server of the tests."""
    url = urlsplit(os.environ["DATABASE_URL"])
    server = urlunsplit(url._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(url._replace(path=f"/{name}"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(url: str, process: subprocess.Popen[str], log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the site did not start:\n{log.read_text()}")


@contextmanager
def serving(var_dir: Path, database: str, folder: Path = local.ROOT, **settings: str) -> Iterator[Site]:
    """A site of its own while the block lasts: the code of `folder`, an empty VAR_DIR, an empty database."""
    var_dir.chmod(0o755)
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TESTS_", "DJANGO_"))}
    environment |= {
        "VAR_DIR": str(var_dir),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "DATABASE_URL": _new_database(database),
        "PAGE_CACHE_SECONDS": "1",
    }
    environment |= settings
    url = f"http://127.0.0.1:{port}"
    log = var_dir / "stories.log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "petition.local.serve"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out, text=True)
    try:
        _wait_until_it_answers(url, process, log)
        password = re.search(r"password\W+(\S+)", log.read_text(), re.IGNORECASE)[1]
        yield Site(url, var_dir, environment | {"SITE_URL": url}, password, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


@pytest.fixture(scope="session")
def site(tmp_path_factory, django_db_modify_db_settings, worker_id):
    with serving(tmp_path_factory.mktemp("site"), f"hatthalekha_stories_{worker_id}") as site:
        yield site


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.FLAGS)
        yield chromium
        chromium.close()
