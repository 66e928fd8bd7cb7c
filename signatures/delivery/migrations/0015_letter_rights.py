"""Delivery staff, and those who administrate, edit the letterhead, who signs, and the letters of single recipients."""

from django.db import migrations

GROUPS = ("delivery staff", "administrators")
RIGHTS = {
    ("delivery", "letterhead"): ("add", "change", "view"),
    ("delivery", "lettersigner"): ("add", "change", "delete", "view"),
    ("delivery", "letterchange"): ("add", "change", "delete", "view"),
}


def _permissions(apps):
    for (app_label, model), actions in RIGHTS.items():
        content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label=app_label, model=model
        )
        options = apps.get_model(app_label, model)._meta
        own = dict(options.permissions)
        for action in actions:
            codename = f"{action}_{model}"
            permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": own.get(codename, f"Can {action} {options.verbose_name_raw}")},
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
    dependencies = [("delivery", "0014_letters")]

    operations = [migrations.RunPython(give, take)]
