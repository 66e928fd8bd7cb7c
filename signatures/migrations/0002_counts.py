from pathlib import Path

from django.db import migrations

import signatures
from petition.sql import run_sql

REVERSE = Path(signatures.__file__).parent / "sql" / "counts_reverse.sql"


class Migration(migrations.Migration):
    dependencies = [("signatures", "0001_initial"), ("petition", "0001_initial")]

    operations = [
        run_sql(signatures.__file__, "sql/counts.sql", reverse=REVERSE.read_text(encoding="utf-8")),
    ]
