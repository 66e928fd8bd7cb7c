from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petition import countries
from petition.models import Petition
from signatures import mailbox, reasons
from signatures.admin.listing import Filters
from signatures.choices import Origin, State
from signatures.models import ErasureRequest

ANY = ("", _("all"))


class FilterForm(forms.Form):
    """What the list is narrowed to. What makes no sense in an address narrows nothing."""

    petition = forms.ModelChoiceField(Petition.objects.all(), label=_("petition"), required=False, empty_label=None)
    state = forms.ChoiceField(label=_("state"), required=False, choices=[ANY, *State.choices])
    country = forms.ChoiceField(label=_("country"), required=False, choices=lambda: [ANY, *countries.choices()])
    day = forms.DateField(
        label=_("signed on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    origin = forms.ChoiceField(label=_("origin"), required=False, choices=[ANY, *Origin.choices])

    def filters(self, petition: Petition) -> Filters:
        self.is_valid()
        found: dict[str, Any] = self.cleaned_data
        day: datetime.date | None = found.get("day")
        return Filters(
            petition_id=petition.pk,
            state=found.get("state", ""),
            country=found.get("country", ""),
            day=day,
            origin=found.get("origin", ""),
        )


class AskErasureForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "size": 40}),
        error_messages={
            "required": _("Write the address."),
            "invalid": _("This is no e-mail address."),
        },
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *ErasureRequest.Reason.choices],
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        try:
            mailbox.canonical(email)
        except ValueError:
            raise forms.ValidationError(_("This is no e-mail address.")) from None
        return email


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [("", _("Choose a reason")), *reasons.for_holding()],
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )
