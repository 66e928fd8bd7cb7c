"""A browser of the staff that is past the door: both factors given, a moment ago."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from petition import entry


class StaffClient(Client):
    """`force_login` makes a session as petition/entry.py makes it at the end of a log-in."""

    def force_login(self, user: User, backend: str | None = None) -> None:
        super().force_login(user, backend)
        self.change_session(lambda session: entry.stamp(session, user))

    def change_session(self, change: Any) -> None:
        session = self.session
        change(session)
        session.save()

    def move_session(self, **seconds: int) -> None:
        """As if so many seconds had gone by since it was `seen`, `confirmed` or begun (`since`)."""

        def older(session: Any) -> None:
            mark = session[entry.STAMP]
            session[entry.STAMP] = mark | {name: mark[name] - passed for name, passed in seconds.items()}

        self.change_session(older)
