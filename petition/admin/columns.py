"""Columns and read-only fields as the reader writes them: Django's own keep Latin digits in every language, and tell
a yes or no that is shown as a picture in English."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Model
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from petition.templatetags import language

Column = Callable[[Model], str]
NOTHING = "–"


def _column(name: str, label: Any, write: Callable[[Any], str]) -> Column:
    @admin.display(description=label, ordering=name)
    def column(row: Model) -> str:
        return write(getattr(row, name)) or NOTHING

    return column


def day(name: str, label: Any) -> Column:
    return _column(name, label, language.day)


def number(name: str, label: Any) -> Column:
    """Grouped: 1,000,000."""
    return _column(name, label, language.number)


def digits(name: str, label: Any) -> Column:
    """As it is: the third of something."""
    return _column(name, label, language.digits)


def moment(name: str, label: Any) -> Column:
    """A day and the time of day where the site is."""
    return _column(name, label, language.moment)


def _picture(is_true: bool) -> SafeString:
    name, words = ("yes", _("Yes")) if is_true else ("no", _("No"))
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), words)


def truth(name: str, label: Any) -> Column:
    return _column(name, label, _picture)


@cache
def of(field: models.Field) -> Column | str:
    """A field of a model as a column, where its value is written differently in the two languages; else its name."""
    kinds = {
        models.BooleanField: truth,
        models.DateTimeField: moment,  # which is a DateField too
        models.DateField: day,
        models.IntegerField: number,
    }
    if not field.choices:
        for kind, column in kinds.items():
            if isinstance(field, kind):
                return column(field.name, field.verbose_name)
    return field.name


def in_words(model: type[Model], names: Any) -> Any:
    """Names of fields, nested or not, each as `of` has it."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    if isinstance(names, list | tuple):
        return [in_words(model, name) for name in names]
    return of(fields[names]) if names in fields else names
