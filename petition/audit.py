"""The audit trail: one row for every act of staff and of the system that changes what others see or get. The database
chains the rows by hash when they are committed (sql/audit_chain.sql); petition/auditchain.py proves the chain."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model

from petition.models import AuditEntry, AuditLink

SYSTEM = "system"


class Head(NamedTuple):
    """The newest link: how many entries are chained, and the hash over all of them in hexadecimal digits."""

    entries: int
    hash: str


EMPTY = Head(0, bytes(32).hex())


def target_name(target: Model | str) -> str:
    """petition.recipient:7, or a word as it is."""
    return target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}"


def record(*, by: User | None, act: str, target: Model | str, detail: dict[str, Any] | None = None) -> AuditEntry:
    """Write who did what, in the caller's transaction. `by=None` is the system itself (a command, the worker)."""
    return AuditEntry.objects.create(by=_name(by), act=act, target=target_name(target), detail=detail or {})


def record_each(*, by: User | None, act: str, targets: Mapping[str, dict[str, Any]]) -> None:
    """A row for each target of an act on many, with its detail, in one statement."""
    AuditEntry.objects.bulk_create(
        [AuditEntry(by=_name(by), act=act, target=target, detail=detail) for target, detail in targets.items()],
        batch_size=1000,
    )


def chain() -> None:
    """Chain what a transaction with one snapshot has left unchained. Any act's commit does the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT petition_audit_chain()")


def head() -> Head:
    newest = AuditLink.objects.order_by("-position").first()
    return Head(newest.position, bytes(newest.hash).hex()) if newest else EMPTY


def _name(by: User | None) -> str:
    return by.get_username() if by else SYSTEM
