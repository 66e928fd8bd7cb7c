"""The staff's site: one room for every group, in Khmer and in English."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from petition.context import NAMES


def _switches_on() -> list[Any]:
    """What the switches are called that are on."""
    # Here, since this module is imported before the models are.
    from petition import switches
    from petition.models.switch import Name

    now = switches.current()
    return [name.label for name in Name if getattr(now, name)]


class StaffSite(AdminSite):
    site_header = _("Hatthalekha, the committee's room")
    site_title = _("Hatthalekha")
    index_title = _("What there is to do")
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # A page that answers a POST cannot be asked for again in the other language: the switch then leads home.
        here = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        return super().each_context(request) | {
            "languages": NAMES,
            "language_next": here,
            "switches_on": _switches_on() if request.user.is_authenticated else [],
        }

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """In the order of the settings, which is that of the work; Django's is by the alphabet."""
        order = list(apps.app_configs)
        return sorted(super().get_app_list(request, app_label), key=lambda app: order.index(app["app_label"]))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            # Here, since this module is imported before the models are.
            from petition import audit

            audit.record(by=request.user, act="log_in", target=request.user)
        return response
