from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from petition import audit
from petition.admin import columns, keyset, words
from petition.models import AuditEntry

ROWS = 100
AT = columns.moment("at", _("at"))


class InWords(NamedTuple):
    entry: AuditEntry
    by: str
    act: str
    target: str
    detail: str


def in_words(entry: AuditEntry) -> InWords:
    return InWords(
        entry,
        words.by(entry.by),
        words.act(entry.act),
        words.target(entry.target),
        words.detail(entry.detail, entry.target),
    )


def _column(name: str, label: Any) -> Callable[[AuditEntry], str]:
    @admin.display(description=label)
    def column(entry: AuditEntry) -> str:
        return str(getattr(in_words(entry), name))

    return column


COLUMNS = [
    _column(name, label)
    for name, label in {"by": _("by"), "act": _("act"), "target": _("target"), "detail": _("detail")}.items()
]


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Read only, newest first, in pages by number: it may hold as many rows as there are signatures."""

    fields: Any = (AT, *COLUMNS)
    readonly_fields: Any = fields

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        by = request.GET.get("by", "").strip()
        rows = AuditEntry.objects.filter(by=by) if by else AuditEntry.objects.all()
        page = keyset.page(rows, keyset.cursor(request), size=ROWS)
        names = [audit.SYSTEM, *User.objects.order_by("username").values_list("username", flat=True)]
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "page": page,
            "entries": [in_words(entry) for entry in page.rows],
            "by": by,
            "people": [(name, words.by(name)) for name in dict.fromkeys([*names, by]) if name],
            "head": audit.head(),
            "query": urlencode({"by": by}) if by else "",
        }
        return render(request, "admin/petition/auditentry/list.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
