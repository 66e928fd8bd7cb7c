"""The table of the counters, and a row for each signal and each limit of an hour, with the numbers that
signatures/suspicion.py gives reasons for. Staff may change them."""

from django.db import migrations

import signatures
from petition.sql import run_sql

# code, score, least, percent
SIGNALS = [
    ("listed", 100, 0, 0),
    ("network_burst", 30, 100, 0),
    ("network_flood", 100, 1000, 60),
    ("domain_burst", 40, 30, 5),
    ("domain_flood", 100, 150, 10),
    ("name_burst", 40, 10, 3),
    ("name_flood", 100, 40, 10),
    ("comment_burst", 30, 10, 3),
    ("comment_flood", 100, 150, 20),
    ("even_gaps", 60, 9, 0),
    ("rapid", 60, 9, 0),
]
# code, least, percent
LIMITS = [
    ("taken", 3000, 0),
    ("suspicious", 30, 10),
    ("top_network", 300, 50),
    ("top_domain", 50, 10),
    ("top_name", 20, 5),
    ("top_comment", 30, 10),
]


def add_rows(apps, schema_editor):
    setting, limit = (apps.get_model("signatures", name) for name in ("SignalSetting", "TrendLimit"))
    setting.objects.bulk_create(
        [setting(code=code, score=score, least=least, percent=percent) for code, score, least, percent in SIGNALS]
    )
    limit.objects.bulk_create([limit(code=code, least=least, percent=percent) for code, least, percent in LIMITS])


def remove_rows(apps, schema_editor):
    for name in ("SignalSetting", "TrendLimit"):
        apps.get_model("signatures", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("signatures", "0009_lists_and_trends")]

    operations = [
        run_sql(signatures.__file__, "sql/pulses.sql", reverse="DROP TABLE signatures_pulse"),
        migrations.RunPython(add_rows, remove_rows),
    ]
