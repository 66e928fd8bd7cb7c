from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0010_signed_tree")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="csv_bom",
            field=models.BooleanField(
                default=False,
                help_text="The table then begins with a byte order mark, and Excel shows its Khmer letters. "
                "Other programs need none.",
                verbose_name="table for Excel (signatures.csv)",
            ),
        ),
    ]
