"""The last seven days by the hour, as pictures and as a table: what came in, and how much of it was alike."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from petition.models import Petition
from signatures import charts, queries, retention, trends
from signatures.admin import pages
from signatures.choices import Kept
from signatures.models import HourTrend

SHARES = ("top_network", "top_domain", "top_name", "top_comment")


class Hour(NamedTuple):
    """A line of the table. `confirmed` and `held` are changes, None where the hour before is not known; the shares are
    in percent of what was taken; `over` says which columns are over their limits."""

    hour: datetime.datetime
    web: int
    paper: int
    stall: int
    taken: int
    suspicious: int
    confirmed: int | None
    held: int | None
    shares: list[int]
    over: list[str]


class Picture(NamedTuple):
    """Columns of the hours; `marked` is the part of them that stands out."""

    title: str
    path: str
    marked: str
    top: int
    is_share: bool


def _hours(rows: Sequence[HourTrend]) -> list[Hour]:
    """Oldest first. Of two rows that are not of neighbouring hours, the change is that since the one before."""
    limits = trends.limits()
    found = []
    for before, row in zip([None, *rows], rows, strict=False):
        found.append(
            Hour(
                row.hour,
                row.web,
                row.paper,
                row.stall,
                row.taken,
                row.suspicious,
                row.confirmed_so_far - before.confirmed_so_far if before else None,
                row.held_so_far - before.held_so_far if before else None,
                [round(100 * getattr(row, name) / row.taken) if row.taken else 0 for name in SHARES],
                trends.over(row, limits),
            )
        )
    return found


def _picture(title: str, values: Sequence[int], marked: Sequence[int] = (), *, is_share: bool = False) -> Picture:
    top = 100 if is_share else max(*values, 1)
    return Picture(title, charts.columns(values, top), charts.columns(marked, top), top, is_share)


def _pictures(hours: Sequence[Hour], first: datetime.datetime, places: int) -> list[Picture]:
    by_place = {(hour.hour - first) // trends.ONE_HOUR: hour for hour in hours}
    slots = [by_place.get(place) for place in range(places)]

    def values(name: str) -> list[int]:
        return [(getattr(slot, name) or 0) if slot else 0 for slot in slots]

    pictures = [
        _picture(_("Taken in; of them, what looks suspicious"), values("taken"), values("suspicious")),
        _picture(_("Confirmed"), values("confirmed")),
        _picture(_("Held"), values("held")),
    ]
    titles = (
        _("Largest share of one network"),
        _("Largest share of one mail domain, without the great providers"),
        _("Largest share of one name"),
        _("Largest share of one reason, word for word"),
    )
    for n, title in enumerate(titles):
        shares = [slot.shares[n] if slot else 0 for slot in slots]
        over = [slot.shares[n] if slot and SHARES[n] in slot.over else 0 for slot in slots]
        pictures.append(_picture(title, shares, over, is_share=True))
    return pictures


@pages.needs("signatures.view_hourtrend")
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    petition = pages.chosen_petition(request)
    end = trends.last_whole_hour(timezone.now()) + trends.ONE_HOUR
    first = end - datetime.timedelta(days=retention.days(Kept.NETWORKS))
    found = _hours(queries.hours(petition, first)) if petition else []
    places = (end - first) // trends.ONE_HOUR
    context = pages.context(
        request,
        capfirst(HourTrend._meta.verbose_name_plural),
        opts=HourTrend._meta,
        petition=petition,
        petitions=Petition.objects.all(),
        first=first,
        last=end - trends.ONE_HOUR,
        places=places,
        midnights=_midnights(first, places),
        pictures=_pictures(found, first, places) if found else [],
        hours=[hour for hour in reversed(found) if hour.taken or hour.confirmed or hour.held],
    )
    return render(request, "admin/signatures/hourtrend/hours.html", context)


def _midnights(first: datetime.datetime, places: int) -> list[int]:
    """The columns at which a day begins, where the site is."""
    moments = ((place, timezone.localtime(first + place * trends.ONE_HOUR)) for place in range(places))
    return [place for place, moment in moments if moment.hour == 0 and place]


@admin.register(HourTrend)
class HourTrendAdmin(admin.ModelAdmin):
    """Only the door."""

    def get_urls(self) -> list[URLPattern]:
        return [path("", hours, name="signatures_hourtrend_changelist")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
