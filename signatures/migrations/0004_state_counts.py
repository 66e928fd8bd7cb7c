from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import signatures
from petition.sql import run_sql

REVERSE = Path(signatures.__file__).parent / "sql" / "state_counts_reverse.sql"


class Migration(migrations.Migration):
    dependencies = [("signatures", "0003_mailbox_rules"), ("petition", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CountByState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=5)),
                ("state", models.CharField(max_length=9)),
                ("stripe", models.SmallIntegerField()),
                ("rows", models.IntegerField(default=0)),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts_by_state",
                        to="petition.petition",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("petition", "origin", "state", "stripe"), name="count_once_a_stripe"
                    )
                ],
            },
        ),
        run_sql(signatures.__file__, "sql/state_counts.sql", reverse=REVERSE.read_text(encoding="utf-8")),
    ]
