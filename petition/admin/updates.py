from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.html import escape
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from petition.models import Tag, Update
from petition.models.update import MORE

PUBLISHED = columns.truth("is_published", _("published"))


@admin.register(Tag)
class TagAdmin(StaffAdmin):
    list_display = ("slug", "name_km", "name_en")
    fields = ("slug", ("name_km", "name_en"))


@admin.register(Update)
class UpdateAdmin(StaffAdmin):
    list_display = (columns.day("published_on", _("date")), "title", "petition", PUBLISHED)
    list_display_links = ("title",)
    list_filter = ("petition", "is_published", "tags")
    list_select_related = ("petition",)
    search_fields = ("title_km", "title_en")
    filter_horizontal = ("tags",)
    fieldsets = (
        (None, {"fields": ["petition", "slug", ("published_on", "byline", "is_published")]}),
        (
            _("What it says"),
            {
                "fields": [("title_km", "title_en"), ("body_km", "body_en")],
                "description": format_lazy(
                    _(
                        "In Markdown: an empty line between paragraphs, **bold**, [a link](https://example.org/), "
                        "- before each point of a list. What stands above a line with {more} is what lists show."
                    ),
                    more=f"<code>{escape(MORE)}</code>",
                ),
            },
        ),
        (None, {"fields": ["tags"]}),
    )

    @admin.display(description=_("title"))
    def title(self, update: Update) -> str:
        return str(update)

    def view_on_site(self, update: Update) -> str | None:
        is_public = update.is_published and update.petition.is_public
        return update.get_absolute_url() if is_public else None

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_safe(self.preview))
        return [path("<int:pk>/preview/", preview, name="petition_update_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An update in both languages as it will read, published or not."""
        update = self.get_object(request, str(pk))
        if update is None or not self.has_view_permission(request, update):
            raise Http404
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "subtitle": str(update),
            "opts": self.opts,
            "update": update,
            "texts": [
                ("km", update.title_km, update.body_km.replace(MORE, "")),
                ("en", update.title_en, update.body_en.replace(MORE, "")),
            ],
        }
        return render(request, "admin/petition/update/preview.html", context)
