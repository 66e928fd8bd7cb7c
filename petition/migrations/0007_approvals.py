import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from petition import sql
from petition.sql import run_sql

DAY = datetime.timedelta(days=1)
STATES = [
    ("asked", "waits"),
    ("allowed", "allowed"),
    ("refused", "refused"),
    ("withdrawn", "taken back"),
    ("used", "used"),
    ("expired", "run out"),
]


def staff(verbose_name, **more):
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("petition", "0006_audit_chain"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="what")),
                ("target", models.CharField(max_length=200, verbose_name="target")),
                ("why", models.CharField(max_length=500, verbose_name="why")),
                ("state", models.CharField(choices=STATES, default="asked", max_length=9, verbose_name="state")),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                ("asked_by", staff("asked by")),
                ("decided_by", staff("decided by", null=True)),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests to a second person",
                "ordering": ["-id"],
                "permissions": [
                    ("allow_approval", "Can allow what needs two people"),
                    ("rotate_key", "Can register a new sealing key"),
                ],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=~Q(asked_by=F("decided_by")), name="approval_needs_two_people"),
                    models.CheckConstraint(
                        condition=Q(state="asked", decided_by=None, decided_at=None)
                        | Q(
                            state__in=["allowed", "refused", "used"],
                            decided_by__isnull=False,
                            decided_at__isnull=False,
                        )
                        | Q(state__in=["withdrawn", "expired"]),
                        name="approval_decided_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_at=None, expires_at__lte=F("asked_at") + DAY)
                        | Q(decided_at__isnull=False, expires_at__lte=F("decided_at") + DAY),
                        name="approval_runs_out",
                    ),
                    models.UniqueConstraint(
                        condition=Q(state="asked"), fields=("kind", "target"), name="approval_asked_once"
                    ),
                    models.UniqueConstraint(
                        condition=Q(state="allowed"),
                        fields=("kind", "target", "asked_by"),
                        name="approval_allowed_once",
                    ),
                ],
            },
        ),
        run_sql(
            sql.__file__,
            "approval_steps.sql",
            reverse="""
                DROP TRIGGER petition_approval_steps ON petition_approval;
                DROP FUNCTION petition_approval_steps();
            """,
        ),
    ]
