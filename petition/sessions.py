"""Ends sessions of staff when their time has come."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from petition import entry

ROOMS = "/admin/"


class StaffSessionMiddleware:
    """Looks only at the staff's rooms: elsewhere nothing asks who somebody is, and no session is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(ROOMS) and isinstance(request.user, User):
            if entry.is_live(request.session, request.user):
                entry.touch(request.session)
            else:
                logout(request)
        return self.get_response(request)
