"""A petition's totals, as pictures and as tables."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from petition.pagecache import public_page
from petition.views.pages import public_petition
from signatures import charts, milestones, queries, world


@public_page
def numbers(request: HttpRequest, slug: str) -> HttpResponse:
    petition = public_petition(slug)
    totals = queries.totals(petition)
    named = {country: n for country, n in totals.by_country.items() if country != queries.ELSEWHERE}
    following = milestones.following(totals.count, petition.goal)
    period, periods = charts.periods(totals.by_day)
    context = {
        "petition": petition,
        "count": totals.count,
        "following": following,
        "missing": following and following - totals.count,
        "reached": milestones.reached(totals.by_day, petition.goal)[::-1],
        "small_country": queries.SMALL_COUNTRY,
        "view_box": world.VIEW_BOX,
        "map": world.world_map(named) if named else None,
        "bars": charts.bars(named),
        "by_country": totals.by_country.items(),
        "growth": charts.growth(
            totals.by_day, goal=petition.goal, until=timezone.localdate() if petition.is_open else None
        ),
        "days": charts.newest_days(totals.by_day),
        "period": period,
        "periods": periods,
        "integrity": totals.integrity,
    }
    return render(request, "signatures/numbers.html", context)
