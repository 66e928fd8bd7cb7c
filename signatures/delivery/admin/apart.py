"""A delivery that is built on another machine: its bundle goes out, and its results come back."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from petition.reauth import confirmed_lately
from signatures.admin import pages
from signatures.delivery import results
from signatures.delivery.models import Delivery, State
from signatures.delivery.problems import NotNow

LARGEST = 4 << 20  # bytes: a manifest of 40 volumes and 24 recipients who receive names has half a megabyte


class ResultsForm(forms.Form):
    manifest = forms.FileField(label="manifest.json")
    signature = forms.FileField(label="manifest.json.sig", required=False)
    leaves = forms.FileField(label="leaves.bin", required=False)

    def clean_manifest(self) -> bytes:
        sent = self.cleaned_data["manifest"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("This is not the manifest.json of a finished delivery."))
        return bytes(sent.read())

    def clean_signature(self) -> bytes | None:
        sent = self.cleaned_data["signature"]
        return bytes(sent.read(LARGEST)) if sent else None


def standing(user: Any, delivery: Delivery) -> dict[str, Any]:
    """What the delivery's page offers this person of it."""
    is_frozen = delivery.state != State.PLANNED and delivery.bundle_sha256
    may_build = is_frozen and user.has_perm("delivery.build_delivery")
    # The leaves may come later than the manifest.
    lacks = may_build and (delivery.state == State.FROZEN or (delivery.root and not delivery.tree_blocks.exists()))
    return {
        "has_bundle": may_build and delivery.bundle.is_file(),
        "results_form": ResultsForm() if lacks else None,
    }


def _delivery(pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("petition"), pk=pk)


@contextlib.contextmanager
def _as_file(sent: UploadedFile | None) -> Iterator[Path | None]:
    """What was sent as a file of the disk; None where nothing was."""
    if not sent:
        yield None
        return
    with tempfile.NamedTemporaryFile() as file:
        for chunk in sent.chunks():
            file.write(chunk)
        file.flush()
        yield Path(file.name)


@pages.needs("delivery.build_delivery")
@require_POST
@confirmed_lately
def bundle(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bundle, for the courier. A POST, for the audit trail names who took it."""
    delivery = _delivery(pk)
    try:
        path = results.take_bundle(delivery=delivery, by=request.user)
        file = path.open("rb")
    except NotNow as problem:
        messages.error(request, problem.translated())
        return redirect("admin:delivery_delivery_change", pk)
    return FileResponse(file, as_attachment=True, filename=path.name, content_type="application/zip")


@pages.needs("delivery.build_delivery")
@require_POST
@confirmed_lately
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """The results that came back, for this delivery and no other."""
    delivery = _delivery(pk)
    form = ResultsForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(text for texts in form.errors.values() for text in texts))
        return redirect("admin:delivery_delivery_change", pk)
    try:
        with _as_file(form.cleaned_data["leaves"]) as leaves:
            results.register(
                manifest=form.cleaned_data["manifest"],
                signature=form.cleaned_data["signature"],
                leaves=leaves,
                by=request.user,
                expected=delivery,
            )
    except NotNow as problem:
        messages.error(request, problem.translated())
    else:
        messages.success(request, _("The results are registered."))
    return redirect("admin:delivery_delivery_change", pk)
