from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("petition", "0004_newsroom"),
    ]

    operations = [
        migrations.AddField(
            model_name="petition",
            name="reminds_unconfirmed",
            field=models.BooleanField(
                default=False,
                help_text="One neutral mail, three days after a signature that was not confirmed. Never a second.",
                verbose_name="remind those who have not confirmed",
            ),
        ),
    ]
