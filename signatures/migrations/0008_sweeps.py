import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import signatures
from petition.sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("petition", "0005_reminders"),
        ("signatures", "0007_sealing_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[("hold", "hold"), ("release", "release"), ("hide", "hide words")],
                        max_length=7,
                        verbose_name="what it does",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("abuse", "insult or threat"),
                            ("advertising", "advertising or links"),
                            ("personal", "says something personal about somebody"),
                            ("off_topic", "not about the petition"),
                            ("not_a_name", "not a person's name"),
                            ("duplicate", "the same person twice"),
                            ("fraud", "signed by a machine or for somebody else"),
                            ("suspicious", "noticed by the site itself"),
                            ("other", "other, see the note"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "not counted"),
                            ("counting", "being counted"),
                            ("ready", "counted"),
                            ("running", "running"),
                            ("paused", "paused"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                            ("undoing", "being undone"),
                            ("undone", "undone"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("conditions", models.JSONField(default=dict)),
                (
                    "network_hashes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(), null=True, size=None),
                ),
                ("domain_hash", models.BinaryField(null=True)),
                ("name_hash", models.BinaryField(null=True)),
                ("made_by", models.CharField(max_length=150, verbose_name="made by")),
                ("started_by", models.CharField(blank=True, max_length=150, verbose_name="started by")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("counted_at", models.DateTimeField(null=True, verbose_name="counted")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("matched", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(default=0, verbose_name="signatures")),
                (
                    "sample",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("fault", models.CharField(blank=True, max_length=60)),
                ("after", models.BigIntegerField(default=0)),
                ("up_to", models.BigIntegerField(default=0)),
                ("reached", models.BigIntegerField(default=0)),
                ("touched", models.PositiveIntegerField(default=0, verbose_name="touched")),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("restored", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "sweep",
                "verbose_name_plural": "sweeps",
                "ordering": ["-id"],
                "permissions": [("sweep_signature", "Can hold, release and hide signatures by conditions, in bulk")],
                "default_permissions": ("view",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="signature",
            name="signature_withdrawn_is_erased",
        ),
        migrations.AddField(
            model_name="signature",
            name="swept_from",
            field=models.CharField(blank=True, db_default="", default="", max_length=9),
        ),
        migrations.AddField(
            model_name="signature",
            name="swept_from_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("abuse", "insult or threat"),
                    ("advertising", "advertising or links"),
                    ("personal", "says something personal about somebody"),
                    ("off_topic", "not about the petition"),
                    ("not_a_name", "not a person's name"),
                    ("duplicate", "the same person twice"),
                    ("fraud", "signed by a machine or for somebody else"),
                    ("suspicious", "noticed by the site itself"),
                    ("other", "other, see the note"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="sweep",
            name="petition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sweeps",
                to="petition.petition",
                verbose_name="petition",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="sweep",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="signatures.sweep",
                verbose_name="sweep",
            ),
        ),
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(
                condition=models.Q(("sweep__isnull", False)), fields=["sweep", "id"], name="signature_swept"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(
                        ("comment", ""),
                        ("domain_hash", None),
                        ("mailbox_hash", None),
                        ("name_hash", None),
                        ("network_hash", None),
                        ("public_name", ""),
                        ("score", 0),
                        ("sealed_email", None),
                        ("sealed_identity", None),
                        ("seat", None),
                        ("signals", []),
                        ("sweep", None),
                        ("wants_updates", False),
                    ),
                    _connector="OR",
                ),
                name="signature_withdrawn_is_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sweep__isnull", False), ("swept_from__gt", "")),
                    models.Q(("sweep", None), ("swept_from", ""), ("swept_from_reason", "")),
                    _connector="OR",
                ),
                name="signature_swept_says_from_what",
            ),
        ),
        migrations.AddIndex(
            model_name="sweep",
            index=models.Index(
                condition=models.Q(("state__in", ["counting", "running", "undoing"])),
                fields=["id"],
                name="sweep_at_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "counting"]),
                    models.Q(("counted_at__isnull", False), ("started_at", None), ("state", "ready")),
                    models.Q(
                        ("finished_at", None), ("started_at__isnull", False), ("state__in", ["running", "paused"])
                    ),
                    models.Q(("finished_at__isnull", False), ("state__in", ["done", "cancelled", "undoing", "undone"])),
                    _connector="OR",
                ),
                name="sweep_state_has_its_moments",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("conditions", {}),
                    ("domain_hash__isnull", True),
                    ("name_hash__isnull", True),
                    ("network_hashes__isnull", True),
                    _negated=True,
                ),
                name="sweep_has_a_condition",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "release"), ("reason", "")),
                    models.Q(("act__in", ["hold", "hide"]), ("reason__gt", "")),
                    _connector="OR",
                ),
                name="sweep_act_has_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.CheckConstraint(
                condition=models.Q(("restored__lte", models.F("touched"))), name="sweep_restores_what_it_touched"
            ),
        ),
        run_sql(
            signatures.__file__,
            "sql/sweeps.sql",
            reverse="DROP TRIGGER signatures_sweep_stands ON signatures_sweep; DROP FUNCTION signatures_sweep_stands()",
        ),
    ]
