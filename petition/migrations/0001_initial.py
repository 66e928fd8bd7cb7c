import django.core.validators
import django.db.models.deletion
import petition.countries
import re
from django.db import migrations, models

from petition import sql
from petition.sql import run_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                ("by", models.CharField(max_length=150, verbose_name="by")),
                ("act", models.CharField(max_length=60, verbose_name="act")),
                ("target", models.CharField(max_length=200, verbose_name="target")),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="detail")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
                "ordering": ["-id"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.CharField(
                        max_length=80,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z"),
                                "Write it in small Latin letters, digits and single hyphens, such as paris-peace-agreement.",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                ("name_km", models.CharField(max_length=80, verbose_name="name in Khmer")),
                ("name_en", models.CharField(max_length=80, verbose_name="name in English")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["slug"],
            },
        ),
        migrations.CreateModel(
            name="Petition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.CharField(
                        max_length=80,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z"),
                                "Write it in small Latin letters, digits and single hyphens, such as paris-peace-agreement.",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("open", "Open"), ("paused", "Paused"), ("closed", "Closed")],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "goal",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="goal"
                    ),
                ),
                ("is_featured", models.BooleanField(default=False, verbose_name="first on the home page")),
                ("opened_on", models.DateField(verbose_name="opened on")),
                (
                    "closes_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which it can be signed.",
                        null=True,
                        verbose_name="closes on",
                    ),
                ),
                ("title_km", models.CharField(max_length=300, verbose_name="title in Khmer")),
                ("title_en", models.CharField(max_length=300, verbose_name="title in English")),
                ("intro_km", models.TextField(verbose_name="text in Khmer")),
                ("intro_en", models.TextField(verbose_name="text in English")),
                (
                    "demands_km",
                    models.TextField(
                        help_text="One demand a paragraph, a blank line between.", verbose_name="demands in Khmer"
                    ),
                ),
                (
                    "demands_en",
                    models.TextField(
                        help_text="One demand a paragraph, a blank line between.", verbose_name="demands in English"
                    ),
                ),
                ("sign_off_km", models.CharField(blank=True, max_length=200, verbose_name="closing words in Khmer")),
                ("sign_off_en", models.CharField(blank=True, max_length=200, verbose_name="closing words in English")),
                (
                    "title_hints_km",
                    models.CharField(
                        blank=True, max_length=600, verbose_name="title in Khmer with places to break a line"
                    ),
                ),
                (
                    "intro_hints_km",
                    models.TextField(blank=True, verbose_name="text in Khmer with places to break a line"),
                ),
                (
                    "demands_hints_km",
                    models.TextField(blank=True, verbose_name="demands in Khmer with places to break a line"),
                ),
                ("short_title_km", models.CharField(max_length=120, verbose_name="short title in Khmer")),
                ("short_title_en", models.CharField(max_length=120, verbose_name="short title in English")),
                ("summary_km", models.TextField(blank=True, max_length=400, verbose_name="summary in Khmer")),
                ("summary_en", models.TextField(blank=True, max_length=400, verbose_name="summary in English")),
                ("organiser_km", models.CharField(max_length=200, verbose_name="organiser in Khmer")),
                ("organiser_en", models.CharField(max_length=200, verbose_name="organiser in English")),
                ("organiser_short", models.CharField(max_length=60, verbose_name="organiser in short")),
                (
                    "wording_locked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="wording locked at"),
                ),
            ],
            options={
                "verbose_name": "petition",
                "verbose_name_plural": "petitions",
                "ordering": ["-is_featured", "-opened_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "open", "paused", "closed"])),
                        name="petition_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("goal__gte", 1)), name="petition_goal_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")),
                        name="petition_slug_is_ascii_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_on__isnull", True), ("closes_on__gte", models.F("opened_on")), _connector="OR"
                        ),
                        name="petition_closes_after_it_opens",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_featured", True)), fields=("is_featured",), name="petition_one_featured"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="number"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name="position"
                    ),
                ),
                ("as_printed", models.CharField(max_length=400, verbose_name="as printed in the petition")),
                ("as_printed_km", models.CharField(blank=True, max_length=400, verbose_name="the same in Khmer")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_km", models.CharField(blank=True, max_length=200, verbose_name="name in Khmer")),
                ("honorific", models.CharField(blank=True, max_length=60, verbose_name="honorific")),
                ("office", models.CharField(max_length=200, verbose_name="office")),
                ("office_km", models.CharField(blank=True, max_length=200, verbose_name="office in Khmer")),
                ("body", models.CharField(max_length=200, verbose_name="state or body")),
                ("role_note", models.CharField(blank=True, max_length=200, verbose_name="role in the agreement")),
                (
                    "country",
                    models.CharField(
                        blank=True, choices=petition.countries.choices, max_length=2, verbose_name="country"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("international_organisation", "international organisation"),
                            ("head_of_state", "head of state"),
                            ("head_of_government", "head of government"),
                            ("monarch", "monarch"),
                            ("foreign_minister", "foreign minister"),
                            ("political_party", "political party"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                ("signatory_1991", models.BooleanField(default=False, verbose_name="signatory country of 1991")),
                (
                    "discloses",
                    models.CharField(
                        choices=[("names", "names, of those who allow it"), ("totals", "totals only")],
                        default="totals",
                        max_length=6,
                        verbose_name="receives",
                    ),
                ),
                ("notes", models.TextField(blank=True, verbose_name="notes for the committee")),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="petition.petition",
                        verbose_name="petition",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient",
                "verbose_name_plural": "recipients",
                "ordering": ["petition", "number", "position"],
            },
        ),
        migrations.CreateModel(
            name="FormOfAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fr", "French"), ("km", "Khmer")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("name_line", models.CharField(max_length=250, verbose_name="name line")),
                ("office_lines", models.TextField(help_text="One line each.", verbose_name="lines of the office")),
                ("salutation", models.CharField(max_length=200, verbose_name="salutation")),
                ("closing", models.CharField(blank=True, max_length=300, verbose_name="closing words")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forms_of_address",
                        to="petition.recipient",
                        verbose_name="recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "form of address",
                "verbose_name_plural": "forms of address",
                "ordering": ["recipient", "order"],
            },
        ),
        migrations.CreateModel(
            name="Update",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z"),
                                "Write it in small Latin letters, digits and single hyphens, such as paris-peace-agreement.",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                ("published_on", models.DateField(verbose_name="date")),
                ("is_published", models.BooleanField(default=False, verbose_name="published")),
                ("title_km", models.CharField(max_length=300, verbose_name="title in Khmer")),
                ("title_en", models.CharField(max_length=300, verbose_name="title in English")),
                ("body_km", models.TextField(verbose_name="text in Khmer")),
                ("body_en", models.TextField(verbose_name="text in English")),
                ("byline", models.CharField(blank=True, max_length=120, verbose_name="byline")),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updates",
                        to="petition.petition",
                        verbose_name="petition",
                    ),
                ),
                (
                    "tags",
                    models.ManyToManyField(blank=True, related_name="updates", to="petition.tag", verbose_name="tags"),
                ),
            ],
            options={
                "verbose_name": "update",
                "verbose_name_plural": "updates",
                "ordering": ["-published_on", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                fields=("petition", "number", "position"), name="recipient_place_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("discloses__in", ["names", "totals"])), name="recipient_discloses_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("position__gte", 1)), name="recipient_place_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="formofaddress",
            constraint=models.UniqueConstraint(fields=("recipient", "language"), name="address_one_a_language"),
        ),
        migrations.AddConstraint(
            model_name="formofaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["en", "fr", "km"])), name="address_language_known"
            ),
        ),
        migrations.AddIndex(
            model_name="update",
            index=models.Index(fields=["petition", "-published_on", "-id"], name="update_newest_first"),
        ),
        migrations.AddConstraint(
            model_name="update",
            constraint=models.UniqueConstraint(fields=("petition", "slug"), name="update_slug_once_a_petition"),
        ),
        migrations.AddConstraint(
            model_name="update",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*$")), name="update_slug_is_ascii_words"
            ),
        ),
        run_sql(
            sql.__file__,
            "lock_wording.sql",
            reverse="DROP TRIGGER petition_lock_wording ON petition_petition; DROP FUNCTION petition_lock_wording()",
        ),
        run_sql(
            sql.__file__,
            "append_only.sql",
            reverse="DROP TRIGGER petition_audit_append_only ON petition_auditentry;"
            "DROP FUNCTION petition_audit_append_only()",
        ),
    ]
