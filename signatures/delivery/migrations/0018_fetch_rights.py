"""Who makes and hands over the packets sees which copies were fetched; and those who administrate."""

from django.db import migrations

from signatures.delivery.granting import grants

GROUPS = ("delivery staff", "administrators")
RIGHTS = {("delivery", "fetch"): ("view",)}


class Migration(migrations.Migration):
    dependencies = [("delivery", "0017_fetched_copies")]

    operations = [grants(GROUPS, RIGHTS)]
