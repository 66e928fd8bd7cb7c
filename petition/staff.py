"""The staff's site: one room for every group, in Khmer and in English, behind two factors."""

from __future__ import annotations

import functools
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

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

    # Views are imported where they are used, since this module is imported before the models are.

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, in a session of both factors: Django's own log-in alone opens nothing."""
        from petition import entry

        return super().has_permission(request) and entry.STAMP in request.session

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """What was typed into a form is kept where its session had ended meanwhile."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            from petition import devices

            is_typed = request.method == "POST" and request.POST and devices.is_known(request)
            if is_typed and not self.has_permission(request):
                from petition.admin import entering

                return entering.log_in_again(request)
            return guarded(request, *args, **kwargs)

        return functools.update_wrapper(inner, guarded)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from petition.admin import entering, factors

        def door(view: Any) -> Any:
            return never_cache(csrf_protect(view))

        return [
            path("login/password/", door(entering.own_password), name="own_password"),
            path("login/enrol/", door(entering.enrol), name="enrol"),
            path("login/code/", door(entering.second_factor), name="second_factor"),
            path("confirm/", self.admin_view(factors.confirm), name="confirm"),
            path("factors/", self.admin_view(factors.own_factors), name="factors"),
            path("factors/app/", self.admin_view(factors.app), name="factors_app"),
            path("factors/key/", self.admin_view(factors.key), name="factors_key"),
            path("factors/remove/", self.admin_view(factors.remove), name="factors_remove"),
            path("factors/codes/", self.admin_view(factors.codes), name="factors_codes"),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, csrf_protect])
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from petition.admin import entering

        return entering.log_in(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from petition.admin import entering

        return entering.change_password(request, super().password_change)
