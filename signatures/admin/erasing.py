"""Erasing by address, on a letter's request. Whoever asks is told nothing of what was found: the mail to the address
tells it to its owner."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from petition.reauth import confirmed_lately
from petition.templatetags import language
from signatures import asking
from signatures.admin import pages
from signatures.admin.forms import AskErasureForm
from signatures.models import ErasureRequest


@sensitive_post_parameters()
@pages.needs("signatures.erase_by_address")
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_lately
def ask(request: HttpRequest) -> HttpResponse:
    form = AskErasureForm(request.POST or None)
    if form.is_valid():
        try:
            asking.ask_erasure(email=form.cleaned_data["email"], reason=form.cleaned_data["reason"], by=request.user)
        except asking.TooMany:
            text = _("At most %(most)s requests a day are taken from one person. Go on tomorrow.")
            messages.error(request, text % {"most": language.number(asking.MOST_A_DAY)})
        else:
            messages.success(
                request, _("If this address signed, a mail goes to it and everything of it is erased, within minutes.")
            )
        return redirect("admin:signatures_erasurerequest_changelist")
    context = pages.context(request, _("Erase by address"), opts=ErasureRequest._meta, form=form)
    status = 422 if form.is_bound else 200
    return render(request, "admin/signatures/erasurerequest/ask.html", context, status=status)


@admin.register(ErasureRequest)
class ErasureRequestAdmin(admin.ModelAdmin):
    """Only the door: there is no list of what was asked, beside the audit trail."""

    def get_urls(self) -> list[URLPattern]:
        return [path("", ask, name="signatures_erasurerequest_changelist")]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("signatures.erase_by_address")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
