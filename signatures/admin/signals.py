"""How signals and the limits of an hour are set. Their rows come with the migrations: none is added or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from signatures import noticing
from signatures.models import SignalSetting, TrendLimit


class FixedRowsAdmin(StaffAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SignalSetting)
class SignalSettingAdmin(FixedRowsAdmin):
    list_display = (
        "__str__",
        columns.truth("is_on", _("is on")),
        columns.number("score", _("score")),
        columns.number("least", _("noticed above")),
        columns.number("percent", _("and from this share on (%)")),
    )
    fields = ("is_on", "score", "least", "percent")

    def save_model(self, request: HttpRequest, obj: SignalSetting, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(noticing.forget)


@admin.register(TrendLimit)
class TrendLimitAdmin(FixedRowsAdmin):
    list_display = (
        "__str__",
        columns.truth("is_on", _("is on")),
        columns.number("least", _("from this number on")),
        columns.number("percent", _("and from this share on (%)")),
    )
    fields = ("is_on", "least", "percent")
