"""A web server loads the application only where its keys are right, and also while its database is down."""

import base64
import os
import subprocess
import sys

import pytest
from nacl.public import PrivateKey

from petition.local import ROOT, keys

NOWHERE = "postgres://nobody@127.0.0.1:9/none"


@pytest.fixture
def load(tmp_path):
    """Load the application as a web server does: how it ended, and what it printed, else its last words."""
    keys.ensure(tmp_path)

    def load(code="import petition.wsgi", **settings):
        env = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": NOWHERE} | settings
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
        return done.returncode, (done.stdout or done.stderr).strip().rpartition("\n")[2]

    return load


def test_right_keys_load_while_the_database_is_down(load):
    code = "import petition.wsgi, threading; print(threading.active_count())"
    assert load(code, POOL_SIZE="2") == (0, "1")  # the pool and its threads are gone, so a server may fork


def test_wrong_key_is_refused_in_a_sentence(load):
    code, said = load(MAIL_PUBLIC_KEY="cut short")
    assert (code, said) == (
        1,
        "django.core.exceptions.ImproperlyConfigured: MAIL_PUBLIC_KEY is not base64. A key is 32 bytes in base64: copy "
        "it once more from the backup, whole and alone.",
    )


def test_private_key_of_another_pair_is_refused(load):
    code, said = load(DELIVERY_PRIVATE_KEY=base64.b64encode(bytes(PrivateKey.generate())).decode())
    assert (code, "DELIVERY_PRIVATE_KEY does not belong to DELIVERY_PUBLIC_KEY." in said) == (1, True)


def test_private_key_that_is_set_to_nothing_is_not_read_from_its_file(load):
    code = "import petition.settings as s; print([s.MAIL_PRIVATE_KEY, bool(s.DELIVERY_PRIVATE_KEY)])"
    assert load(code, MAIL_PRIVATE_KEY="") == (0, "['', True]")
