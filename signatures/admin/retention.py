"""How long data is kept, edited as a history: a new row follows, and only its note may be mended."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from petition.reauth import confirmed_lately
from signatures.models import RetentionPolicy

# What was promised.
FIXED = ("kind", "days", "since")


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(StaffAdmin):
    list_display = ("kind", columns.number("days", _("days")), columns.day("since", _("holds from")))
    list_display_links = ("kind",)
    list_filter = ("kind",)
    fields = (*FIXED, "note_km", "note_en")

    @method_decorator(confirmed_lately)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return [*given, *columns.in_words(self.model, FIXED)] if obj else given

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or self.is_only_read(request, obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": [*columns.in_words(self.model, FIXED), "note_km", "note_en"]})]

    def has_delete_permission(self, request: HttpRequest, obj: RetentionPolicy | None = None) -> bool:
        """One that was announced and is no shorter than the one before."""
        if not super().has_delete_permission(request, obj) or obj is None:
            return False
        before = RetentionPolicy.objects.filter(kind=obj.kind, since__lt=obj.since).order_by("since").last()
        return obj.since > timezone.localdate() and before is not None and obj.days >= before.days
