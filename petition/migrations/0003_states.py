from django.db import migrations, models


def hide_what_was_taken_down(apps, schema_editor):
    """Before there was `removed`, a draft was all that nobody sees."""
    apps.get_model("petition", "Petition").objects.filter(state="removed").update(state="draft")


class Migration(migrations.Migration):
    dependencies = [
        ("petition", "0002_rate_counters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="petition",
            name="petition_state_known",
        ),
        migrations.AlterField(
            model_name="petition",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("open", "Open"),
                    ("paused", "Paused"),
                    ("closed", "Closed"),
                    ("removed", "Taken down"),
                ],
                default="draft",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "open", "paused", "closed", "removed"])),
                name="petition_state_known",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, hide_what_was_taken_down),
    ]
