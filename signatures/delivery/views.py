from __future__ import annotations

import math
import re
from itertools import groupby
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from petition import guard
from petition.models import Petition
from petition.pagecache import public_page
from petition.views.pages import public_petition
from signatures import throttle
from signatures.delivery import manifest, public, receipts, scans

CHECKER = (Path(__file__).parent / manifest.CHECKER).read_bytes()
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


def books(petition: Petition) -> list[public.Told]:
    """The deliveries whose book is made, the newest first."""
    return [one for one in reversed(public.told(petition)) if one.root]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, slug: str) -> HttpResponseBase:
    return find_line(request, slug) if request.method == "POST" else show_verify(request, slug)


@public_page
def show_verify(request: HttpRequest, slug: str) -> HttpResponse:
    petition = public_petition(slug)
    return render(request, "verify.html", {"petition": petition, "books": books(petition)})


@guard.no_store
@guard.same_site_post
def find_line(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the line of a receipt stands. Nothing of what is typed in is stored, and a wrong receipt, one that was
    erased and one that never was get the same answer."""
    petition = public_petition(slug)
    context = {"petition": petition, "books": books(petition), "is_answer": True}
    if wait := throttle.receipt_wait(request):
        answer = render(request, "verify.html", context | {"wait": math.ceil(wait / 60)}, status=429)
        answer["Retry-After"] = str(math.ceil(wait))
        return answer
    receipt, name, city = (request.POST.get(field, "")[:200] for field in ("receipt", "name", "city"))
    signature = receipts.find(petition=petition, receipt=receipt)
    places = receipts.places(signature) if signature else []
    if request.POST.get("format") == "json":
        return proof_file(places, request.POST.get("delivery", ""))
    written = receipts.as_signed(name, city) if name.strip() else None
    compared = [(place, bool(written and place.holds(*written))) for place in places]
    context |= {
        "found": signature is not None,
        "places": compared,
        "receipt": receipt,
        "is_compared": bool(name.strip()),
    }
    return render(request, "verify.html", context, status=200 if signature else 422)


def proof_file(places: list[receipts.Place], ordinal: str) -> HttpResponse:
    place = next((one for one in places if str(one.delivery.ordinal) == ordinal and one.proof), None)
    if place is None:
        raise Http404
    answer = JsonResponse(place.as_json(), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="proof.json"'
    return answer


@public_page
def checker(request: HttpRequest, slug: str) -> HttpResponse:
    """The single-file checker that lies in every packet."""
    public_petition(slug)
    answer = HttpResponse(CHECKER, content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="check.py"'
    return answer


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
