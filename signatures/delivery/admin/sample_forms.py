"""What staff type of an observer's sample: the draw, and what was found of each line."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petition.templatetags import language
from signatures.delivery import samples, sampling
from signatures.delivery.models import Delivery, SampleRow

Outcome = SampleRow.Outcome
NEEDS_A_REMARK = (Outcome.WRONG, Outcome.UNKNOWN)


class DrawForm(forms.Form):
    """The root is asked for where the book was built elsewhere and its root is not registered here."""

    seed = forms.CharField(
        label=gettext_lazy("seed"),
        max_length=sampling.SEED_LETTERS,
        help_text=gettext_lazy("Exactly as it was drawn in public, such as: 4 8 15 16 23 42"),
    )
    size = forms.IntegerField(label=gettext_lazy("lines to draw"))
    root = forms.CharField(
        label=gettext_lazy("root"),
        help_text=gettext_lazy("As it stands in every letter; the gaps between its groups do not matter."),
        widget=forms.TextInput(attrs={"size": 75}),
    )

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = min(delivery.confirmed or 0, samples.MOST)
        self.fields["size"].initial = min(300, self.most)
        if delivery.root:
            del self.fields["root"]

    def clean_seed(self) -> str:
        seed: str = self.cleaned_data["seed"]
        if not sampling.is_seed(seed):
            raise forms.ValidationError(_("Write it in letters and digits that can be printed, on one line."))
        return seed

    def clean_size(self) -> int:
        size: int = self.cleaned_data["size"]
        if not 1 <= size <= self.most:
            raise forms.ValidationError(
                _("Draw at least one line, and at most %(n)s.") % {"n": language.number(self.most)}
            )
        return size

    def clean_root(self) -> str:
        root = re.sub(r"\s", "", self.cleaned_data["root"]).lower()
        if not sampling.is_root(root):
            raise forms.ValidationError(_("A root has 64 digits, from 0 to 9 and from a to f."))
        return root


class RowForm(forms.Form):
    """One line. What was there when the page was made comes back with it, so that of two people at one page each
    writes only what they changed."""

    outcome = forms.ChoiceField(choices=Outcome.choices, show_hidden_initial=True)
    note = forms.CharField(max_length=200, required=False, show_hidden_initial=True)

    def __init__(self, *args: Any, row: SampleRow, place: sampling.Place, **kwargs: Any) -> None:
        initial = {"outcome": row.outcome, "note": row.note}
        super().__init__(*args, prefix=str(row.number), initial=initial, **kwargs)
        self.row, self.place = row, place

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") in NEEDS_A_REMARK and not cleaned.get("note"):
            self.add_error("note", _("Say in a few words what it is, without a name."))
        return cleaned

    @cached_property
    def found(self) -> samples.Found:
        """Of a form that is valid."""
        return samples.Found(self.cleaned_data["outcome"], self.cleaned_data["note"])
