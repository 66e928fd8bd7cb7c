"""The files of a delivery with names have a time of keeping too, and it is promised from today on."""

from django.db import migrations, models
from django.utils import timezone

DAYS = 30
NOTE_KM = (
    "គិតពីថ្ងៃដែលលិខិតចុងក្រោយត្រូវបានប្រគល់ជូន។ នេះគឺឯកសារនៅលើម៉ាស៊ីនមេរបស់យើង។ អ្វីដែលបានប្រគល់ជូន នៅនឹងអ្នកទទួល។"
)
NOTE_EN = (
    "From the day on which the last packet was handed over. These are the files on our server; what was handed over stays "
    "with the recipients."
)


def promise(apps, schema_editor):
    policies = apps.get_model("signatures", "RetentionPolicy").objects
    policies.create(kind="files", days=DAYS, since=timezone.localdate(), note_km=NOTE_KM, note_en=NOTE_EN)



class Migration(migrations.Migration):

    dependencies = [
        ('signatures', '0017_receipts_of_before'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='retentionpolicy',
            name='retention_within_bounds',
        ),
        migrations.AlterField(
            model_name='retentionpolicy',
            name='kind',
            field=models.CharField(choices=[('unconfirmed', 'A signature that you never confirmed'), ('rejected', 'The number that is left of a signature that was never confirmed and then refused'), ('networks', 'The fingerprint of your network, and its key'), ('mailings', 'The list of those whom an update by mail was for'), ('addresses', 'Your sealed address, after a petition has ended and the last mail about it is sent'), ('identities', 'Your sealed name and all fingerprints, after the last delivery is handed over'), ('files', 'The files of a delivery with names, after its last packet was handed over')], max_length=11, verbose_name='what'),
        ),
        migrations.AddConstraint(
            model_name='retentionpolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days__gte', 1), ('days__lte', 30), ('kind', 'unconfirmed')), models.Q(('days__gte', 1), ('days__lte', 90), ('kind', 'rejected')), models.Q(('days__gte', 1), ('days__lte', 14), ('kind', 'networks')), models.Q(('days__gte', 1), ('days__lte', 30), ('kind', 'mailings')), models.Q(('days__gte', 1), ('days__lte', 365), ('kind', 'addresses')), models.Q(('days__gte', 1), ('days__lte', 730), ('kind', 'identities')), models.Q(('days__gte', 1), ('days__lte', 180), ('kind', 'files')), _connector='OR'), name='retention_within_bounds'),
        ),
        migrations.RunPython(promise, migrations.RunPython.noop),
        # Going back takes a promise away, which the trigger refuses.
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "ALTER TABLE signatures_retentionpolicy DISABLE TRIGGER USER;"
            "DELETE FROM signatures_retentionpolicy WHERE kind = 'files';"
            "ALTER TABLE signatures_retentionpolicy ENABLE TRIGGER USER",
        ),
    ]
