"""Organisers, and those who administrate, keep the lists and set the signals and the limits of an hour; they see the
hours, and get a mail when one looks like an attack. Here, since the groups are made in this room."""

from django.db import migrations

ORGANISERS = {
    ("listentry", "add_listentry"): "Can add entry of the lists",
    ("listentry", "change_listentry"): "Can change entry of the lists",
    ("listentry", "view_listentry"): "Can view entry of the lists",
    ("signalsetting", "change_signalsetting"): "Can change signal",
    ("signalsetting", "view_signalsetting"): "Can view signal",
    ("trendlimit", "change_trendlimit"): "Can change limit of an hour",
    ("trendlimit", "view_trendlimit"): "Can view limit of an hour",
    ("hourtrend", "view_hourtrend"): "Can view hour",
    ("hourtrend", "hear_hourtrend"): "Gets a mail when an hour looks like an attack",
}
ADMINISTRATORS = ORGANISERS | {("listentry", "delete_listentry"): "Can delete entry of the lists"}
GROUPS = {"organisers": ORGANISERS, "administrators": ADMINISTRATORS}


def give(apps, schema_editor):
    for group_name, rights in GROUPS.items():
        for (model, codename), name in rights.items():
            content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
                app_label="signatures", model=model
            )
            permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            for group in apps.get_model("auth", "Group").objects.filter(name=group_name):
                group.permissions.add(permission)


def take(apps, schema_editor):
    codenames = [codename for _model, codename in ADMINISTRATORS]
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="signatures", codename__in=codenames
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GROUPS):
        group.permissions.remove(*rights)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_sweep_rights"), ("signatures", "0010_signal_rows")]

    operations = [migrations.RunPython(give, take)]
