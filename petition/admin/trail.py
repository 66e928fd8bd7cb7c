from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst

from petition.admin import keyset
from petition.models import AuditEntry

ROWS = 100


def in_words(detail: dict[str, Any]) -> str:
    """`before: waiting; reason: fraud`; the database keeps no order of its own."""
    parts = (
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in sorted(detail.items())
    )
    return "; ".join(parts)


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Read only, newest first, in pages by number: it may hold as many rows as there are signatures."""

    fields = ("at", "by", "act", "target", "detail")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        by = request.GET.get("by", "").strip()
        rows = AuditEntry.objects.filter(by=by) if by else AuditEntry.objects.all()
        page = keyset.page(rows, keyset.cursor(request), size=ROWS)
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "page": page,
            "entries": [(entry, in_words(entry.detail)) for entry in page.rows],
            "by": by,
            "query": urlencode({"by": by}) if by else "",
        }
        return render(request, "admin/petition/auditentry/list.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
