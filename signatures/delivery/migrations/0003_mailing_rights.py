"""Organisers, and those who administrate, may send an update by mail. Here, since the groups are made in this room."""

from django.db import migrations

GROUPS = ("organisers", "administrators")
RIGHTS = {"view_mailing": "Can view mailing", "send_mailing": "Can send an update by mail"}


def give(apps, schema_editor):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="signatures", model="mailing"
    )
    for codename, name in RIGHTS.items():
        permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
            group.permissions.add(permission)


def take(apps, schema_editor):
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="signatures", codename__in=RIGHTS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_groups"), ("signatures", "0005_mailings")]

    operations = [migrations.RunPython(give, take)]
