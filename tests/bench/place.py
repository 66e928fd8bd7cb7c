"""A site of the benchmarks' own: a folder, keys and a database that are gone when they end, and nobody else's data."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from petition import local
from petition.local import embedded, keys

# Not /tmp, which may live in memory: there a commit would cost nothing.
ON_DISK = "/var/tmp"
CONTENT = local.ROOT / "petition" / "content" / "paris-peace-agreement.json"
DELIVERED = "delivered-by-the-bench"


@contextmanager
def own_site() -> Iterator[None]:
    """Set the environment, make the database and the keys, and set Django up; all is removed afterwards."""
    var_dir = Path(tempfile.mkdtemp(prefix="hatthalekha-bench-", dir=ON_DISK))
    (var_dir / "static").mkdir()
    var_dir.chmod(0o755)  # as root the database server is an ordinary user, who must get through
    try:
        given = os.environ.get("DATABASE_URL")
        with _scratch(given) if given else _embedded(var_dir) as url:
            _set_environment(var_dir, url)
            keys.ensure(var_dir)
            _set_up()
            yield
            _disconnect()
    finally:
        shutil.rmtree((var_dir / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(var_dir, ignore_errors=True)


@contextmanager
def _embedded(var_dir: Path) -> Iterator[str]:
    """As `make run` starts it: every commit is on the disk before it is answered."""
    with embedded.running(var_dir):
        yield embedded.url(var_dir)


@contextmanager
def _scratch(url: str) -> Iterator[str]:
    """A database of our own on the server that DATABASE_URL names."""
    name = f"hatthalekha_bench_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _set_environment(var_dir: Path, url: str) -> None:
    """The site's defaults, whatever the developer's environment says, but for the limits: on, and never reached."""
    source = (local.ROOT / "petition" / "settings.py").read_text(encoding="utf-8")
    for name in [name for name in os.environ if f'"{name}"' in source]:
        del os.environ[name]
    os.environ.update(
        DJANGO_SETTINGS_MODULE="petition.settings",
        VAR_DIR=str(var_dir),
        DATABASE_URL=url,
        SIGN_LIMIT_NETWORK="100000000/h",
        SIGN_LIMIT_MAILBOX="100000000/h",
        SIGN_LIMIT_PETITION="100000000/h",
        TRUSTED_PROXIES="127.0.0.1",
    )


def _set_up() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from petition import loader
    from tests.bench import floor

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    loader.load(CONTENT)
    whole = json.loads(CONTENT.read_text(encoding="utf-8"))
    whole["petition"] |= {"slug": DELIVERED, "featured": False}
    second = settings.VAR_DIR / "second.json"
    second.write_text(json.dumps(whole), encoding="utf-8")
    loader.load(second)
    with connection.cursor() as cursor:
        cursor.execute(floor.TABLE)


def _disconnect() -> None:
    from django.db import connection

    connection.close()
    if connection.pool is not None:
        connection.close_pool()


def server_words() -> dict[str, str]:
    """What the database says of itself, as far as figures hang on it."""
    from django.db import connection

    words = {}
    with connection.cursor() as cursor:
        for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
            cursor.execute(f"SHOW {name}")
            words[name] = cursor.fetchone()[0].split()[0]
    return words
