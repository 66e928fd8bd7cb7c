from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from petition.pagecache import public_page
from petition.views.pages import public_petition
from signatures.delivery import records


@public_page
def recipients(request: HttpRequest, slug: str) -> HttpResponse:
    """Who receives the collection, in the petition's order and groups; what was handed over and what they answered."""
    petition = public_petition(slug)
    rows = records.recipients_with_packets(petition)
    groups = [(number, list(members)) for number, members in groupby(rows, key=lambda r: r.number)]
    deliveries = petition.deliveries.order_by("-ordinal")
    return render(
        request,
        "recipients.html",
        {"petition": petition, "groups": groups, "deliveries": deliveries, "total": len(rows)},
    )
