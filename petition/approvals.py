"""What needs two people: one asks, another one allows it, and who has asked may then do it, once or for some hours.

Each room says in `kinds` what it puts behind this. A verb that needs two people calls `use` in its own transaction: if
the verb fails, what was allowed stays allowed. Commands that open names need nobody's word, since who runs them holds
the keys; the one that replaces a sealing key does, since everything from then on would be sealed to another's.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petition import audit
from petition.models import Approval

State = Approval.State

OPEN_FOR = datetime.timedelta(hours=24)
ALLOW = "petition.allow_approval"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class Kind(NamedTuple):
    """`label` says in words what would be done, `permission` who may do it. `rows` are the objects it may be done to;
    None where a target is no row. `lasts`: how often one wants for so long after it was allowed; None: once. `digest`:
    of all that the word is given for, of a row as it stands; once it is another one, the word is worth nothing."""

    label: Any
    permission: str
    rows: Callable[[], QuerySet[Any]] | None = None
    lasts: datetime.timedelta | None = None
    digest: Callable[[Any], str] | None = None


kinds: dict[str, Kind] = {}
# What hears of a new request, in its transaction: the room that sends mails.
on_asked: list[Callable[[Approval], None]] = []


class NotAllowed(Exception):
    """Why something may not be done, in a sentence of the reader's language."""


def may_allow(kind: Kind, user: User) -> bool:
    """By the same right as the act's, or by the right to allow alone."""
    return user.is_active and user.is_staff and (user.has_perm(kind.permission) or user.has_perm(ALLOW))


def who_may_allow(kind: Kind) -> QuerySet[User]:
    """By name, with their groups' rights and superusers."""
    found = [User.objects.with_perm(right, backend=_BACKEND) for right in (kind.permission, ALLOW)]
    return (found[0] | found[1]).filter(is_staff=True).distinct().order_by("username")


def _in_force() -> QuerySet[Approval]:
    return Approval.objects.filter(expires_at__gt=timezone.now())


def open_requests() -> QuerySet[Approval]:
    """What waits for a second person or was allowed, and has not run out; the newest first."""
    return _in_force().filter(state__in=[State.ASKED, State.ALLOWED]).select_related("asked_by", "decided_by")


def _digest(kind: str, target: str) -> str:
    """That of the row as it stands; empty where the kind has none."""
    made, rows = kinds[kind].digest, kinds[kind].rows
    if made is None or rows is None:
        return ""
    return made(rows().get(pk=target.partition(":")[2]))


def _in_order(kind: str, target: str) -> QuerySet[Approval]:
    """What anybody was allowed, as long as the other one is still of the staff, and it is about the same as then."""
    other = {"decided_by__is_active": True, "decided_by__is_staff": True}
    return _in_force().filter(kind=kind, target=target, state=State.ALLOWED, digest=_digest(kind, target), **other)


def _allowed(kind: str, target: str, by: User) -> QuerySet[Approval]:
    return _in_order(kind, target).filter(asked_by=by)


def given(*, kind: str, target: Model | str) -> Approval | None:
    """What one of the staff has asked for and another one allowed, where it counts for all of them."""
    found = _in_order(kind, audit.target_name(target)).filter(asked_by__is_active=True, asked_by__is_staff=True)
    return found.select_related("asked_by", "decided_by").first()


class Standing(NamedTuple):
    """How it stands between a person and what needs two."""

    kind: str
    target: str
    allowed: Approval | None  # this person may do it
    asked: Approval | None  # an open request, anybody's
    others: list[User]  # who else could allow it

    @property
    def label(self) -> Any:
        return kinds[self.kind].label


def standing(*, kind: str, target: Model | str, by: User) -> Standing:
    name = audit.target_name(target)
    asked = _in_force().filter(kind=kind, target=name, state=State.ASKED, digest=_digest(kind, name))
    others = list(who_may_allow(kinds[kind]).exclude(pk=by.pk))
    return Standing(kind, name, _allowed(kind, name, by).first(), asked.select_related("asked_by").first(), others)


