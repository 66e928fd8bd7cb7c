from __future__ import annotations

import re
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from petition.pagecache import public_page
from petition.views.pages import public_petition
from signatures.delivery import public, scans

PLACE = re.compile(r"([1-9][0-9]{0,4})\.([1-9][0-9]{0,4})", re.ASCII)
# A file that the site did not write: nothing of it runs here, whatever a browser makes of it.
INERT = "default-src 'none'; sandbox"


@public_page
def recipients(request: HttpRequest, slug: str) -> HttpResponse:
    """Who receives the collection, in the petition's order and groups; what was handed over and what they answered."""
    petition = public_petition(slug)
    deliveries = public.told(petition)
    rows = public.recipients_with_packets(petition, deliveries)
    groups = [(number, list(members)) for number, members in groupby(rows, key=lambda r: r.number)]
    return render(
        request,
        "recipients.html",
        {"petition": petition, "groups": groups, "deliveries": deliveries[::-1], "total": len(rows)},
    )


@public_page
def answer(request: HttpRequest, slug: str, place: str) -> HttpResponse:
    """The document with which a recipient has answered, in the page's language where there is one."""
    petition = public_petition(slug)
    found = PLACE.fullmatch(place)
    packet = public.answer(petition, number=int(found[1]), position=int(found[2])) if found else None
    if packet is None:
        raise Http404
    response = scans.response(packet.answer_file, f"{slug}-{place}-answer")
    response.headers["Content-Security-Policy"] = INERT
    return response
