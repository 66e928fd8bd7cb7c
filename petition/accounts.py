"""Passwords of staff: one that somebody else gave opens only the page that asks for one's own."""

from __future__ import annotations

import datetime
import secrets

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from petition import audit, factors
from petition.models import StaffAccount

GROUPS, GROUP_LETTERS = 4, 5
GIVEN_FOR = datetime.timedelta(days=7)


def new_password() -> str:
    """99 bits."""
    groups = ("".join(secrets.choice(factors.LETTERS) for _ in range(GROUP_LETTERS)) for _ in range(GROUPS))
    return "-".join(groups)


def has_given_password(user: User) -> bool:
    return StaffAccount.objects.filter(user=user, password_given_at__isnull=False).exists()


def is_too_old(user: User) -> bool:
    """Whether the password was given by somebody else, and longer ago than it is good for."""
    return StaffAccount.objects.filter(user=user, password_given_at__lt=timezone.now() - GIVEN_FOR).exists()


@transaction.atomic
def mark_given(*, user: User) -> None:
    """Somebody else has just set this user's password."""
    StaffAccount.objects.update_or_create(user=user, defaults={"password_given_at": timezone.now()})


@transaction.atomic
def reset(*, user: User, by: User | None) -> str:
    """A one-time password, and no second factor: the next log-in begins with both anew. Ends the user's sessions. The
    password is to be told in person."""
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    factors.drop_all(user=user)
    mark_given(user=user)
    audit.record(by=by, act="factor_reset", target=user)
    return password


@transaction.atomic
def set_own_password(*, user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    StaffAccount.objects.update_or_create(user=user, defaults={"password_given_at": None})
    audit.record(by=user, act="own_password", target=user)
