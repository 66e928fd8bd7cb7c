"""Delivery staff, and those who administrate, edit the letterhead, who signs, and the letters of single recipients."""

from django.db import migrations

from signatures.delivery.granting import grants

GROUPS = ("delivery staff", "administrators")
RIGHTS = {
    ("delivery", "letterhead"): ("add", "change", "view"),
    ("delivery", "lettersigner"): ("add", "change", "delete", "view"),
    ("delivery", "letterchange"): ("add", "change", "delete", "view"),
}


class Migration(migrations.Migration):
    dependencies = [("delivery", "0014_letters")]

    operations = [grants(GROUPS, RIGHTS)]
