"""From the form to the counted signature, on the public side."""

from __future__ import annotations

import math
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from petition import addresses, guard, sharing
from petition.eventime import even_time
from petition.models import Petition
from petition.pagecache import public_page
from petition.views.pages import public_petition
from signatures import milestones, queries, retention, signing, throttle, work
from signatures.choices import Kept
from signatures.forms import SignForm
from signatures.views.not_taken import kept_where_not_taken


def see_other(name: str, argument: str) -> HttpResponse:
    """Where a POST ends: a GET of another page."""
    answer = redirect(name, argument)
    answer.status_code = 303
    return answer


def not_open(request: HttpRequest, petition: Petition) -> HttpResponse:
    answer = render(request, "signatures/closed.html", {"petition": petition}, status=410)
    # Browsers keep a 410 for ever where nothing forbids it; a paused petition opens again.
    answer["Cache-Control"] = "no-cache"
    return answer


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, slug: str) -> HttpResponseBase:
    return take(request, slug) if request.method == "POST" else show_form(request, slug)


@public_page
def show_form(request: HttpRequest, slug: str) -> HttpResponse:
    petition = public_petition(slug)
    if not petition.is_open:
        return not_open(request, petition)
    return render(request, "signatures/sign.html", {"petition": petition, "form": SignForm()})


def too_many(request: HttpRequest, slug: str, form: SignForm, seconds: int) -> HttpResponse:
    context = {"petition": public_petition(slug), "form": form, "retry_minutes": math.ceil(seconds / 60)}
    answer = render(request, "signatures/too_many.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def one_more_step(request: HttpRequest, slug: str, form: SignForm) -> HttpResponse:
    """The same form, filled in and out of sight, with work for the device that sends it. Nothing is stored."""
    petition = public_petition(slug)
    answers = {name: form.data.get(name, "") for name in [*form.fields, "email_asked"]}
    answers["email"] = form.cleaned_data["email"]
    context = {
        "petition": petition,
        "answers": [(name, value) for name, value in answers.items() if value],
        "challenge": work.challenge(petition.pk),
    }
    return render(request, "signatures/work.html", context, status=422)


# What taking a signature asks of a petition. The texts are most of its row: they are read where a page shows them.
TAKING = ("slug", "state", "opened_on", "closes_on")


@even_time
@gzip_page  # kept nowhere, so compressed here; no secret stands on these pages that its length could tell
@guard.same_site_post
@kept_where_not_taken
def take(request: HttpRequest, slug: str) -> HttpResponse:
    petition = public_petition(slug, Petition.objects.only(*TAKING))
    if not petition.is_open:
        return not_open(request, public_petition(slug))
    form = SignForm(request.POST)
    if not form.is_valid():
        return render(request, "signatures/sign.html", {"petition": public_petition(slug), "form": form}, status=422)
    given = form.cleaned_data
    terms = throttle.check(request, petition_id=petition.pk, email=given["email"])
    if terms.wait:
        return too_many(request, slug, form, math.ceil(terms.wait))
    if terms.asks_for_work:
        return one_more_step(request, slug, form)
    signing.sign(
        petition=petition,
        name=given["name"],
        email=given["email"],
        country=given["country"],
        city=given["city"],
        visibility=given["visibility"],
        comment=given["comment"],
        wants_updates=given["updates"],
        language=get_language() or settings.LANGUAGE_CODE,
        network=addresses.network_of(request),
        address=addresses.client_address(request),
        signals=terms.signals,
    )
    return see_other("sent", slug)


@public_page
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    context = {"petition": public_petition(slug), "pending_days": retention.days(Kept.UNCONFIRMED)}
    return render(request, "signatures/sent.html", context)


@gzip_page
@csrf_exempt
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Never from the cache: who has just confirmed sees the count with them in it."""
    petition = public_petition(slug)
    count = queries.count(petition)
    milestone = milestones.following(count, petition.goal)
    context = {
        "petition": petition,
        "count": count,
        "milestone": milestone,
        "left": milestone - count if milestone else 0,
        "share_url": sharing.address(petition),
    }
    answer = render(request, "signatures/thanks.html", context)
    answer["Cache-Control"] = "no-cache"
    return answer


@public_page
def signatures(request: HttpRequest, slug: str) -> HttpResponse:
    """The public names and reasons, newest first; `?before=` an id goes on where the last page ended."""
    petition = public_petition(slug)
    before = request.GET.get("before", "")
    rows = queries.shown(petition, before=int(before) if re.fullmatch("[0-9]{1,18}", before) else None)
    rows, more = rows[: queries.PAGE], rows[queries.PAGE :]
    older = f"{request.path}?before={rows[-1].pk}" if more else None
    return render(request, "signatures/list.html", {"petition": petition, "rows": rows, "older_url": older})
