"""A row for each signal of the form itself, with the numbers of signatures/suspicion.py. Staff may change them."""

from django.db import migrations

SCORES = {
    "crowd": 30,
    "no_work": 100,
    "no_stamp": 10,
    "odd_stamp": 30,
    "old_stamp": 10,
    "quick": 30,
    "worn_stamp": 30,
}


def add_rows(apps, schema_editor):
    setting = apps.get_model("signatures", "SignalSetting")
    setting.objects.bulk_create([setting(code=code, score=score, least=0, percent=0) for code, score in SCORES.items()])


def remove_rows(apps, schema_editor):
    apps.get_model("signatures", "SignalSetting").objects.filter(code__in=SCORES).delete()


class Migration(migrations.Migration):
    dependencies = [("signatures", "0013_moderation")]

    operations = [migrations.RunPython(add_rows, remove_rows)]
