"""Delivery staff, and those who administrate, draw observers' samples and record what was found. Here, since the groups
are made in this room."""

from django.db import migrations

GROUPS = ("delivery staff", "administrators")
ACTIONS = ("add", "change", "view")


def _permissions(apps):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="delivery", model="sample"
    )
    name = apps.get_model("delivery", "sample")._meta.verbose_name_raw
    for action in ACTIONS:
        permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=f"{action}_sample", defaults={"name": f"Can {action} {name}"}
        )
        yield permission


def give(apps, schema_editor):
    permissions = list(_permissions(apps))
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


def take(apps, schema_editor):
    rights = list(_permissions(apps))
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0012_samples")]

    operations = [migrations.RunPython(give, take)]
