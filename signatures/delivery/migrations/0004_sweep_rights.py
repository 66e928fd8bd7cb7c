"""Organisers, and those who administrate, may sweep. Here, since the groups are made in this room."""

from django.db import migrations

GROUPS = ("organisers", "administrators")
RIGHTS = {
    "view_sweep": "Can view sweep",
    "sweep_signature": "Can hold, release and hide signatures by conditions, in bulk",
}


def give(apps, schema_editor):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="signatures", model="sweep"
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
    dependencies = [("delivery", "0003_mailing_rights"), ("signatures", "0008_sweeps")]

    operations = [migrations.RunPython(give, take)]
