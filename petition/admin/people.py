"""Staff and their groups, with an audit row for every change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, SetUnusablePasswordMixin
from django.contrib.auth.models import Group, User
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from petition.admin import columns, rights
from petition.admin.audited import Audited, Readable, without

# What only a superuser gives: with it, an administrator could make themselves one.
ABOVE = ("is_superuser", "user_permissions")
LAST_LOGIN = columns.moment("last_login", _("last login"))
JOINED = columns.moment("date_joined", _("date joined"))

admin.site.unregister(User)
admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):
    """Django's, whose warning is English in every language."""

    usable_password_help_text: Any = format_lazy(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )


class InWords:
    """Groups and permissions are chosen by what they are called in the reader's language."""

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Group:
            kwargs["form_class"] = rights.GroupsField
        elif db_field.name in ("permissions", "user_permissions"):
            kwargs |= {"form_class": rights.PermissionsField, "queryset": rights.permissions()}
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(User)
class StaffUserAdmin(InWords, Readable, Audited, UserAdmin):
    """Who leaves is made inactive, never deleted: their name stands in the audit trail."""

    change_password_form = PasswordForm
    list_filter = ("is_active", ("groups", rights.GroupFilter))
    list_display = ("username", "first_name", "last_name", columns.truth("is_active", _("active")), LAST_LOGIN)
    fieldsets: Any = (
        (None, {"fields": ["username", "password"]}),
        (_("Personal info"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "groups", "is_superuser", "user_permissions"]}),
        (_("Important dates"), {"fields": [LAST_LOGIN, JOINED]}),
    )
    add_fieldsets = (
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (_("Permissions"), {"fields": ["is_staff", "groups"]}),
    )
    readonly_fields: Any = (LAST_LOGIN, JOINED)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        left_out = () if request.user.is_superuser else ABOVE
        if self.is_only_read(request, obj):
            # To be read, Django shows the password's hash as it is stored.
            left_out = (*left_out, "password")
        return without(super().get_fieldsets(request, obj), left_out)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(Group)
class StaffGroupAdmin(InWords, Readable, Audited, GroupAdmin):
    list_display = ("title",)

    @admin.display(description=_("name"), ordering="name")
    def title(self, group: Group) -> str:
        return rights.group_name(group)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context.get("original"):
            context["subtitle"] = rights.group_name(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False
