"""Receipts that were given out before they could be looked up: each is found by its hash from now on.

In batches, each a transaction of its own, so that signing goes on meanwhile; a run that was stopped goes on where it
was. What comes in between has its hash already. Going back leaves them to the migration before, which drops the column.
"""

from django.db import connection, migrations

from signatures import tokens

BATCH = 5000
FILL = """
UPDATE signatures_signature AS s SET receipt_hash = f.hash
FROM unnest(%s::bigint[], %s::bytea[]) AS f(id, hash)
WHERE s.id = f.id AND s.state <> 'withdrawn'
"""


def fill(apps, schema_editor):
    Signature = apps.get_model("signatures", "Signature")
    missing = Signature.objects.filter(receipt_hash=None).exclude(state="withdrawn").order_by("pk")
    last = 0
    while rows := list(missing.filter(pk__gt=last).values_list("pk", "handle")[:BATCH]):
        hashes = [tokens.receipt_hash_of(handle) for _pk, handle in rows]
        with connection.cursor() as cursor:
            cursor.execute(FILL, [[pk for pk, _handle in rows], hashes])
        last = rows[-1][0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("signatures", "0016_receipts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
