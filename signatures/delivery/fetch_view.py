"""The page of a link to fetch: for a courier or an office, who have no account."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from petition import guard
from petition.badinput import read_post
from signatures.delivery import links
from signatures.delivery.models import FetchLink


class PassphraseForm(forms.Form):
    passphrase = forms.CharField(label=_("Passphrase"), max_length=200)


@guard.no_store
@sensitive_post_parameters()
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def fetch_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A packet for whoever was given the link. The page names neither petition nor recipient; a GET changes nothing."""
    try:
        link = links.find(token)
        return _send(request, link, token) if request.method == "POST" else _show(request, link, token)
    except links.Ended:
        return render(request, "delivery/link_ended.html", status=404)


def _show(request: HttpRequest, link: FetchLink, token: str, form: PassphraseForm | None = None) -> HttpResponse:
    left = link.most - link.fetched
    context = {"link": link, "token": token, "left": left, "form": form or PassphraseForm()}
    return render(request, "delivery/fetch_link.html", context, status=422 if form else 200)


def _send(request: HttpRequest, link: FetchLink, token: str) -> HttpResponseBase:
    if not guard.comes_from_here(request):
        raise PermissionDenied
    read_post(request)
    form = PassphraseForm(request.POST)
    if link.passphrase_hash and not form.is_valid():
        return _show(request, link, token, form)
    try:
        return links.fetch(link=link, passphrase=form.data.get("passphrase", "").strip()).response()
    except links.WrongPassphrase:
        form.add_error("passphrase", _("This passphrase is not right."))
        return _show(request, links.find(token), token, form)