def may_do(kind: Kind, user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(kind.permission)


def _needs_right(kind: str, by: User) -> None:
    if not may_do(kinds[kind], by):
        raise NotAllowed(_("You do not have the right to do this."))


def _end_past(kind: str, target: str, by: User) -> None:
    """Close what is over, so that it stands in the way of nothing new: also what is about something else by now; of
    `by`, who has nothing in force, all that was allowed."""
    is_over = Q(expires_at__lte=timezone.now()) | ~Q(digest=_digest(kind, target))
    past = Q(state__in=[State.ASKED, State.ALLOWED]) & is_over
    past |= Q(state=State.ALLOWED, asked_by=by)
    Approval.objects.filter(past, kind=kind, target=target).update(state=State.EXPIRED)


def _record(row: Approval, act: str, by: User) -> None:
    audit.record(by=by, act=act, target=row.target, detail={"kind": row.kind, "request": row.pk})


@transaction.atomic
def ask(*, kind: str, target: Model | str, why: str, by: User) -> Approval:
    """Ask for a second person's word. It can be given for 24 hours."""
    _needs_right(kind, by)
    name, now = audit.target_name(target), timezone.now()
    if _allowed(kind, name, by).exists():
        raise NotAllowed(_("This was allowed already."))
    _end_past(kind, name, by)
    try:
        with transaction.atomic():
            row = Approval.objects.create(
                kind=kind,
                target=name,
                digest=_digest(kind, name),
                why=why,
                asked_by=by,
                asked_at=now,
                expires_at=now + OPEN_FOR,
            )
    except IntegrityError:
        raise NotAllowed(_("Somebody has asked for the same, and waits for an answer.")) from None
    _record(row, "ask_approval", by)
    for hear in on_asked:
        hear(row)
    return row


def _open(approval: Approval, *states: Approval.State) -> Approval:
    """The row as it is now, held for this transaction: of two who decide at once the second sees what the first did."""
    row = Approval.objects.select_for_update(of=["self"]).select_related("asked_by").get(pk=approval.pk)
    if row.state not in states or row.expires_at <= timezone.now():
        raise NotAllowed(_("This request is no longer open."))
    return row


def _decided(approval: Approval, by: User) -> Approval:
    row = _open(approval, State.ASKED)
    if row.kind not in kinds or not may_allow(kinds[row.kind], by):
        raise NotAllowed(_("You do not have the right to decide this."))
    if row.asked_by_id == by.pk:
        raise NotAllowed(_("You have asked for it yourself: another person has to decide."))
    return row


@transaction.atomic
def allow(*, approval: Approval, by: User) -> Approval:
    row = _decided(approval, by)
    kind = kinds[row.kind]
    if not may_do(kind, row.asked_by):
        raise NotAllowed(_("Who has asked for it may no longer do it."))
    if row.digest != _digest(row.kind, row.target):
        raise NotAllowed(_("What was asked for has changed since then: it has to be asked for again."))
    if _allowed(row.kind, row.target, row.asked_by).exists():
        raise NotAllowed(_("This was allowed already."))
    _end_past(row.kind, row.target, row.asked_by)
    now = timezone.now()
    row.state, row.decided_by, row.decided_at = State.ALLOWED, by, now
    if kind.lasts is not None:
        row.expires_at = now + kind.lasts
    row.save(update_fields=["state", "decided_by", "decided_at", "expires_at"])
    _record(row, "allow_approval", by)
    return row


@transaction.atomic
def refuse(*, approval: Approval, by: User) -> Approval:
    row = _decided(approval, by)
    row.state, row.decided_by, row.decided_at = State.REFUSED, by, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _record(row, "refuse_approval", by)
    return row


@transaction.atomic
def withdraw(*, approval: Approval, by: User) -> Approval:
    """Take back what one has asked for, allowed or not."""
    row = _open(approval, State.ASKED, State.ALLOWED)
    if row.asked_by_id != by.pk:
        raise NotAllowed(_("Only who has asked for it can take it back."))
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    _record(row, "withdraw_approval", by)
    return row


def use_up(*, approval: Approval, by: User) -> None:
    """End what was `given`, in the transaction of the verb that needed it."""
    approval.state = State.USED
    approval.save(update_fields=["state"])
    _record(approval, "use_approval", by)


def use(*, kind: str, target: Model | str, by: User) -> Approval:
    """Take up what was allowed, in the transaction of the verb that needs it."""
    _needs_right(kind, by)
    row = _allowed(kind, audit.target_name(target), by).select_for_update(of=["self"]).first()
    if row is None:
        raise NotAllowed(_("A second person has to allow this first."))
    if kinds[kind].lasts is None:
        row.state = State.USED
        row.save(update_fields=["state"])
    _record(row, "use_approval", by)
    return row
