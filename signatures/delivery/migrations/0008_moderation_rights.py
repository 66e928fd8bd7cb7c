"""Organisers, and those who administrate, edit the reasons and the words to look at, and turn the switches for a bad
hour. Here, since the groups are made in this room."""

from django.db import migrations

from signatures.delivery.granting import grants

GROUPS = ("organisers", "administrators")
RIGHTS = {
    ("signatures", "reason"): ("add", "change", "view"),
    ("signatures", "flaggedword"): ("add", "change", "delete", "view"),
    ("petition", "switch"): ("turn", "view"),
}


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_keeping_rights"), ("signatures", "0013_moderation"), ("petition", "0008_switches")]

    operations = [grants(GROUPS, RIGHTS)]
