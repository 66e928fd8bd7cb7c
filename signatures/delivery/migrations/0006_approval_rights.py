"""Administrators may allow what needs two people, and ask for a new sealing key. Here, since the groups are made in
this room."""

from django.db import migrations

GROUP = "administrators"
RIGHTS = {"allow_approval": "Can allow what needs two people", "rotate_key": "Can register a new sealing key"}


def give(apps, schema_editor):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="petition", model="approval"
    )
    for codename, name in RIGHTS.items():
        permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        for group in apps.get_model("auth", "Group").objects.filter(name=GROUP):
            group.permissions.add(permission)


def take(apps, schema_editor):
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="petition", codename__in=RIGHTS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name=GROUP):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_list_rights"), ("petition", "0007_approvals")]

    operations = [migrations.RunPython(give, take)]
