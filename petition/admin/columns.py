"""Columns and read-only fields in the reader's digits: Django's own keep Latin ones in every language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model

from petition.templatetags import language

Column = Callable[[Model], Any]


def _column(name: str, label: Any, write: Callable[[Any], str]) -> Column:
    @admin.display(description=label, ordering=name, empty_value="–")
    def column(row: Model) -> Any:
        return write(getattr(row, name)) or None

    return column


def day(name: str, label: Any) -> Column:
    return _column(name, label, language.day)


def number(name: str, label: Any) -> Column:
    """Grouped: 1,000,000."""
    return _column(name, label, language.number)


def digits(name: str, label: Any) -> Column:
    """As it is: the third of something."""
    return _column(name, label, language.digits)
