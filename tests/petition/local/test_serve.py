import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from nacl.public import PrivateKey

from petition.local import ROOT, locks

from .conftest import SECONDS, pids_of, postmaster, processes_of

SERVE = ("-m", "petition.local.serve")
UP = "Ctrl-C stops it"
PRIVATE = ("MAIL_PRIVATE_KEY", "DELIVERY_PRIVATE_KEY")


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.status, answer.read().decode().strip()


def wait_until_healthy(port):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            return get(port, "/healthz")
        except urllib.error.HTTPError:  # the database is on its way
            time.sleep(0.2)
    raise AssertionError("the site did not get well again")


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_day_of_a_site(start, environment, var_dir, free_port):
    site = start(*SERVE, PORT=str(free_port))
    site.wait_for(UP)
    assert re.search(r"first staff user is admin, with the one-time password \S{20,}\n", site.said)
    assert f"http://127.0.0.1:{free_port}/admin/" in site.said
    assert f"{var_dir}/mail/" in site.said
    assert get(free_port, "/healthz") == (200, "ok")
    assert "paris-peace-agreement" in get(free_port, "/km/")[1]

    # A command beside it has the same database, and leaves it running.
    question = "from petition.models import Petition as P; P.objects.update(goal=7); print(P.objects.count())"
    assert manage(environment, "shell", "--no-imports", "-c", question) == "1\n"
    assert get(free_port, "/healthz") == (200, "ok")

    second = start(*SERVE, PORT=str(free_port))
    assert second.end() == 1
    assert second.said == f"Port {free_port} is taken: choose another one, PORT={free_port + 1} make run\n"

    assert site.end(signal.SIGTERM) == 0
    assert processes_of(var_dir) == []

    # The next day: the same data, and no second password.
    site = start(*SERVE, PORT=str(free_port))
    site.wait_for(UP)
    assert "password" not in site.said
    assert manage(environment, "shell", "--no-imports", "-c", question.replace("goal=7", "")) == "1\n"
    site.end(signal.SIGINT)


def test_nothing_outlives_a_killed_site(start, var_dir, free_port):
    site = start(*SERVE, PORT=str(free_port))
    site.wait_for(UP)
    site.end(signal.SIGKILL)
    assert locks.wait_until_free(var_dir / "postgres.alive", seconds=SECONDS)
    assert locks.wait_until_free(var_dir / "postgres.watchers", seconds=SECONDS)
    assert processes_of(var_dir) == []


def test_worker_and_database_that_died_are_started_again(start, var_dir, free_port):
    site = start(*SERVE, PORT=str(free_port))
    site.wait_for(UP)
    (worker,) = pids_of(var_dir, "manage.py worker")
    os.kill(worker, signal.SIGKILL)
    site.wait_for("The worker ended by itself")
    os.kill(postmaster(var_dir), signal.SIGKILL)
    site.wait_for("PostgreSQL ended by itself")
    wait_until_healthy(free_port)
    assert site.end(signal.SIGTERM) == 0


def test_without_the_web_server_all_ends(start, var_dir, free_port):
    site = start(*SERVE, PORT=str(free_port))
    site.wait_for(UP)
    for pid in pids_of(var_dir, "gunicorn"):
        os.kill(pid, signal.SIGKILL)
    assert site.end() == 1
    assert "The web server ended by itself" in site.said
    assert processes_of(var_dir) == []


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1"])
def test_port_that_is_none_is_refused_by_its_name(start, port):
    site = start(*SERVE, PORT=port)
    assert site.end() == 1
    assert site.said == f"PORT is {port!r}, but must be a number from 1 to 65535.\n"


def test_host_that_is_none_is_refused_by_its_name(start, free_port):
    site = start(*SERVE, PORT=str(free_port), HOST="no.such.host.invalid")
    assert site.end() == 1
    assert site.said == "HOST is 'no.such.host.invalid', and no address has that name.\n"


def test_wrong_database_url_is_one_sentence_without_the_password(start, free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"postgres://somebody:verysecret@127.0.0.1:{taken.getsockname()[1]}/peace"
        site = start(*SERVE, PORT=str(free_port), DATABASE_URL=url)
        assert site.end() == 1
    assert site.said.startswith("The database that DATABASE_URL names cannot be used: ")
    assert site.said.count("\n") == 1
    assert "verysecret" not in site.said


def public_of(private):
    return base64.b64encode(bytes(PrivateKey(base64.b64decode(private)).public_key)).decode()


def test_web_server_has_no_private_key_and_the_worker_has(start, var_dir, free_port):
    private = {name: base64.b64encode(bytes(PrivateKey.generate())).decode() for name in PRIVATE}
    site = start(*SERVE, PORT=str(free_port), **private)
    site.wait_for(UP)
    for text in private.values():
        holders = processes_of(text)
        assert [command for command in holders if "gunicorn" in command] == []
        assert len([command for command in holders if "manage.py worker" in command]) == 1
    assert pids_of(var_dir, "gunicorn") != []
    site.end(signal.SIGTERM)


def test_keys_of_a_new_site_are_registered_and_the_worker_holds_them(start, environment, var_dir, free_port):
    site = start(*SERVE, PORT=str(free_port))
    site.wait_for(UP)
    lines = manage(environment, "keys", "list").splitlines()
    told = [(line.split()[0], "current since" in line) for line in lines]
    assert told == [("delivery", True), ("mail", True), ("signing", False)]
    key = var_dir / "keys" / "MAIL_PUBLIC_KEY"
    key.write_text(public_of(base64.b64encode(b"k" * 32).decode()))
    (var_dir / "keys" / "MAIL_PRIVATE_KEY").write_text(base64.b64encode(b"k" * 32).decode())
    site.end(signal.SIGTERM)
    site = start(*SERVE, PORT=str(free_port))
    assert site.end() == 1
    assert re.search(r"^MAIL_PUBLIC_KEY is the key [0-9a-f]{16}, but [0-9a-f]{16} is registered", site.said, re.M)


@pytest.mark.parametrize("key", ["INDEX_KEY", "MAIL_PUBLIC_KEY", "DELIVERY_PUBLIC_KEY"])
def test_key_that_is_none_is_refused_before_anything_is_served(start, var_dir, free_port, key):
    site = start(*SERVE, PORT=str(free_port), **{key: "cut short"})
    assert site.end() == 1
    remedy = "A key is 32 bytes in base64: copy it once more from the backup, whole and alone."
    assert site.said == f"Starting PostgreSQL.\n{key} is not base64. {remedy}\n"
    assert processes_of(var_dir) == []


@pytest.mark.parametrize("command", ["recount", "verify"])
def test_command_refuses_a_setting_in_one_sentence(start, var_dir, command):
    run = start("manage.py", command, str(var_dir), POOL_SIZE="many")
    assert run.end() == 1
    assert run.said == "POOL_SIZE is 'many', but must be a whole number, 0 or more\n"
