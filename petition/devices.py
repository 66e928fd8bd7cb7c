"""Browsers in which somebody of the staff has logged in with both factors. What strangers try elsewhere, with a name
that they know, never keeps such a browser out."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = f"{settings.HOST_PREFIX}staff_browser"
SALT = "petition.devices"
LIFETIME = 180 * 24 * 60 * 60  # seconds since the last log-in
MOST = 5  # people who share a browser


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    """Its random name, and the numbers of the users who have logged in there."""
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFETIME)
        return str(known["browser"]), [int(pk) for pk in known["users"]]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return "", []


def known(request: HttpRequest, user: User | None) -> str:
    """The browser's random name where this user has logged in there before, else nothing."""
    name, users = _read(request)
    return name if user is not None and user.pk in users else ""


def is_known(request: HttpRequest) -> bool:
    """Whether anybody of the staff has logged in there."""
    return bool(_read(request)[1])


def known_by_name(request: HttpRequest, username: str) -> str:
    """The same for a name that was typed. Asks the database only for a browser that is somebody's."""
    _name, users = _read(request)
    if not users:
        return ""
    return known(request, User.objects.filter(pk__in=users, username=username).first())


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    name, users = _read(request)
    users = [*(pk for pk in users if pk != user.pk), user.pk][-MOST:]
    response.set_cookie(
        COOKIE,
        signing.dumps({"browser": name or secrets.token_urlsafe(16), "users": users}, salt=SALT),
        max_age=LIFETIME,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
