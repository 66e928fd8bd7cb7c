"""How long data is kept, edited as a history: a new row follows, and only its note may be mended."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from signatures.models import RetentionPolicy


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(StaffAdmin):
    list_display = ("kind", columns.number("days", _("days")), columns.day("since", _("holds from")))
    list_display_links = ("kind",)
    list_filter = ("kind",)
    fields = ("kind", "days", "since", "note_km", "note_en")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return [*given, "kind", "days", "since"] if obj else given

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        shown = {"days": columns.number("days", _("days")), "since": columns.day("since", _("holds from"))}
        return [
            (title, {**more, "fields": [shown.get(name, name) for name in more["fields"]]}) for title, more in fieldsets
        ]

    def has_delete_permission(self, request: HttpRequest, obj: RetentionPolicy | None = None) -> bool:
        """One that was announced and is no shorter than the one before."""
        if not super().has_delete_permission(request, obj) or obj is None:
            return False
        before = RetentionPolicy.objects.filter(kind=obj.kind, since__lt=obj.since).order_by("since").last()
        return obj.since > timezone.localdate() and before is not None and obj.days >= before.days
