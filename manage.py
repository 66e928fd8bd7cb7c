#!/usr/bin/env python3
"""Django's commands. Without DATABASE_URL they have the embedded PostgreSQL, beside a running site or on their own."""

import os
import sys
from contextlib import nullcontext

from petition import local

# They read files, or nothing at all: a machine that only builds a delivery needs no database and gets no keys.
WITHOUT_DATABASE = {
    *("build", "build_offline", "sample", "verify"),
    *("check", "collectstatic", "findstatic", "help", "version", "--help", "--version"),
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "petition.settings")
    os.environ["VAR_DIR"] = str(local.var_dir())
    try:
        import django  # noqa: F401  what is not installed is told below

        from petition.local import database, embedded
    except ModuleNotFoundError as error:
        raise local.Trouble(
            f"{error.name} is not here: run it as .venv/bin/python manage.py, after make run."
        ) from None
    if WITHOUT_DATABASE.intersection(sys.argv[1:2] or ["help"]):
        execute()
        return
    url = os.environ.get("DATABASE_URL")
    if url:
        database.connect(url).close()  # a pool would wait, and say less
    with nullcontext() if url else embedded.running(local.var_dir()):
        database.make_keys(local.var_dir(), url or embedded.url(local.var_dir()))
        try:
            execute()
        finally:
            close_connections()


def execute() -> None:
    """A setting that cannot be meant is one sentence, as everywhere."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from petition import logs

    if sys.argv[1:2] != ["shell"]:  # whoever types there sees what they typed anyway
        sys.excepthook = logs.excepthook
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise local.Trouble(str(error)) from None


def close_connections() -> None:
    """Before the server goes, and without waiting for the pool's threads."""
    from django.conf import settings
    from django.db import connections

    if not settings.configured:  # they were refused
        return
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


if __name__ == "__main__":
    try:
        main()
    except local.Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
