"""A packet: answered, its receipt kept, a step taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from signatures.admin import pages
from signatures.delivery import records, scans
from signatures.delivery.admin import fetching
from signatures.delivery.admin.forms import AnswerForm, ReceiptForm, TakeBackForm
from signatures.delivery.models import LEFT, Channel, Packet, Step
from signatures.delivery.problems import NotNow

HANDED_OVER_ON = columns.day("handed_over_on", _("handed over on"))
ANSWERED_ON = columns.day("answered_on", _("answered on"))


def _packet(pk: int) -> Packet:
    return get_object_or_404(Packet.objects.select_related("delivery__petition", "recipient"), pk=pk)


def _page(request: HttpRequest, title: Any, packet: Packet, form: forms.Form, **more: Any) -> HttpResponse:
    context = pages.context(
        request, title, subtitle=str(packet.recipient), opts=Packet._meta, packet=packet, form=form, **more
    )
    return render(request, "admin/delivery/packet/ask.html", context, status=422 if form.errors else 200)


def _posted(request: HttpRequest) -> dict[str, Any]:
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


@pages.needs("delivery.change_packet")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    packet = _packet(pk)
    known = {"answer_km": packet.answer_km, "answer_en": packet.answer_en}
    form = AnswerForm(**_posted(request), initial=known | ({"on": packet.answered_on} if packet.answered_on else {}))
    if form.is_valid():
        told = dict(form.cleaned_data)
        documents = {name: scan for name in scans.ANSWERS if (scan := told.pop(name))}
        try:
            records.answer(packet=packet, by=request.user, documents=documents, **told)
            messages.success(request, _("The answer is recorded."))
        except NotNow as problem:
            messages.error(request, problem.translated())
        return redirect("admin:delivery_delivery_board", packet.delivery_id)
    return _page(request, _("Record an answer"), packet, form, asked="answer")


@pages.needs("delivery.change_packet")
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    packet = _packet(pk)
    form = ReceiptForm(**_posted(request))
    if form.is_valid():
        try:
            records.keep_receipt(packet=packet, by=request.user, receipt=form.cleaned_data["receipt"])
            messages.success(request, _("The receipt is kept."))
        except NotNow as problem:
            messages.error(request, problem.translated())
        return redirect("admin:delivery_delivery_board", packet.delivery_id)
    return _page(request, _("Keep a scanned receipt"), packet, form, asked="receipt")


@pages.needs("delivery.change_packet")
@require_safe
def receipt_file(request: HttpRequest, pk: int) -> HttpResponse:
    response = scans.response(_packet(pk).receipt, f"receipt-{pk}")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.needs("delivery.change_packet")
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The step to take back is the one that the page has shown, whatever a colleague has recorded since."""
    packet = _packet(pk)
    form = TakeBackForm(**_posted(request))
    if form.is_valid():
        step = next((step for step in Step if step == request.POST.get("step")), Step.DRAFTED)
        try:
            records.take_back(packet=packet, step=step, by=request.user, why=form.cleaned_data["why"])
            messages.success(request, _("The step is taken back."))
        except NotNow as problem:
            messages.error(request, problem.translated())
        return redirect("admin:delivery_delivery_board", packet.delivery_id)
    return _page(request, _("Take a step back"), packet, form, asked="take_back")


# What can be corrected, by the day of the step with which it was recorded.
OF_LEAVING = ("channel", "channel_other", "tracking_number")
OF_HAND_OVER = ("place", "handed_over_time", "taken_by")


class PacketForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("channel") == Channel.OTHER and not told.get("channel_other"):
            self.add_error("channel_other", _("Say in a few words which way."))
        elif "channel" in told and told["channel"] != Channel.OTHER:
            told["channel_other"] = ""
        return told


@admin.register(Packet)
class PacketAdmin(StaffAdmin):
    form = PacketForm
    list_display = ("recipient", "delivery", "state", HANDED_OVER_ON, "channel", ANSWERED_ON)
    list_filter = ("delivery", "state", "channel")
    list_select_related = ("delivery__petition", "recipient")
    readonly_fields: Any = ("delivery", "recipient", "state", HANDED_OVER_ON, ANSWERED_ON)
    fieldsets: Any = (
        (None, {"fields": ["delivery", "recipient", ("state", HANDED_OVER_ON, ANSWERED_ON)]}),
        (
            _("How it went"),
            {
                "fields": [
                    ("channel", "channel_other"),
                    ("place", "handed_over_time"),
                    "taken_by",
                    ("tracking_number", "acknowledged_number"),
                ],
                "description": _("The place is shown on the page of the recipients; the rest is for staff alone."),
            },
        ),
        (_("For the committee"), {"fields": ["note"]}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Packet | None = None) -> Any:
        given = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            given += OF_LEAVING if obj.step not in LEFT else ()
            given += OF_HAND_OVER if obj.handed_over_on is None else ()
            given += ("acknowledged_number",) if obj.acknowledged_on is None else ()
        return given

    def save_model(self, request: HttpRequest, obj: Packet, form: forms.ModelForm, change: bool) -> None:
        """With the way goes what was written beside it, which the form has emptied and does not count as changed."""
        names = {"channel_other", *form.changed_data} if "channel" in form.changed_data else set(form.changed_data)
        obj.save(update_fields=names)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Packet | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = [
            *fetching.PATHS,
            path("<int:pk>/answer/", answer, name="delivery_packet_answer"),
            path("<int:pk>/receipt/", receipt, name="delivery_packet_receipt"),
            path("<int:pk>/receipt/file/", receipt_file, name="delivery_packet_receipt_file"),
            path("<int:pk>/take-back/", take_back, name="delivery_packet_take_back"),
        ]
        return [*own, *super().get_urls()]
