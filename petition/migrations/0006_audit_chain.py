"""The audit trail is chained by hash; what it holds already is chained in the order in which it was written."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from petition import sql
from petition.sql import run_sql

REVERSE = Path(sql.__file__).parent / "audit_chain_reverse.sql"


class Migration(migrations.Migration):
    dependencies = [("petition", "0005_reminders")]

    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="link", to="petition.auditentry"
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        run_sql(sql.__file__, "audit_chain.sql", reverse=REVERSE.read_text(encoding="utf-8")),
    ]
