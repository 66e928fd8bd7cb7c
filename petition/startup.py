"""What must be right before anything is served or sent."""

from __future__ import annotations

from typing import cast

from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

# The tag of the system checks that are asked at a start. The rooms above register theirs, each with deploy=True, so
# that a command that mends what is wrong runs meanwhile.
START = "start"


def refuse_what_is_wrong() -> None:
    """Raises ImproperlyConfigured: a plain sentence for each thing that is wrong, and what to do."""
    found = run_checks(tags=[START], include_deployment_checks=True, databases=["default"])
    wrong = [message for message in found if message.level >= ERROR]
    if wrong:
        raise ImproperlyConfigured("\n".join(f"{message.msg} {message.hint}" for message in wrong))


def check_web() -> None:
    """The same for a web server, which may fork after it has loaded the application: the threads of a connection pool
    would not come along, so none is left."""
    try:
        refuse_what_is_wrong()
    finally:
        connection.close()
        postgres = cast(DatabaseWrapper, connections["default"])
        if postgres.pool is not None:
            postgres.close_pool()
