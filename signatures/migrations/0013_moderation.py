from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import signatures
from petition.sql import run_sql

REVERSE = Path(signatures.__file__).parent / "sql" / "reasons_stay_reverse.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("petition", "0005_reminders"),
        ("signatures", "0012_promises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="claim",
                        serialize=False,
                        to="signatures.signature",
                    ),
                ),
                ("until", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FlaggedWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "text",
                    models.CharField(
                        help_text="Khmer is found anywhere in a text, Latin only as a whole word; capitals and accents do not matter.",
                        max_length=60,
                        unique=True,
                        verbose_name="word",
                    ),
                ),
            ],
            options={
                "verbose_name": "word to look at",
                "verbose_name_plural": "words to look at",
                "ordering": ["text"],
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="Kept with every signature, so it never changes: small Latin letters, such as off_topic.",
                        max_length=12,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z][a-z_]{1,11}\\Z",
                                "Write it in two to twelve small Latin letters and underscores, such as off_topic.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("words_km", models.CharField(max_length=120, verbose_name="in Khmer")),
                ("words_en", models.CharField(max_length=120, verbose_name="in English")),
                ("for_hiding", models.BooleanField(default=True, verbose_name="for hiding words")),
                ("for_holding", models.BooleanField(default=True, verbose_name="for holding signatures")),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="The smallest stands first.", verbose_name="order"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "reason for hiding or holding",
                "verbose_name_plural": "reasons for hiding or holding",
                "ordering": ["order", "code"],
                "default_permissions": ("add", "change", "view"),
            },
        ),
        migrations.AddField(
            model_name="signature",
            name="flags",
            field=models.CharField(blank=True, db_default="", max_length=60, verbose_name="hints"),
        ),
        migrations.AlterField(
            model_name="signature",
            name="held_reason",
            field=models.CharField(blank=True, max_length=12, verbose_name="held because of"),
        ),
        migrations.AlterField(
            model_name="signature",
            name="review_reason",
            field=models.CharField(blank=True, max_length=12, verbose_name="reason"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility", "public"), ("flags", ""), _connector="OR"),
                name="signature_hints_go_with_the_words",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="flaggedword",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__regex", "^\\S.*\\S$")), name="flagged_word_is_a_word"
            ),
        ),
        migrations.AddConstraint(
            model_name="reason",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z_]{1,11}$")), name="reason_code_is_small_latin"
            ),
        ),
        migrations.AddConstraint(
            model_name="reason",
            constraint=models.CheckConstraint(
                condition=models.Q(("words_en__gt", ""), ("words_km__gt", "")), name="reason_in_both_languages"
            ),
        ),
        migrations.AddConstraint(
            model_name="reason",
            constraint=models.CheckConstraint(
                condition=models.Q(("for_hiding", True), ("for_holding", True), _connector="OR"),
                name="reason_for_something",
            ),
        ),
        run_sql(signatures.__file__, "sql/reasons.sql", reverse=""),
        run_sql(signatures.__file__, "sql/flagged_words.sql", reverse=""),
        run_sql(signatures.__file__, "sql/reasons_stay.sql", reverse=REVERSE.read_text(encoding="utf-8")),
    ]
