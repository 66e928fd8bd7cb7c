from django.db import migrations

from petition import sql
from petition.sql import run_sql


class Migration(migrations.Migration):
    dependencies = [("petition", "0001_initial")]

    operations = [
        run_sql(sql.__file__, "rate_counters.sql", reverse="DROP TABLE petition_rate_counter"),
    ]
