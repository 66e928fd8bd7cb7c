"""What every room of the staff keeps: each change leaves an audit row, and writes only the fields that changed."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.text import capfirst

from petition import audit
from petition.admin import columns


class LinesField(forms.CharField):
    """A text as it is stored: browsers send every line end as CR LF."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class TwoLanguages:
    """For admins and inlines: what a field's name ends with is the language it is written in."""

    formfield_overrides: Any = {models.TextField: {"form_class": LinesField, "widget": AdminTextareaWidget}}

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        language = db_field.name.rpartition("_")[2]
        if field is not None and language in ("km", "en"):
            field.widget.attrs["lang"] = language
        return field


def changes(form: ModelForm, formsets: Iterable[Any]) -> dict[str, Any]:
    """What a form changed, by the names of fields and objects: never a value."""
    detail: dict[str, Any] = {"fields": list(form.changed_data)} if form.changed_data else {}
    for formset in formsets:
        label = formset.model._meta.label_lower
        for row in formset.new_objects:
            detail.setdefault("added", []).append(f"{label}:{row.pk}")
        for row, fields in formset.changed_objects:
            detail.setdefault("changed", {})[f"{label}:{row.pk}"] = list(fields)
        if formset.deleted_objects:
            detail.setdefault("deleted", []).extend([label] * len(formset.deleted_objects))
    return detail


class Audited(admin.ModelAdmin):
    """Writes an audit row beside Django's own log, in the same transaction."""

    # The filters' counts have Latin digits, and cost a query each.
    show_facets = admin.ShowFacets.NEVER

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm, formsets: Any, add: bool = False
    ) -> list[Any]:
        # Django asks for the message while it has the forms, and logs when it has them no more.
        request.changes = changes(form, formsets or [])  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        audit.record(by=request.user, act="add", target=obj, detail=getattr(request, "changes", {}))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        if message:  # empty where a form was saved as it was
            audit.record(by=request.user, act="change", target=obj, detail=getattr(request, "changes", {}))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[models.Model]) -> Any:
        for obj in queryset:
            audit.record(by=request.user, act="delete", target=obj)
        return super().log_deletions(request, queryset)


class Readable:
    """For admins and inlines: who may look and not change reads days, numbers and yes or no in their own language."""

    def is_only_read(self, request: HttpRequest, obj: models.Model | None) -> bool:
        return obj is not None and not self.has_change_permission(request, obj)  # type: ignore[attr-defined]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readable(request, obj, super().get_fieldsets(request, obj))  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        if not self.is_only_read(request, obj):
            return given
        return [*given, *flatten_fieldsets(self.get_fieldsets(request, obj))]

    def readable(self, request: HttpRequest, obj: Any, fieldsets: Any) -> Any:
        if not self.is_only_read(request, obj):
            return fieldsets
        model = self.model  # type: ignore[attr-defined]
        return [(title, {**more, "fields": columns.in_words(model, more["fields"])}) for title, more in fieldsets]


class StaffAdmin(Readable, TwoLanguages, Audited):
    """For the house's own models. Nobody deletes in bulk."""

    actions = None
    list_per_page = 50
    save_on_top = False

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        """Only what changed, so that what the database or a colleague wrote meanwhile stays."""
        if not change:
            obj.save()
            return
        own = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[name for name in form.changed_data if name in own])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Without the rows that only tie two objects together, such as an update to its tags: nobody knows them by
        name, and Django has only an English one."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        related = [field.related_model for field in self.opts.get_fields(include_hidden=True) if field.one_to_many]
        ties = [model._meta for model in related if model and model._meta.auto_created]
        lines = tuple(f"{capfirst(tie.verbose_name)}: " for tie in ties)
        kept = {name: n for name, n in counts.items() if name not in {tie.verbose_name_plural for tie in ties}}
        return _without_lines(to_delete, lines), kept, perms_needed, protected


def _without_lines(nested: list[Any], beginnings: tuple[str, ...]) -> list[Any]:
    kept = []
    for entry in nested:
        if isinstance(entry, list):
            kept += [inner] if (inner := _without_lines(entry, beginnings)) else []
        elif not str(entry).startswith(beginnings):
            kept.append(entry)
    return kept


class StaffInline(Readable, TwoLanguages, admin.StackedInline):
    extra = 0
    template = "admin/house_inline.html"


def without(fieldsets: Any, names: Iterable[str]) -> Any:
    """The fieldsets less some fields."""
    left_out = set(names)
    kept = copy.deepcopy(fieldsets)
    for _title, options in kept:
        options["fields"] = [name for name in options["fields"] if name not in left_out]
    return kept
