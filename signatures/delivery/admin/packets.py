"""A packet: handed over, answered."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from signatures.admin import pages
from signatures.delivery import records
from signatures.delivery.admin import fetching
from signatures.delivery.models import Packet, State

HANDED_OVER_ON = columns.day("handed_over_on", _("handed over on"))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HandOverForm(forms.ModelForm):
    on = forms.DateField(label=_("handed over on"), widget=DayInput, input_formats=["%Y-%m-%d"])

    class Meta:
        model = Packet
        fields = ("on", "channel", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.instance.handed_over_on or timezone.localdate()
        self.fields["channel"].required = True

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        answered_on = self.instance.answered_on
        if on > timezone.localdate():
            raise forms.ValidationError(_("This day is yet to come."))
        if answered_on is not None and on > answered_on:
            raise forms.ValidationError(_("The answer came before this day."))
        return on


def _packet(pk: int) -> Packet:
    return get_object_or_404(Packet.objects.select_related("delivery__petition", "recipient"), pk=pk)


@pages.needs("delivery.change_packet")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    packet = _packet(pk)
    if packet.delivery.state == State.PLANNED:
        messages.error(request, _("Nothing can be handed over before the collection is frozen."))
        return redirect("admin:delivery_delivery_change", packet.delivery_id)
    form = HandOverForm(request.POST or None, instance=packet)
    if form.is_valid():
        told = form.cleaned_data
        records.hand_over(packet=packet, by=request.user, on=told["on"], channel=told["channel"], place=told["place"])
        messages.success(request, _("The hand-over is recorded."))
        return redirect("admin:delivery_delivery_change", packet.delivery_id)
    context = pages.context(request, _("Record the hand-over"), opts=Packet._meta, packet=packet, form=form)
    return render(request, "admin/delivery/packet/hand_over.html", context, status=422 if form.errors else 200)


class PacketForm(forms.ModelForm):
    def clean_answered_on(self) -> datetime.date | None:
        answered_on: datetime.date | None = self.cleaned_data["answered_on"]
        handed_over_on = self.instance.handed_over_on
        if answered_on and handed_over_on is None:
            raise forms.ValidationError(_("Record the hand-over first."))
        if answered_on and answered_on < handed_over_on:
            raise forms.ValidationError(_("An answer cannot come before the hand-over."))
        return answered_on


@admin.register(Packet)
class PacketAdmin(StaffAdmin):
    form = PacketForm
    list_display = ("recipient", "delivery", HANDED_OVER_ON, "channel", columns.day("answered_on", _("answered on")))
    list_filter = ("delivery",)
    list_select_related = ("delivery__petition", "recipient")
    readonly_fields: Any = ("delivery", "recipient", HANDED_OVER_ON, "channel", "place")
    fieldsets: Any = (
        (None, {"fields": ["delivery", "recipient", (HANDED_OVER_ON, "channel", "place")]}),
        (
            _("Answer"),
            {
                "fields": ["answered_on", ("answer_km", "answer_en")],
                "description": _("What stands here is shown on the page of the recipients."),
            },
        ),
        (_("For the committee"), {"fields": ["note"]}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Packet | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = [
            *fetching.PATHS,
            path("<int:pk>/hand-over/", hand_over, name="delivery_packet_hand_over"),
        ]
        return [*own, *super().get_urls()]
