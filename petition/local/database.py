"""The database as the set-up sees it: is it there, may it be used, does it hold what new keys could not open."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
import psycopg

from petition.local import Trouble, keys

FORM = "postgres://user:password@host:5432/name"
OLDEST = 140000  # what Django 5.2 works with
CONNECT_SECONDS = 5


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Raises Trouble, in which no password stands."""
    config = _config(url)
    given = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    wanted = {name: str(config[key]) for name, key in given.items() if config.get(key)}
    try:
        connection = psycopg.connect(
            autocommit=True, **{"connect_timeout": CONNECT_SECONDS} | wanted | config.get("OPTIONS", {})
        )
    except (psycopg.Error, ValueError, TypeError) as error:
        raise Trouble(f"The database that DATABASE_URL names cannot be used: {_said(error, wanted)}") from None
    if connection.info.server_version < OLDEST:
        connection.close()
        raise Trouble(f"DATABASE_URL names a PostgreSQL that is too old: {OLDEST // 10000} or newer is needed.")
    return connection


def make_keys(var_dir: Path, url: str) -> None:
    """keys.ensure, but never new ones for signatures that were sealed with others."""
    lost = keys.missing(var_dir)
    if lost and holds_signatures(url):
        raise Trouble(
            f"The database holds signatures, and their keys are not here: {', '.join(lost)}. Put the files back into "
            f"{Path(var_dir) / 'keys'} from the backup, or set them in the environment."
        )
    keys.ensure(var_dir)


def holds_signatures(url: str) -> bool:
    with connect(url) as connection:
        found = connection.execute("SELECT to_regclass('signatures_signature') IS NOT NULL").fetchone()
        if found != (True,):
            return False
        return connection.execute("SELECT EXISTS (SELECT FROM signatures_signature)").fetchone() == (True,)


def _config(url: str) -> dict[str, Any]:
    """As Django's DATABASES has it. Raises Trouble, in which nothing of the address stands."""
    try:
        with warnings.catch_warnings(action="ignore"):  # they quote the password, as the errors may
            config = dict(environ.Env.db_url_config(url))
    except Exception:
        config = {}
    if config.get("ENGINE") != "django.db.backends.postgresql" or not config.get("NAME"):
        raise Trouble(
            f"DATABASE_URL must have the form {FORM}; what is no letter or digit in the password is percent-encoded."
        )
    return config


def _said(error: Exception, wanted: dict[str, str]) -> str:
    text = " ".join(str(error).split()).removeprefix("connection failed: ").partition(" Is the server running")[0]
    for secret in (wanted.get("password", ""), unquote(wanted.get("password", ""))):
        text = text.replace(secret, "…") if secret else text
    return text.rstrip(".") + "."
