"""The audit trail in words. The database keeps short English words and the names of models and fields; each room says
here what those that it writes are called."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from petition import approvals, audit
from petition.templatetags import language

ACTS: dict[str, Any] = {
    "add": pgettext_lazy("act", "added"),
    "change": pgettext_lazy("act", "changed"),
    "delete": pgettext_lazy("act", "deleted"),
    "load": pgettext_lazy("act", "loaded from a file"),
    "log_in": pgettext_lazy("act", "logged in"),
    "ask_approval": pgettext_lazy("act", "a second person asked"),
    "allow_approval": pgettext_lazy("act", "allowed"),
    "refuse_approval": pgettext_lazy("act", "refused"),
    "withdraw_approval": pgettext_lazy("act", "request taken back"),
    "use_approval": pgettext_lazy("act", "used what was allowed"),
    "log_in_refused": pgettext_lazy("act", "kept waiting: too many wrong passwords"),
    "factor_refused": pgettext_lazy("act", "kept waiting: too many wrong codes, after the right password"),
    "factor_add": pgettext_lazy("act", "added a second factor"),
    "factor_remove": pgettext_lazy("act", "removed a second factor"),
    "factor_reset": pgettext_lazy("act", "ended password and second factor, to begin anew"),
    "recovery_codes": pgettext_lazy("act", "made new recovery codes"),
    "recovery_code": pgettext_lazy("act", "used a recovery code"),
    "own_password": pgettext_lazy("act", "chose a password of their own"),
}
# What an act was done to, where that is no row of a model.
TARGETS: dict[str, Any] = {}
# The parts of a detail, and for some of them how their value is written.
PARTS: dict[str, Any] = {
    "added": pgettext_lazy("act", "added"),
    "changed": pgettext_lazy("act", "changed"),
    "deleted": pgettext_lazy("act", "deleted"),
    "factor": _("second factor"),
    "fields": _("fields"),
    "file": _("file"),
    "kind": _("what"),
    "request": _("request"),
    "remaining": _("remaining"),
}
FACTORS: dict[str, Any] = {"app": _("app"), "key": _("security key")}
WRITERS: dict[str, Callable[[Any], Any]] = {
    "kind": lambda name: approvals.kinds[name].label if name in approvals.kinds else name,
    "factor": lambda kind: FACTORS.get(kind, kind),
}
# Fields of forms that are no fields of a model.
FORM_FIELDS: dict[str, Any] = {
    "password1": _("password"),
    "password2": _("password"),
    "usable_password": _("password"),
}


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def by(name: str) -> str:
    return gettext("the system") if name == audit.SYSTEM else name


def act(word: str) -> str:
    return str(ACTS.get(word, word))


def target(name: str) -> str:
    """petition.recipient:7 is `recipient 7`; petition.recipient alone is `recipient`. What follows the colon of a word
    of TARGETS stays as it is."""
    if name in TARGETS:
        return str(TARGETS[name])
    label, _colon, pk = name.partition(":")
    model = _model(label)
    if model is None:
        return f"{TARGETS[label]} {pk}".strip() if label in TARGETS else name
    return f"{model._meta.verbose_name} {language.digits(pk)}".strip()


def _field(model: type[Model] | None, name: str) -> str:
    if model is None:
        return name
    try:
        return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return str(FORM_FIELDS.get(name, name))


def _value(part: str, value: Any, model: type[Model] | None) -> str:
    if part in WRITERS:
        return str(WRITERS[part](value))
    if part == "fields":
        return ", ".join(dict.fromkeys(_field(model, name) for name in value))
    if isinstance(value, dict):
        return ", ".join(f"{target(row)} ({_value('fields', names, _of(row))})" for row, names in value.items())
    if isinstance(value, list):
        return ", ".join(map(target, value))
    return language.number(value) if isinstance(value, int) else str(value)


def _of(row: str) -> type[Model] | None:
    return _model(row.partition(":")[0])


def detail(given: dict[str, Any], row: str) -> str:
    """`before: waiting · reason: fraud`, of an act on `row`; the database keeps no order of its own."""
    colon = gettext("%(what)s: %(may)s")
    model = _of(row)
    parts = [
        colon % {"what": PARTS.get(part, part), "may": _value(part, value, model)}
        for part, value in sorted(given.items())
        if value != ""
    ]
    return " · ".join(parts)


def day(iso: str) -> str:
    return language.day(datetime.date.fromisoformat(iso))
