"""The three groups of staff and their rights.

Permissions are rows that Django makes after all migrations; those needed here are made here, as Django would name them,
and it finds them. Going back removes the groups and leaves the permissions.
"""

from django.db import migrations

CHANGES = ("add", "change", "view")

ORGANISERS = {
    ("petition", "petition"): CHANGES,
    ("petition", "recipient"): CHANGES,
    # A letter is written in every language that has a form of address: to drop one is part of changing a recipient.
    ("petition", "formofaddress"): (*CHANGES, "delete"),
    ("petition", "update"): CHANGES,
    ("petition", "tag"): CHANGES,
    ("signatures", "mailboxrule"): CHANGES,
    ("signatures", "signature"): ("view", "moderate", "hold"),
}
DELIVERY_STAFF = {
    ("petition", "petition"): ("view",),
    ("petition", "recipient"): ("view",),
    ("petition", "formofaddress"): ("view",),
    ("delivery", "delivery"): (*CHANGES, "freeze", "build"),
    ("delivery", "packet"): ("change", "view"),
    ("delivery", "lettertemplate"): CHANGES,
}
# `fetch_packet` stands at the delivery, whose packets they are.
FETCH = ("delivery", "delivery", "fetch_packet")
ADMINISTRATORS = {
    ("auth", "user"): CHANGES,
    ("auth", "group"): CHANGES,
    ("petition", "auditentry"): ("view",),
    ("petition", "recipient"): ("delete",),
    ("petition", "update"): ("delete",),
    ("petition", "tag"): ("delete",),
    ("signatures", "mailboxrule"): ("delete",),
    ("delivery", "lettertemplate"): ("delete",),
}
GROUPS = {
    "organisers": [ORGANISERS],
    "delivery staff": [DELIVERY_STAFF],
    "administrators": [ORGANISERS, DELIVERY_STAFF, ADMINISTRATORS],
}


def _permission(apps, app_label, model_name, codename):
    options = apps.get_model(app_label, model_name)._meta
    action = codename.removesuffix(f"_{model_name}")
    name = dict(options.permissions).get(codename, f"Can {action} {options.verbose_name_raw}")
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model_name
    )
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return permission


def make_groups(apps, schema_editor):
    for name, rights in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for part in rights:
            for (app_label, model_name), actions in part.items():
                codenames = [f"{action}_{model_name}" for action in actions]
                group.permissions.add(*[_permission(apps, app_label, model_name, word) for word in codenames])
            if part is DELIVERY_STAFF:
                group.permissions.add(_permission(apps, *FETCH))


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
        ("petition", "0001_initial"),
        ("signatures", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
