"""What a member of the staff does at the door, and the second factors they have."""

from __future__ import annotations

import re
import time

import pyotp
from django.contrib.auth.models import User

from petition import factors
from tests.people import PASSWORD

LOGIN = "/admin/login/"
CODE = "/admin/login/code/"
ENROL = "/admin/login/enrol/"


def give_password(client, name, password=PASSWORD, following="/admin/", **extra):
    return client.post(LOGIN, {"username": name, "password": password, "next": following}, **extra)


def code(secret: str, later: int = 0) -> str:
    """What the app shows now, or so many steps of half a minute later."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * later)


def with_app(user: User) -> str:
    """The secret of an app that the user set up long ago."""
    secret = factors.new_secret()
    assert factors.add_app(user=user, secret=secret, code=code(secret), by=user)
    user.totp_app.last_step = 0
    user.totp_app.save(update_fields=["last_step"])
    return secret


def enter(client, name, secret, later=0, **extra):
    """Password and code; the last answer."""
    give_password(client, name, **extra)
    return client.post(CODE, {"code": code(secret, later)}, **extra)


def shown_secret(page) -> str:
    """The key to type, of a page that sets up an app."""
    return re.search(r'class="house-secret"[^>]*>([A-Z2-7 ]+)<', page.content.decode())[1].replace(" ", "")


def shown_codes(page) -> list[str]:
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.content.decode())


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200
