from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from petition import pictures
from petition.admin import columns
from petition.admin.audited import StaffAdmin
from petition.admin.pictures import PictureInline
from petition.models import Petition, Tag, Update
from petition.models.update import LANGUAGES, MORE, PICTURE_PLACE
from petition.templatetags.language import clock, day

# Whether a room above keeps the hour of an update, and moves it there.
keeps_hour: list[Callable[[Update], bool]] = []

WORDS = {"title_km", "title_en", "body_km", "body_en", "byline", "in_one_language"}


@admin.register(Tag)
class TagAdmin(StaffAdmin):
    list_display = ("slug", "name_km", "name_en")
    fields = ("slug", ("name_km", "name_en"))


def status(update: Update) -> str:
    """Who can read it, and since or from when, in a sentence."""
    if not update.is_published:
        return gettext("Draft: only staff see it.")
    if not update.petition.is_public:
        return gettext("Published, but its petition is not public: only staff see it.")
    if update.publish_at is None:
        return gettext("Public.")
    moment = {"day": day(update.publish_at), "time": clock(update.publish_at)}
    if update.is_public:
        return gettext("Public since %(day)s, %(time)s (Phnom Penh time).") % moment
    return gettext("Will be public on %(day)s at %(time)s (Phnom Penh time).") % moment


@admin.register(Update)
class UpdateAdmin(StaffAdmin):
    list_display = (columns.day("published_on", _("date")), "title", "petition", "status")
    list_display_links = ("title",)
    list_filter = ("petition", "is_published", "tags")
    list_select_related = ("petition",)
    search_fields = ("title_km", "title_en")
    filter_horizontal = ("tags",)
    inlines = (PictureInline,)
    fieldsets = (
        (None, {"fields": ["petition", "slug", ("published_on", "byline"), "tags"]}),
        (_("Who may read it, and when"), {"fields": [("is_published", "publish_at"), "in_one_language"]}),
        (
            _("What it says"),
            {
                "fields": [("title_km", "title_en"), ("body_km", "body_en")],
                "description": format_lazy(
                    _(
                        "In Markdown: an empty line between paragraphs, **bold**, [a link](https://example.org/), "
                        "- before each point of a list, {picture} where the first picture stands. What stands above a "
                        "line with {more} is what lists show."
                    ),
                    picture="<code>![](1)</code>",
                    more=f"<code>{escape(MORE)}</code>",
                ),
            },
        ),
    )

    @admin.display(description=_("title"))
    def title(self, update: Update) -> str:
        return str(update)

    @admin.display(description=_("state"))
    def status(self, update: Update) -> str:
        return status(update)

    def get_readonly_fields(self, request: HttpRequest, obj: Update | None = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return [*given, "publish_at"] if obj and any(keeps(obj) for keeps in keeps_hour) else given

    def view_on_site(self, update: Update) -> str | None:
        return update.get_absolute_url() if update.is_public and update.petition.is_public else None

    # -- saving ----------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Update, form: Any, change: bool) -> None:
        was_public = Update.objects.published().filter(pk=obj.pk).exists()
        super().save_model(request, obj, form, change)
        if obj.is_public and not was_public:
            obj.publish_at = timezone.now()
            obj.save(update_fields=["publish_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if WORDS & set(form.changed_data) or any(formset.has_changed() for formset in formsets):
            form.instance.edited_at = timezone.now()
            form.instance.save(update_fields=["edited_at"])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A new picture gets the next number, and keeps it: the texts name it by that."""
        update = Update.objects.select_for_update().get(pk=form.instance.pk)
        last = max(update.pictures.values_list("number", flat=True), default=0)
        for picture in formset.save(commit=False):
            if picture.number is None:
                picture.number = last = last + 1
            picture.save()
        for picture in formset.deleted_objects:
            picture.delete()
        if formset.has_changed():
            transaction.on_commit(pictures.sweep)

    def delete_model(self, request: HttpRequest, obj: Update) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(pictures.sweep)

    # -- the preview -----------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        show = self.admin_site.admin_view(require_POST(self.preview))
        return [
            path("preview/", show, name="petition_update_preview_new"),
            path("<int:pk>/preview/", show, name="petition_update_preview"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if context["original"]:
            # As it is saved: a form that was refused has already written what was typed into the original.
            saved = self.get_queryset(request).select_related("petition").get(pk=context["original"].pk)
            context |= {
                "status": status(saved),
                "preview_url": reverse("admin:petition_update_preview", args=[saved.pk]),
            }
        else:
            context |= {"status": None, "preview_url": reverse("admin:petition_update_preview_new")}
        return super().render_change_form(request, context, *args, **kwargs)

    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """What is typed in the form, in both languages as it will read. Nothing is saved."""
        saved = self.get_object(request, str(pk)) if pk else None
        may = self.has_change_permission(request, saved) if pk else self.has_add_permission(request)
        if not may or (pk and saved is None):
            raise Http404
        form = self.get_form(request, saved, change=bool(pk))(request.POST, instance=saved)
        form.is_valid()  # its instance holds what can be read of it
        update = form.instance
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "subtitle": str(update),
            "opts": self.opts,
            "update": update,
            "missing": _missing_pictures(update),
            "frames": [(code, _frame(update, code)) for code in LANGUAGES],
        }
        return render(request, "admin/petition/update/preview.html", context)


def _missing_pictures(update: Update) -> list[int]:
    """The numbers in the texts that no picture has."""
    named = set(PICTURE_PLACE.findall(update.body_km + update.body_en))
    return sorted(int(number) for number in named - set(update.numbered_pictures))


def _frame(update: Update, language: str) -> str:
    """A whole page of its own, so that nothing of the admin's look is in it. Its links lead nowhere."""
    if update.petition_id is None:
        update.petition = Petition(slug="preview")
    update.slug = "preview"
    with translation.override(language):
        return render_to_string("admin/petition/update/frame.html", {"update": update, "language": language})
