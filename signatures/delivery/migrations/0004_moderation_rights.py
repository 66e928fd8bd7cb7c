"""Organisers, and those who administrate, edit the reasons and the words to look at. Here, since the groups are made in
this room."""

from django.db import migrations

GROUPS = ("organisers", "administrators")
RIGHTS = {
    "reason": ("add", "change", "view"),
    "flaggedword": ("add", "change", "delete", "view"),
}


def _permissions(apps):
    for model, actions in RIGHTS.items():
        content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="signatures", model=model
        )
        verbose_name = apps.get_model("signatures", model)._meta.verbose_name_raw
        for action in actions:
            permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {verbose_name}"},
            )
            yield permission


def give(apps, schema_editor):
    permissions = list(_permissions(apps))
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


def take(apps, schema_editor):
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="signatures", content_type__model__in=RIGHTS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_mailing_rights"), ("signatures", "0006_moderation")]

    operations = [migrations.RunPython(give, take)]
