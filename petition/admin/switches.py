"""The page of the switches for the bad hour."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from petition import fallback, switches
from petition.admin import words
from petition.models.switch import Name, Switch
from petition.reauth import confirmed_lately

DOES = {
    Name.PAUSE_SIGNING: gettext_lazy(
        "Nobody can sign: in the place of the form it says that the organisers have paused the collection. Who has"
        " signed before can still confirm, change their choices and withdraw."
    ),
    Name.REVIEW_EVERYTHING: gettext_lazy(
        "A signature that is confirmed from now on is held: it does not count and nothing of it is shown until you"
        " release it. Its signer gets no mail about it. Turning this off releases none of them."
    ),
    Name.ASK_FOR_WORK: gettext_lazy(
        "Whoever signs lets their device do a sum of some seconds first. A person hardly notices; a machine that signs"
        " by the thousand does."
    ),
    Name.HOLD_MAIL: gettext_lazy(
        "No mail goes out, neither links to confirm nor updates. Nothing is lost: what waits goes in its order when you"
        " turn this off. People can sign meanwhile, and confirm when the mail comes."
    ),
    Name.FALLBACK: gettext_lazy(
        "Readers get copies of the pages that were made before, and the database is left in peace. Nobody can sign"
        " meanwhile. While the database is down this happens by itself."
    ),
}
# What rooms above this one tell of a switch, on or off: a sentence, or nothing.
tells: dict[str, Callable[[], str]] = {}

words.ACTS |= {
    "turn_on": pgettext_lazy("act", "turned on"),
    "turn_off": pgettext_lazy("act", "turned off"),
}
words.TARGETS |= {f"switch:{name}": name.label for name in Name}
words.PARTS |= {"why": gettext_lazy("why")}


class Shown(NamedTuple):
    name: Name
    does: Any
    row: Switch | None  # where it is on
    tells: str
    copies_made_at: datetime.datetime | None


class TurnForm(forms.Form):
    name = forms.ChoiceField(choices=Name.choices)
    on = forms.BooleanField(required=False)
    why = forms.CharField(max_length=200, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("on") and not cleaned.get("why"):
            self.add_error("why", gettext_lazy("Write in a few words why: your colleagues will ask."))
        return cleaned


def _shown() -> list[Shown]:
    on = {row.name: row for row in Switch.objects.all()}
    made_at = fallback.made_at()
    made = datetime.datetime.fromtimestamp(made_at, datetime.UTC) if made_at else None
    return [
        Shown(
            name,
            DOES[name],
            on.get(name),
            tells[name]() if name in tells else "",
            made if name == Name.FALLBACK else None,
        )
        for name in Name
    ]


@admin.register(Switch)
class SwitchAdmin(admin.ModelAdmin):
    """One page with all of them; a switch has no form of its own."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="petition_switch_changelist"),
            path("turn/", view(require_POST(self.turn)), name="petition_switch_turn"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "switches": _shown(),
            "may_turn": request.user.has_perm("petition.turn_switch"),
        }
        return render(request, "admin/petition/switch/list.html", context)

    @method_decorator(confirmed_lately)
    def turn(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("petition.turn_switch"):
            raise PermissionDenied
        form = TurnForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            switches.turn(name=given["name"], on=given["on"], why=given["why"], by=request.user)
            turned = _("%(switch)s: on.") if given["on"] else _("%(switch)s: off.")
            messages.success(request, turned % {"switch": Name(given["name"]).label})
        for fault in form.errors.get("why", []):
            messages.warning(request, fault)
        return HttpResponseRedirect(reverse("admin:petition_switch_changelist"))
