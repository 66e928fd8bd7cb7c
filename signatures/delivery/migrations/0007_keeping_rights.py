"""Who administrates may set times of keeping and erase by address; organisers may read the times."""

from django.db import migrations

READ = {("retentionpolicy", "view_retentionpolicy"): "Can view time of keeping"}
RIGHTS = READ | {
    ("retentionpolicy", "add_retentionpolicy"): "Can add time of keeping",
    ("retentionpolicy", "change_retentionpolicy"): "Can change time of keeping",
    ("retentionpolicy", "delete_retentionpolicy"): "Can delete time of keeping",
    ("erasurerequest", "erase_by_address"): "Can erase what an address has signed",
}
GROUPS = {"organisers": READ, "administrators": RIGHTS}


def give(apps, schema_editor):
    for (model, codename), name in RIGHTS.items():
        content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="signatures", model=model
        )
        permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
            if (model, codename) in GROUPS[group.name]:
                group.permissions.add(permission)


def take(apps, schema_editor):
    codenames = [codename for _model, codename in RIGHTS]
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="signatures", codename__in=codenames
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_approval_rights"), ("signatures", "0011_retention")]

    operations = [migrations.RunPython(give, take)]
