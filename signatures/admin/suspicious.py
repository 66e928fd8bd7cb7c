"""What the site itself has held, the most suspicious first."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from petition.admin import keyset
from petition.models import Petition
from signatures import queries
from signatures.admin import listing, pages
from signatures.models import Signature

ROWS = 50


def _below(request: HttpRequest) -> Q:
    """`?below=120-4711`: what stands after the signature 4711 with the score 120."""
    score, _dash, pk = request.GET.get("below", "").partition("-")
    last, number = keyset.number(score), keyset.number(pk)
    if last is None or number is None or last > 999:
        return Q()
    return Q(score__lt=last) | Q(score=last, pk__lt=number)


@pages.needs("signatures.view_signature")
@require_safe
def suspicious(request: HttpRequest) -> HttpResponse:
    petition = pages.chosen_petition(request)
    found = queries.held_by_the_site(petition).filter(_below(request)) if petition else Signature.objects.none()
    rows = list(found.only(*listing.SHOWN, "signals")[: ROWS + 1])
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    context = pages.context(
        request,
        _("Held by the site itself"),
        opts=Signature._meta,
        petition=petition,
        petitions=Petition.objects.all(),
        rows=rows[:ROWS],
        next=f"{last.score}-{last.pk}" if last else None,
        is_first="below" not in request.GET,
        here=request.get_full_path(),
        may_hold=request.user.has_perm("signatures.hold_signature"),
    )
    return render(request, "admin/signatures/signature/suspicious.html", context)
