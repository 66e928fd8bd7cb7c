"""The way in: password, then the second factor, then a session that ends by itself.

Between the two the session holds who has given the password, and is nobody's: `request.user` is anonymous until all is
done. What must be done first (a password of one's own, a second factor) is done in that half.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from petition import accounts, audit, factors
from petition.models import StaffAccount

HALF = "entering"
STAMP = "staff"
HALF_SECONDS = 10 * 60
IDLE_SECONDS = settings.SESSION_COOKIE_AGE
LONGEST_SECONDS = 12 * 60 * 60
TOUCH_SECONDS = 60  # a session is written that often at most because it is used


def _now() -> int:
    return int(time.time())


# -- half in -----------------------------------------------------------------------------------------------------------


def begin(request: HttpRequest, user: User, following: str, kept: str = "") -> None:
    """The password was right. Whatever session there was ends; `following` is where to go in the end, and
    `kept` what was typed there (petition/kept.py)."""
    request.session.flush()
    request.session[HALF] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "at": _now(),
        "following": following,
        "kept": kept,
    }


def entering(request: HttpRequest) -> User | None:
    """Who has given the password a short while ago, and may be logged in."""
    half = request.session.get(HALF)
    if not half or _now() - half["at"] > HALF_SECONDS:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(half["password"], user.get_session_auth_hash()):
        return None
    return user


def following(request: HttpRequest) -> str:
    return str(request.session.get(HALF, {}).get("following", ""))


def kept(request: HttpRequest) -> str:
    return str(request.session.get(HALF, {}).get("kept", ""))


def next_step(user: User) -> str:
    """The name of the page that is still between this user and the rooms."""
    if accounts.has_given_password(user):
        return "admin:own_password"
    return "admin:second_factor" if factors.has_factor(user) else "admin:enrol"


@transaction.atomic
def finish(request: HttpRequest, user: User) -> None:
    """Both factors were right: a session under a new key."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    stamp(request.session, user)
    audit.record(by=user, act="log_in", target=user)


# -- in ----------------------------------------------------------------------------------------------------------------


def stamp(session: SessionBase, user: User) -> None:
    """From here on the session counts as one of both factors, confirmed now."""
    now = _now()
    session[STAMP] = {"since": now, "seen": now, "confirmed": now, "generation": _generation(user)}


def _generation(user: User) -> int:
    return StaffAccount.objects.filter(user=user).values_list("generation", flat=True).first() or 0


def _read_generation(user: User) -> int:
    """As it was read with the user (petition/backends.py)."""
    account = getattr(user, "staff_account", None)
    return account.generation if account else 0


def is_live(session: SessionBase, user: User) -> bool:
    """Neither left alone for too long, nor too old, nor of factors that have changed since."""
    mark: dict[str, Any] | None = session.get(STAMP)
    if not mark or mark["generation"] != _read_generation(user):
        return False
    now = _now()
    return now - mark["seen"] <= IDLE_SECONDS and now - mark["since"] <= LONGEST_SECONDS


def touch(session: SessionBase) -> None:
    """It is being used: writing it moves its end."""
    mark = session[STAMP]
    if _now() - mark["seen"] >= TOUCH_SECONDS:
        session[STAMP] = mark | {"seen": _now()}


def confirm(request: HttpRequest) -> None:
    request.session[STAMP] = request.session[STAMP] | {"confirmed": _now()}
    request.session.cycle_key()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether a factor was given lately in this session."""
    mark = request.session.get(STAMP)
    return mark is not None and _now() - mark["confirmed"] <= settings.REAUTH_SECONDS


def keep(request: HttpRequest, user: User) -> None:
    """After a change of the factors: this session goes on, under a new key; the user's others have ended."""
    request.session[STAMP] = request.session[STAMP] | {"generation": _generation(user)}
    request.session.cycle_key()
