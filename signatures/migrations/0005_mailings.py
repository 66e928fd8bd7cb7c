import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("petition", "0005_reminders"),
        ("signatures", "0004_state_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="reminded_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sending", "being sent"),
                            ("paused", "paused"),
                            ("sent", "sent"),
                            ("cancelled", "cancelled"),
                        ],
                        default="sending",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="mailboxes")),
                ("taken", models.PositiveIntegerField(default=0)),
                ("sent", models.PositiveIntegerField(default=0, verbose_name="sent")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="failed")),
                ("skipped", models.PositiveIntegerField(default=0, verbose_name="left out")),
                ("next_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("faults", models.PositiveSmallIntegerField(default=0)),
                ("refusals", models.PositiveSmallIntegerField(default=0)),
                ("fault", models.CharField(blank=True, max_length=60)),
                (
                    "update",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mailing",
                        to="petition.update",
                        verbose_name="update",
                    ),
                ),
            ],
            options={
                "verbose_name": "mailing",
                "verbose_name_plural": "mailings",
                "ordering": ["-id"],
                "permissions": [("send_mailing", "Can send an update by mail")],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="MailingRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("claimed", "not known whether it went out"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("skipped", "left out"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "mailing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="signatures.mailing",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mailings",
                        to="signatures.signature",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at", None), ("state__in", ["sending", "paused"])),
                    models.Q(("finished_at__isnull", False), ("state__in", ["sent", "cancelled"])),
                    _connector="OR",
                ),
                name="mailing_ended_has_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "taken__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("sent"), "+", models.F("failed")),
                            "+",
                            models.F("skipped"),
                        ),
                    ),
                    ("taken__lte", models.F("total")),
                ),
                name="mailing_numbers_fit",
            ),
        ),
        migrations.AddIndex(
            model_name="mailingrecipient",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["mailing", "tries", "id"], name="mailing_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailingrecipient",
            constraint=models.UniqueConstraint(fields=("mailing", "signature"), name="mailing_once_a_signature"),
        ),
        migrations.AddConstraint(
            model_name="mailingrecipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "claimed", "sent", "failed", "skipped"])),
                name="mailing_recipient_state_known",
            ),
        ),
    ]
