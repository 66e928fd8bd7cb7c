"""The public JSON: what the petition's page shows, for other sites. No personal data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from petition.models import Petition
from petition.pagecache import public_page
from petition.views.pages import public_petition, public_petitions
from signatures import queries

# What rooms above this one add to a petition's JSON; the delivery names its own part here.
sections: dict[str, Callable[[Petition], Any]] = {}


def _brief(petition: Petition, count: int) -> dict[str, Any]:
    return {
        "slug": petition.slug,
        "title": {"km": petition.title_km, "en": petition.title_en},
        "state": petition.state_today,
        "goal": petition.goal,
        "count": count,
    }


def open_to_all(data: dict[str, Any]) -> HttpResponse:
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@public_page
def petitions(request: HttpRequest) -> HttpResponse:
    rows = list(public_petitions())
    counts = queries.counts(rows)
    return open_to_all({"petitions": [_brief(row, counts.get(row.pk, 0)) for row in rows]})


@public_page
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    """`by_country` by ISO 3166-1 code, small ones as "elsewhere"; `by_day` by ISO 8601 date. Both sum to `count`, as
    does `integrity.by_origin`."""
    row = public_petition(slug)
    totals = queries.totals(row)
    data = _brief(row, totals.count) | {
        "by_country": {country or "elsewhere": n for country, n in totals.by_country.items()},
        "by_day": {day.isoformat(): n for day, n in totals.by_day.items()},
        "integrity": totals.integrity._asdict(),
    }
    return open_to_all(data | {name: of(row) for name, of in sections.items()})
