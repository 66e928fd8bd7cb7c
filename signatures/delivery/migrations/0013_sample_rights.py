"""Delivery staff, and those who administrate, draw observers' samples and record what was found. Here, since the groups
are made in this room."""

from django.db import migrations

from signatures.delivery.granting import grants

GROUPS = ("delivery staff", "administrators")
RIGHTS = {("delivery", "sample"): ("add", "change", "view")}


class Migration(migrations.Migration):
    dependencies = [("delivery", "0012_samples")]

    operations = [grants(GROUPS, RIGHTS)]
