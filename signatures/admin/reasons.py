from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from petition.templatetags.language import script
from signatures import flags, reasons, tasks
from signatures.models import FlaggedWord, Reason


@admin.register(Reason)
class ReasonAdmin(StaffAdmin):
    list_display = (
        "__str__",
        columns.truth("for_hiding", _("for hiding words")),
        columns.truth("for_holding", _("for holding signatures")),
        columns.truth("is_active", _("in use")),
    )
    readonly_fields = ("kept_code",)

    def get_fields(self, request: HttpRequest, obj: Reason | None = None) -> Any:
        code = "kept_code" if obj else "code"
        return (code, ("words_km", "words_en"), ("for_hiding", "for_holding"), ("order", "is_active"))

    @admin.display(description=_("code"))
    def kept_code(self, reason: Reason) -> str:
        return format_html("<code>{}</code>", reason.code)

    def save_model(self, request: HttpRequest, obj: Reason, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(reasons.forget)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(FlaggedWord)
class FlaggedWordAdmin(StaffAdmin):
    list_display = ("in_its_language",)
    fields = ("text",)
    search_fields = ("text",)

    @admin.display(description=_("word"), ordering="text")
    def in_its_language(self, word: FlaggedWord) -> str:
        return format_html('<span lang="{}">{}</span>', script(word.text), word.text)

    def save_model(self, request: HttpRequest, obj: FlaggedWord, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.look_anew()

    def delete_model(self, request: HttpRequest, obj: FlaggedWord) -> None:
        super().delete_model(request, obj)
        self.look_anew()

    def look_anew(self) -> None:
        tasks.queue_flagging()
        transaction.on_commit(flags.forget_words)
