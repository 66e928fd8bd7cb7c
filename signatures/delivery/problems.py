"""What stands in the way of a delivery, as one sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext


class Problem(Exception):
    """A sentence with %(name)s places and their values: English for whoever runs a command or reads a log. The same in
    the language at hand, for the admin, is `translated()`. Sentences are marked with gettext_noop where they stand."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values)
        self.message = message
        self.values = {name: value if isinstance(value, int) else str(value) for name, value in values.items()}

    def translated(self) -> str:
        return gettext(self.message) % self.values


class NotNow(Problem):
    """Why what was asked for cannot be done as things stand."""


class BuildProblem(Problem):
    """Why a delivery cannot be built."""


class Finding(Problem):
    """One thing that is not right in a delivery folder."""


class FreezeRefused(Problem):
    """Why a delivery cannot be frozen now."""
