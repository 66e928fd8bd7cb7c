"""The first times of keeping, as the privacy page has promised them, and the triggers that hold every promise.

Going back is possible as long as no address and no name was destroyed at its time: what is gone cannot be put back, and
the constraints from before refuse a signature without it.
"""

from django.db import migrations
from django.utils import timezone

import signatures
from petition.sql import run_sql

FIRST = {
    "unconfirmed": (
        14,
        "គិតពីពេលដែលអ្នកផ្ញើបែបបទចុងក្រោយ រួចលុបចោលទាំងអស់។",
        "From when you last sent the form; then all of it is erased.",
    ),
    "rejected": (
        30,
        "គិតពីថ្ងៃចុះហត្ថលេខា។ ឈ្មោះ អាសយដ្ឋាន និងស្នាមសម្គាល់ ត្រូវលុបភ្លាម ពេលអ្នកចុច «មិនមែនខ្ញុំទេ»។ ក្រោយរយៈពេលនេះ លេខនោះក៏ត្រូវលុបដែរ។",
        "From the day of signing. Name, address and fingerprints are erased at once, when you press “It was not me”; "
        "after this time the number goes as well.",
    ),
    "networks": (
        7,
        "គិតពីថ្ងៃដែលអ្នកចុះហត្ថលេខា។",
        "From the day on which you signed.",
    ),
    "mailings": (
        7,
        "គិតពីពេលផ្ញើព័ត៌មាននោះចប់។",
        "From the end of the sending.",
    ),
    "addresses": (
        90,
        "គិតពីថ្ងៃបញ្ចប់ញត្តិ ឬពីអ៊ីមែលចុងក្រោយអំពីញត្តិនោះ បើអ៊ីមែលនោះមកក្រោយ។ ក្រោយពេលនោះ យើងលែងអាចផ្ញើអ៊ីមែលទៅអ្នកបាន តែតំណរបស់អ្នកនៅតែបើកបាន។",
        "From the end of the petition, or from the last mail about it if that came later. From then on no mail of ours "
        "can reach you; your link still works.",
    ),
    "identities": (
        180,
        "គិតពីថ្ងៃដែលលិខិតចុងក្រោយត្រូវបានប្រគល់ជូន ឬអ្នកទទួលចុងក្រោយបានឆ្លើយ។ អ្វីដែលបានប្រគល់ជូន នៅនឹងអ្នកទទួល។ "
        "ឈ្មោះដែលអ្នកបង្ហាញលើគេហទំព័រ នៅរហូតដល់អ្នកដកវិញ។",
        "From the day on which the last packet was handed over or the last recipient answered. What was handed over stays "
        "with the recipients; a name that you show on the site stays until you take it away.",
    ),
}


def promise(apps, schema_editor):
    today = timezone.localdate()
    policies = apps.get_model("signatures", "RetentionPolicy").objects
    for kind, (days, note_km, note_en) in FIRST.items():
        policies.create(kind=kind, days=days, since=today, note_km=note_km, note_en=note_en)


class Migration(migrations.Migration):
    dependencies = [("signatures", "0011_retention"), ("petition", "0005_reminders")]

    operations = [
        migrations.RunPython(promise, migrations.RunPython.noop),
        run_sql(
            signatures.__file__,
            "sql/retention.sql",
            reverse="DROP TRIGGER signatures_keep_promise ON signatures_retentionpolicy;"
            "DROP TRIGGER signatures_keep_promise_unchanged ON signatures_retentionpolicy;"
            "DROP FUNCTION signatures_keep_promise();"
            "DROP TRIGGER signatures_destroyed_append_only ON signatures_destroyed;"
            "DROP FUNCTION signatures_destroyed_append_only();"
            "DELETE FROM signatures_retentionpolicy",
        ),
        run_sql(
            signatures.__file__,
            "sql/forgetting.sql",
            reverse="DROP TRIGGER signatures_stay_ended ON petition_petition;"
            "DROP FUNCTION signatures_stay_ended();"
            "DROP TRIGGER signatures_forget_insert ON signatures_signature;"
            "DROP TRIGGER signatures_forget_update ON signatures_signature;"
            "DROP FUNCTION signatures_forget_after_the_end()",
        ),
    ]
