"""Mails that were tried for the last time and did not go out."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from procrastinate.contrib.django import admin as _admin  # noqa: F401 - registers what is taken out below
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.admin import keyset
from signatures.admin import pages
from signatures.models import Signature

ROWS = 50

# Its buttons act for whoever may look, and leave no audit row.
admin.site.unregister(ProcrastinateJob)


def failed_mails() -> QuerySet[ProcrastinateJob]:
    """Jobs that succeed are deleted, so these are looked for among few."""
    return ProcrastinateJob.objects.filter(queue_name="mail", status="failed")


@pages.needs("signatures.view_signature")
@require_safe
def mail_faults(request: HttpRequest) -> HttpResponse:
    page = keyset.page(failed_mails(), keyset.cursor(request), size=ROWS)
    numbers = [job.args.get("signature_id") for job in page.rows]
    faults = dict(Signature.objects.filter(pk__in=numbers).values_list("pk", "mail_fault"))
    rows = [(job, number, faults.get(number)) for job, number in zip(page.rows, numbers, strict=True)]
    context = pages.context(request, _("Mails that failed"), opts=Signature._meta, rows=rows, page=page, query="")
    return render(request, "admin/signatures/signature/mail_faults.html", context)
