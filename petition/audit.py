"""The audit trail: one row for every act of staff and of the system that changes what others see or get."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from petition.models import AuditEntry

SYSTEM = "system"


def record(*, by: User | None, act: str, target: Model | str, detail: dict[str, Any] | None = None) -> AuditEntry:
    """Write who did what, in the caller's transaction. `by=None` is the system itself (a command, the worker)."""
    named = target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}"
    return AuditEntry.objects.create(by=_name(by), act=act, target=named, detail=detail or {})


def record_each(*, by: User | None, act: str, targets: Mapping[str, dict[str, Any]]) -> None:
    """A row for each target of an act on many, with its detail, in one statement."""
    AuditEntry.objects.bulk_create(
        [AuditEntry(by=_name(by), act=act, target=target, detail=detail) for target, detail in targets.items()],
        batch_size=1000,
    )


def _name(by: User | None) -> str:
    return by.get_username() if by else SYSTEM
