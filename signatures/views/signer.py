"""The signer's own page, behind the link in their mails. A GET shows, a POST does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from petition import guard
from petition.models.petition import State as PetitionState
from petition.views.pages import Gone
from signatures import erasure, frozen, queries, signing, tokens
from signatures.choices import State
from signatures.forms import ChoicesForm
from signatures.models import Signature
from signatures.views.sign import see_other

Page = Callable[..., HttpResponse]


def link_invalid(request: HttpRequest) -> HttpResponse:
    return render(request, "signatures/link_invalid.html", status=404)


def with_signature(page: Page) -> Page:
    """Hand the page the signature behind its token; a forged, truncated or expired link gets one answer for all, and
    the same look into the database: how long it takes does not tell whether a link was ever one."""

    @wraps(page)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        oldest = queries.oldest_pending_day(signing.today())
        signature = queries.by_handle(tokens.read(token) or uuid.uuid4())
        if signature is None or (signature.state == State.PENDING and signature.signed_on < oldest):
            return link_invalid(request)
        return page(request, signature)

    return wrapped


def posted(page: Page) -> Page:
    """A page that only a POST from this site's own pages reaches."""
    return guard.no_store(guard.same_site_post(with_signature(page)))


def own_page(
    request: HttpRequest,
    signature: Signature,
    *,
    form: ChoicesForm | None = None,
    saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "signature": signature,
        "petition": signature.petition,
        "phase": signature.state,
        "choices_form": form or ChoicesForm(signature=signature),
        "receipt": signature.receipt,
        "token": signature.token,
        "saved": saved,
        "frozen": frozen.of(signature) if signature.state != State.PENDING else [],
    }
    return render(request, "signatures/signer.html", context, status=status)


@guard.no_store
@csrf_exempt
@require_safe
@with_signature
def signer(request: HttpRequest, signature: Signature) -> HttpResponse:
    if signature.state == State.WITHDRAWN:
        context = {"petition": signature.petition, "frozen": frozen.of(signature)}
        return render(request, "signatures/withdrawn.html", context)
    return own_page(request, signature, saved="saved" in request.GET)


@posted
def confirm(request: HttpRequest, signature: Signature) -> HttpResponse:
    if not signature.petition.can_still_confirm and signature.state == State.PENDING:
        if signature.petition.state == PetitionState.REMOVED:
            raise Gone
        return render(request, "signatures/closed.html", {"petition": signature.petition}, status=410)
    if signature.state == State.WITHDRAWN:
        return see_other("signer", signature.token)
    signing.confirm(signature=signature)
    return see_other("thanks", signature.petition.slug)


@posted
def reject(request: HttpRequest, signature: Signature) -> HttpResponse:
    erasure.reject(signature=signature)
    return see_other("signer", signature.token)


@posted
def choices(request: HttpRequest, signature: Signature) -> HttpResponse:
    if signature.state == State.WITHDRAWN:
        return see_other("signer", signature.token)
    form = ChoicesForm(request.POST, signature=signature)
    if not form.is_valid():
        return own_page(request, signature, form=form, status=422)
    given = form.cleaned_data
    signing.choose(
        signature=signature,
        visibility=given["visibility"],
        public_name=given["public_name"],
        comment=given["comment"],
        wants_updates=given["updates"],
    )
    answer = see_other("signer", signature.token)
    answer["Location"] += "?saved"
    return answer


@posted
def withdraw(request: HttpRequest, signature: Signature) -> HttpResponse:
    erasure.withdraw(signature=signature)
    return see_other("signer", signature.token)


@guard.no_store
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def unsubscribe(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Also what a mail program calls for List-Unsubscribe-Post, from anywhere: so no look at where the POST comes from.
    All it can do is to end mails."""
    if request.method == "POST":
        signing.unsubscribe(signature=signature)
    context = {"done": request.method == "POST", "token": signature.token, "petition": signature.petition}
    return render(request, "signatures/unsubscribe.html", context)
