import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("petition", "0001_initial"),
        ("signatures", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="number")),
                ("planned_on", models.DateField(verbose_name="planned for")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("frozen", "frozen"),
                            ("building", "being built"),
                            ("built", "built"),
                            ("handed_over", "handed over"),
                        ],
                        default="planned",
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                ("frozen_at", models.DateTimeField(editable=False, null=True, verbose_name="frozen at")),
                ("confirmed", models.PositiveIntegerField(editable=False, null=True, verbose_name="signatures")),
                ("counts", models.JSONField(default=dict, editable=False)),
                ("root", models.CharField(blank=True, editable=False, max_length=64, verbose_name="root")),
                ("note_km", models.TextField(blank=True, verbose_name="note in Khmer")),
                ("note_en", models.TextField(blank=True, verbose_name="note in English")),
                ("step", models.CharField(blank=True, editable=False, max_length=40, verbose_name="step")),
                ("done", models.PositiveIntegerField(default=0, editable=False)),
                ("total", models.PositiveIntegerField(default=0, editable=False)),
                ("fault", models.TextField(blank=True, editable=False, verbose_name="what went wrong")),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="petition.petition",
                        verbose_name="petition",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["petition", "-ordinal"],
                "permissions": [
                    ("freeze_delivery", "Can freeze a delivery"),
                    ("build_delivery", "Can build a delivery"),
                    ("fetch_packet", "Can download packets"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "delivery",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="delivery.delivery",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="signatures.signature",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fr", "French"), ("km", "Khmer")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letter_templates",
                        to="petition.petition",
                        verbose_name="petition",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["petition", "language"],
            },
        ),
        migrations.CreateModel(
            name="Packet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handed_over_on", models.DateField(blank=True, null=True, verbose_name="handed over on")),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        help_text="By hand, registered post, e-mail to the embassy …",
                        max_length=100,
                        verbose_name="how",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("note", models.TextField(blank=True, verbose_name="note for the committee")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                ("answer_km", models.TextField(blank=True, verbose_name="answer in Khmer")),
                ("answer_en", models.TextField(blank=True, verbose_name="answer in English")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packets",
                        to="delivery.delivery",
                        verbose_name="delivery",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packets",
                        to="petition.recipient",
                        verbose_name="recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "packet",
                "verbose_name_plural": "packets",
                "ordering": ["delivery", "recipient__number", "recipient__position"],
            },
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("petition", "ordinal"), name="delivery_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "frozen", "building", "built", "handed_over"])),
                name="delivery_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed", None), ("frozen_at", None), ("state", "planned")),
                    models.Q(
                        ("confirmed__isnull", False),
                        ("frozen_at__isnull", False),
                        ("state__in", ["frozen", "building", "built"]),
                    ),
                    ("state", "handed_over"),
                    _connector="OR",
                ),
                name="delivery_frozen_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "planned")), fields=("petition",), name="delivery_one_planned"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("delivery", "number"), name="entry_number_once"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("signature", "delivery"), name="entry_signature_once"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="entry_counts_from_one"),
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.UniqueConstraint(fields=("petition", "language"), name="letter_one_a_language"),
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["en", "fr", "km"])), name="letter_language_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="packet",
            constraint=models.UniqueConstraint(fields=("delivery", "recipient"), name="packet_one_a_recipient"),
        ),
        migrations.AddConstraint(
            model_name="packet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_on", None),
                    models.Q(("answered_on__gte", models.F("handed_over_on")), ("handed_over_on__isnull", False)),
                    _connector="OR",
                ),
                name="packet_answered_after_hand_over",
            ),
        ),
    ]
