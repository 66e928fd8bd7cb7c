import django.db.models.deletion
import petition.countries
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("petition", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NetworkKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("key", models.BinaryField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MailboxRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253, unique=True, verbose_name="domain")),
                ("ignores_dots", models.BooleanField(default=False, verbose_name="ignores dots before the @")),
                (
                    "same_as",
                    models.CharField(
                        blank=True,
                        help_text="The domain whose mailboxes these are as well.",
                        max_length=253,
                        verbose_name="same as",
                    ),
                ),
            ],
            options={
                "verbose_name": "mailbox rule",
                "verbose_name_plural": "mailbox rules",
                "ordering": ["domain"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("domain__regex", "^[a-z0-9.-]+$")), name="rule_domain_is_lower_ascii"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("domain", models.F("same_as")), _negated=True),
                        name="rule_not_same_as_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountByCountry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2)),
                ("confirmed", models.IntegerField(default=0)),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts_by_country",
                        to="petition.petition",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("petition", "country"), name="count_once_a_country"),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed__gte", 0)), name="count_country_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountByDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("confirmed", models.IntegerField(default=0)),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counts_by_day",
                        to="petition.petition",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("petition", "day"), name="count_once_a_day"),
                    models.CheckConstraint(condition=models.Q(("confirmed__gte", 0)), name="count_day_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handle", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("confirmed", "confirmed"),
                            ("held", "held"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="pending",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("country", models.CharField(choices=petition.countries.choices, max_length=2, verbose_name="country")),
                ("language", models.CharField(max_length=2, verbose_name="language")),
                (
                    "origin",
                    models.CharField(
                        choices=[("web", "web"), ("paper", "paper"), ("stall", "stall")],
                        default="web",
                        max_length=5,
                        verbose_name="origin",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("count", "Count me. My name stays secret."),
                            ("deliver", "Give my name to the recipients."),
                            ("public", "Give my name to the recipients, and show it on this page."),
                        ],
                        max_length=7,
                        verbose_name="visibility",
                    ),
                ),
                ("signed_on", models.DateField(verbose_name="signed on")),
                ("confirmed_on", models.DateField(null=True, verbose_name="confirmed on")),
                ("sealed_email", models.BinaryField(null=True)),
                ("sealed_identity", models.BinaryField(null=True)),
                ("mailbox_hash", models.BinaryField(null=True)),
                ("name_hash", models.BinaryField(null=True)),
                ("network_hash", models.BinaryField(null=True)),
                ("seat", models.PositiveSmallIntegerField(null=True)),
                ("public_name", models.CharField(blank=True, max_length=100, verbose_name="name to show")),
                ("comment", models.TextField(blank=True, max_length=500, verbose_name="reason to show")),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("none", "nothing to show"),
                            ("waiting", "waiting"),
                            ("approved", "approved"),
                            ("hidden", "hidden"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="review",
                    ),
                ),
                (
                    "review_reason",
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
                            ("other", "other, see the note"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                (
                    "held_reason",
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
                            ("other", "other, see the note"),
                        ],
                        max_length=12,
                        verbose_name="held because of",
                    ),
                ),
                ("wants_updates", models.BooleanField(default=False, verbose_name="wants news by e-mail")),
                ("mail_fault", models.CharField(blank=True, max_length=60, verbose_name="mail fault")),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="petition.petition",
                        verbose_name="petition",
                    ),
                ),
            ],
            options={
                "verbose_name": "signature",
                "verbose_name_plural": "signatures",
                "permissions": [
                    ("moderate_signature", "Can approve and hide names and comments"),
                    ("hold_signature", "Can hold and release signatures"),
                ],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["petition", "state", "-id"], name="signature_by_state"),
                    models.Index(fields=["petition", "country", "-id"], name="signature_by_country"),
                    models.Index(fields=["petition", "signed_on", "-id"], name="signature_by_day"),
                    models.Index(fields=["petition", "origin", "-id"], name="signature_by_origin"),
                    models.Index(
                        condition=models.Q(("review", "waiting"), ("state", "confirmed")),
                        fields=["petition", "id"],
                        name="signature_queue",
                    ),
                    models.Index(
                        condition=models.Q(("review", "approved"), ("state", "confirmed")),
                        fields=["petition", "-id"],
                        name="signature_shown",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")), fields=["signed_on"], name="signature_unconfirmed"
                    ),
                    models.Index(
                        condition=models.Q(("network_hash__isnull", False)),
                        fields=["signed_on"],
                        name="signature_networks",
                    ),
                    models.Index(
                        condition=models.Q(("mail_fault__gt", "")),
                        fields=["-id"],
                        name="signature_mail_failed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "confirmed", "held", "withdrawn"])),
                        name="signature_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("visibility__in", ["count", "deliver", "public"])),
                        name="signature_visibility_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["web", "paper", "stall"])), name="signature_origin_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("review__in", ["none", "waiting", "approved", "hidden"])),
                        name="signature_review_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="signature_country_is_iso"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(
                                ("comment", ""),
                                ("mailbox_hash", None),
                                ("name_hash", None),
                                ("network_hash", None),
                                ("public_name", ""),
                                ("sealed_email", None),
                                ("sealed_identity", None),
                                ("seat", None),
                                ("wants_updates", False),
                            ),
                            _connector="OR",
                        ),
                        name="signature_withdrawn_is_erased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "withdrawn"),
                            models.Q(("name_hash__isnull", False), ("sealed_identity__isnull", False)),
                            _connector="OR",
                        ),
                        name="signature_identity_is_sealed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "withdrawn"),
                            models.Q(
                                ("mailbox_hash__isnull", False),
                                ("sealed_email__isnull", False),
                                ("seat__in", [1, 2]),
                                ("seat__isnull", False),
                            ),
                            models.Q(
                                models.Q(("origin", "web"), _negated=True),
                                ("mailbox_hash", None),
                                ("sealed_email", None),
                                ("seat", None),
                            ),
                            _connector="OR",
                        ),
                        name="signature_mailbox_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["confirmed", "held"]), _negated=True),
                            ("confirmed_on__isnull", False),
                            _connector="OR",
                        ),
                        name="signature_confirmed_has_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "pending"), _negated=True), ("confirmed_on", None), _connector="OR"
                        ),
                        name="signature_pending_has_no_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_reason__gt", ""), ("state", "held")),
                            models.Q(models.Q(("state", "held"), _negated=True), ("held_reason", "")),
                            _connector="OR",
                        ),
                        name="signature_held_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("public_name__gt", ""),
                                ("review__in", ["waiting", "approved", "hidden"]),
                                ("visibility", "public"),
                            ),
                            models.Q(("comment", ""), ("public_name", ""), ("review", "none")),
                            _connector="OR",
                        ),
                        name="signature_shows_only_what_was_chosen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("review", "hidden"), ("review_reason__gt", "")),
                            models.Q(models.Q(("review", "hidden"), _negated=True), ("review_reason", "")),
                            _connector="OR",
                        ),
                        name="signature_hidden_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("mailbox_hash__isnull", False)),
                        fields=("petition", "mailbox_hash", "name_hash"),
                        name="signature_once_a_name",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("mailbox_hash__isnull", False)),
                        fields=("petition", "mailbox_hash", "seat"),
                        name="signature_two_names_a_mailbox",
                    ),
                ],
            },
        ),
    ]
