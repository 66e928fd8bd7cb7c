from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from petition.models import Petition
from petition.models.petition import WORDING

LOCKED = _(
    "People have signed this text. It stays as they signed it; what is around it can still be changed: "
    "state, goal, dates, summary, places to break a line."
)
LOCKED_ON = columns.day("wording_locked_at", _("wording locked at"))
UNLOCKED = _("With the first confirmed signature this text locks, and nobody can change it any more.")


@admin.register(Petition)
class PetitionAdmin(StaffAdmin):
    list_display = (
        "title",
        "state",
        columns.number("goal", _("goal")),
        columns.day("opened_on", _("opened on")),
        columns.day("closes_on", _("closes on")),
        columns.truth("is_featured", _("first on the home page")),
    )
    list_filter = ("state",)

    @admin.display(description=_("petition"), ordering="short_title_en")
    def title(self, petition: Petition) -> str:
        return str(petition)

    def get_fieldsets(self, request: HttpRequest, obj: Petition | None = None) -> Any:
        locked = obj is not None and obj.is_wording_locked
        pairs = [(f"{name}_km", f"{name}_en") for name in ("title", "intro", "demands", "sign_off")]
        wording = [*pairs, LOCKED_ON] if locked else pairs
        fieldsets = [
            (None, {"fields": ["slug", ("state", "goal", "is_featured"), ("opened_on", "closes_on")]}),
            (_("What people sign"), {"fields": wording, "description": LOCKED if locked else UNLOCKED}),
            (
                _("Around it"),
                {
                    "fields": [
                        ("short_title_km", "short_title_en"),
                        ("summary_km", "summary_en"),
                        ("organiser_km", "organiser_en"),
                        "organiser_short",
                        "reminds_unconfirmed",
                    ]
                },
            ),
            (
                _("Places to break a line in Khmer"),
                {
                    "classes": ["collapse"],
                    "description": _(
                        "The Khmer text once more, with an invisible space (U+200B) wherever a line may break. "
                        "Left empty, browsers and paper find the places by themselves."
                    ),
                    "fields": ["title_hints_km", "intro_hints_km", "demands_hints_km"],
                },
            ),
        ]
        return self.readable(request, obj, fieldsets)

    def get_readonly_fields(self, request: HttpRequest, obj: Petition | None = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        locked = obj is not None and obj.is_wording_locked
        return [*given, *WORDING, LOCKED_ON] if locked else given

    def view_on_site(self, petition: Petition) -> str | None:
        return petition.get_absolute_url() if petition.is_public else None

    def has_delete_permission(self, request: HttpRequest, obj: Petition | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except IntegrityError as fault:
            # Somebody's signature was confirmed between the opening of this form and its sending.
            if "the wording of petition" not in str(fault):
                raise
            messages.error(request, LOCKED)
            return HttpResponseRedirect(request.get_full_path())

    def response_change(self, request: HttpRequest, obj: Petition) -> HttpResponse:
        if obj.is_wording_locked and any(name in request.POST for name in WORDING):
            messages.warning(request, LOCKED)
        return super().response_change(request, obj)
