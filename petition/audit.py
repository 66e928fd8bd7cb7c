"""The audit trail: one row for every act of staff and of the system that changes what others see or get."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from petition.models import AuditEntry

SYSTEM = "system"


def record(*, by: User | None, act: str, target: Model | str, detail: dict[str, Any] | None = None) -> AuditEntry:
    """Write who did what, in the caller's transaction. `by=None` is the system itself (a command, the worker)."""
    named = target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}"
    return AuditEntry.objects.create(by=by.get_username() if by else SYSTEM, act=act, target=named, detail=detail or {})
