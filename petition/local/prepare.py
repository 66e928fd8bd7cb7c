"""Everything between a database that answers and a site that can be served; safe to repeat, quick where all is done."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from petition import startup
from petition.local import ROOT, Trouble, database, is_full, messages, var_dir

FOUNDING_PETITION = ROOT / "petition" / "content" / "paris-peace-agreement.json"
LOCK = 0x68617474  # of our own choosing: who prepares on the same database waits


def prepare() -> None:
    url = os.environ["DATABASE_URL"]
    with database.connect(url) as connection, connection.transaction():
        # Of the transaction and not of the session: a pooler in between would lend the session to others.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        database.make_keys(var_dir(), url)
        messages.compile_all()
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        # Without a word: a site with a key that is none would take no signature.
        startup.refuse_what_is_wrong()
        call_command("keys", "register", "--if-none", stdout=io.StringIO())
        collect_static()
        call_command("load_petition", FOUNDING_PETITION, if_none=True)
        call_command("first_staff")


def collect_static() -> None:
    """Hashing and compressing takes seconds, so only where a file changed."""
    made = Path(settings.STATIC_ROOT) / "made-from"
    now = _static_files()
    if made.exists() and made.read_text() == now:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    made.write_text(now)


def _static_files() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            state = os.stat(storage.path(name))
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "petition.settings")
    try:
        prepare()
    except (ImproperlyConfigured, CommandError) as error:
        raise Trouble(str(error)) from None
    except (DatabaseError, psycopg.Error) as error:
        raise Trouble(f"The database refused: {' '.join(str(error).split())}") from None
    except OSError as error:
        if is_full(error):
            raise Trouble(f"The disk is full: there is no room in {var_dir()}.") from None
        raise


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(str(trouble))
