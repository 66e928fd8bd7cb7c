"""Mails that did not go out: refused for good, or tried for the last time."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from procrastinate.contrib.django import admin as _admin  # noqa: F401 - registers what is taken out below
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.admin import keyset
from signatures import queries
from signatures.admin import pages
from signatures.models import Signature

ROWS = 50

# Its buttons act for whoever may look, and leave no audit row.
admin.site.unregister(ProcrastinateJob)


@pages.needs("signatures.view_signature")
@require_safe
def mail_faults(request: HttpRequest) -> HttpResponse:
    page = keyset.page(queries.mail_failed(), keyset.cursor(request), size=ROWS)
    context = pages.context(request, _("Mails that failed"), opts=Signature._meta, page=page, query="")
    return render(request, "admin/signatures/signature/mail_faults.html", context)
