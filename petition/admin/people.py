"""Staff and their groups, with an audit row for every change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, SetUnusablePasswordMixin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from petition import accounts
from petition.admin import columns, rights
from petition.admin.audited import Audited, Readable, without
from petition.reauth import confirmed_lately

# What only a superuser gives: with it, an administrator could make themselves one.
ABOVE = ("is_superuser", "user_permissions")
LAST_LOGIN = columns.moment("last_login", _("last login"))
JOINED = columns.moment("date_joined", _("date joined"))

admin.site.unregister(User)
admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):
    """Django's, whose warning is English in every language."""

    def save(self, commit: bool = True) -> User:
        """Who set it knows it: the colleague must choose another."""
        user = super().save(commit)
        accounts.mark_given(user=user)
        return user

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

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:id>/begin-anew/", self.admin_site.admin_view(self.begin_anew), name="auth_user_begin_anew")
        return [own, *super().get_urls()]

    @method_decorator(confirmed_lately)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            accounts.mark_given(user=obj)

    @method_decorator(confirmed_lately)
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Of a colleague. One's own is changed where the old one is asked for."""
        if id == str(request.user.pk):
            return redirect("admin:password_change")
        return super().user_change_password(request, id, form_url)

    @method_decorator(confirmed_lately)
    def begin_anew(self, request: HttpRequest, id: int) -> HttpResponse:
        """Takes password and second factor of a colleague who lost them. A superuser's own are on the own page."""
        if not request.user.is_superuser:
            raise PermissionDenied
        if id == request.user.pk:
            return redirect("admin:factors")
        person = get_object_or_404(User, pk=id, is_staff=True)
        context = self.admin_site.each_context(request) | {"title": gettext("Begin anew"), "opts": self.opts}
        if request.method == "POST":
            context["password"] = accounts.reset(user=person, by=request.user)
        return render(request, "admin/staff/reset.html", context | {"person": person})

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

    @method_decorator(confirmed_lately)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

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
