"""What groups and permissions are called: the database has an English name for each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.forms import ModelMultipleChoiceField
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The groups that the migrations make. One that an administrator adds is called as they call it.
GROUPS = {
    "organisers": _("organisers"),
    "delivery staff": _("delivery staff"),
    "administrators": _("administrators"),
}
ACTIONS = {"add": _("add"), "change": _("change"), "delete": _("delete"), "view": _("view")}
# Where the rooms of the staff are. What else Django keeps permissions for, no page of ours asks about.
ROOMS = ("auth", "petition", "signatures", "delivery")


def group_name(group: Group) -> str:
    return str(GROUPS.get(group.name, group.name))


def permission_name(permission: Permission) -> str:
    """`Petition: change`; one of our own as it is named: `Delivery: Can freeze a delivery`."""
    model = permission.content_type.model_class()
    if model is None:
        return permission.name
    action = permission.codename.removesuffix(f"_{model._meta.model_name}")
    what = ACTIONS[action] if action in ACTIONS else gettext(permission.name)
    return gettext("%(what)s: %(may)s") % {"what": capfirst(model._meta.verbose_name), "may": what}


def permissions() -> QuerySet[Permission]:
    found = Permission.objects.filter(content_type__app_label__in=ROOMS).exclude(content_type__model="permission")
    return found.select_related("content_type")


class GroupsField(ModelMultipleChoiceField):
    def label_from_instance(self, group: Group) -> str:
        return group_name(group)


class PermissionsField(ModelMultipleChoiceField):
    def label_from_instance(self, permission: Permission) -> str:
        return permission_name(permission)


class GroupFilter(admin.RelatedFieldListFilter):
    def field_choices(self, *args: Any) -> list[tuple[int, str]]:
        return [(group.pk, group_name(group)) for group in Group.objects.order_by("name")]
