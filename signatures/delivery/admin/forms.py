"""What staff are asked of a packet's steps, and of a delivery's hour."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petition.admin.audited import LinesField
from petition.models import Update
from signatures.delivery import scans
from signatures.delivery.models import Channel, Delivery, Packet, Step

FIELDS: dict[Step, tuple[str, ...]] = {
    Step.APPROVED: ("on", "built_elsewhere"),
    Step.PRINTED: ("on",),
    Step.SENT: ("on", "channel", "channel_other", "tracking_number"),
    Step.HANDED_OVER: ("on", "handed_over_time", "channel", "channel_other", "place", "taken_by"),
    Step.ACKNOWLEDGED: ("on", "acknowledged_number"),
}
OF_ONE = ("tracking_number", "acknowledged_number")  # no two packets share one


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that is not yet to come."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput, input_formats=["%Y-%m-%d"], initial=timezone.localdate, **kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        day: datetime.date | None = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("This day is yet to come."))
        return day


class ScanField(forms.FileField):
    """A file as it will be kept: a scans.Scan, or None."""

    def __init__(self, *, only_pdf: bool = False, **kwargs: Any) -> None:
        self.only_pdf = only_pdf
        accept = "application/pdf" if only_pdf else "application/pdf,image/jpeg,image/png"
        super().__init__(widget=forms.FileInput(attrs={"accept": accept}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> scans.Scan | None:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        try:
            return scans.prepare(file, file.size or 0, only_pdf=self.only_pdf)
        except scans.Refused as refused:
            raise forms.ValidationError(str(refused)) from None


class StepForm(forms.Form):
    """What is to be known of a step; its clean data are what the verb takes."""

    on = DayField(label=_("day"))
    handed_over_time = forms.TimeField(
        label=_("time of day"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    channel = forms.ChoiceField(label=_("how"), choices=[("", "–"), *Channel.choices])
    channel_other = forms.CharField(label=_("which other way"), max_length=100, required=False)
    place = forms.CharField(
        label=_("place"), max_length=200, required=False, help_text=_("Shown on the page of the recipients.")
    )
    taken_by = forms.CharField(
        label=_("who took it"),
        max_length=200,
        required=False,
        help_text=_("Only staff see it. Leave it empty where the person does not wish to be named."),
    )
    tracking_number = forms.CharField(label=_("tracking number"), max_length=100, required=False)
    acknowledged_number = forms.CharField(label=_("their entry number"), max_length=100, required=False)
    built_elsewhere = forms.BooleanField(
        label=_("The packets were built on another machine, and I have looked at them there."), required=False
    )

    def __init__(self, *args: Any, step: Step, packets: list[Packet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = set(FIELDS[step])
        if len(packets) != 1:
            wanted -= set(OF_ONE)
        if not any(packet.delivery.state == "frozen" for packet in packets):
            wanted.discard("built_elsewhere")
        self.fields = {name: field for name, field in self.fields.items() if name in wanted}
        if "channel" in wanted and len({(packet.channel, packet.channel_other) for packet in packets}) == 1:
            self.fields["channel"].initial = packets[0].channel
            self.fields["channel_other"].initial = packets[0].channel_other

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("channel") == Channel.OTHER and not told.get("channel_other"):
            self.add_error("channel_other", _("Say in a few words which way."))
        elif "channel" in told and told["channel"] != Channel.OTHER:
            told["channel_other"] = ""
        return told


class AnswerForm(forms.Form):
    on = DayField(label=_("answered on"))
    answer_km = LinesField(label=_("answer in Khmer"), required=False, widget=forms.Textarea(attrs={"lang": "km"}))
    answer_en = LinesField(label=_("answer in English"), required=False, widget=forms.Textarea(attrs={"lang": "en"}))
    answer_file_km = ScanField(label=_("document in Khmer"), required=False, only_pdf=True)
    answer_file_en = ScanField(label=_("document in English"), required=False, only_pdf=True)


class ReceiptForm(forms.Form):
    receipt = ScanField(
        label=_("scanned receipt"),
        help_text=_("A PDF, JPEG or PNG, at most 20 MB. Only what can be seen in it is kept."),
    )


class TakeBackForm(forms.Form):
    why = forms.CharField(label=_("why"), max_length=200, help_text=_("For the audit trail. Name no persons."))


class EmbargoForm(forms.Form):
    until = forms.DateTimeField(
        label=_("secret until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("The time in Phnom Penh (UTC+7). Left empty, everything is public at once."),
    )
    announcement = forms.ModelChoiceField(
        Update.objects.none(),
        label=_("update"),
        required=False,
        empty_label="–",
        help_text=_(
            "It is published at the same hour, if “published” is ticked in it. One that you take away here becomes a "
            "draft."
        ),
    )

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unread = delivery.petition.updates.exclude(pk__in=delivery.petition.updates.published())
        cast(forms.ModelChoiceField, self.fields["announcement"]).queryset = unread
        until = delivery.embargo_until
        self.fields["until"].initial = until and timezone.localtime(until)
        self.fields["announcement"].initial = delivery.announcement_id
