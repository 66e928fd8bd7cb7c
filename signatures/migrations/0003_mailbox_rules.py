"""The rules of the providers that most signers use. Staff may add and change them.

Google: "dots don't matter in Gmail addresses", and googlemail.com is the same mailbox. Proton: dots, hyphens and
underscores are ignored; of these only the dots are handled. Fastmail, iCloud, Outlook and Yahoo tell dots apart. That
`+tag` is dropped holds for every provider and needs no rule.
"""

from django.db import migrations

RULES = [
    ("gmail.com", True, ""),
    ("googlemail.com", True, "gmail.com"),
    ("proton.me", True, ""),
    ("protonmail.com", True, "proton.me"),
    ("pm.me", True, "proton.me"),
]


def add_rules(apps, schema_editor):
    rule = apps.get_model("signatures", "MailboxRule")
    rule.objects.bulk_create(
        [rule(domain=domain, ignores_dots=dots, same_as=same) for domain, dots, same in RULES], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("signatures", "0002_counts")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
