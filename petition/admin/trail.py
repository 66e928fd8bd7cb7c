from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from petition.admin import keyset
from petition.models import AuditEntry

ROWS = 100


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Read only, newest first, in pages by number: it may hold as many rows as there are signatures."""

    fields = ("at", "by", "act", "target", "detail")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        by = request.GET.get("by", "").strip()
        rows = AuditEntry.objects.filter(by=by) if by else AuditEntry.objects.all()
        context = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name_plural,
            "opts": self.opts,
            "page": keyset.page(rows, keyset.cursor(request), size=ROWS),
            "by": by,
            "query": {"by": by} if by else {},
        }
        return render(request, "admin/petition/auditentry/list.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
