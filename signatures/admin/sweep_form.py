"""What staff type of a sweep, and the conditions that it becomes: a network and a name only as blind hashes."""

from __future__ import annotations

import ipaddress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import keep_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from petition import countries
from petition.addresses import IPV4_PREFIX, IPV6_PREFIX
from petition.admin import keyset
from petition.models import Petition
from petition.templatetags.language import digits
from signatures import blind, mailbox, names, reasons, suspicion, sweep_scope
from signatures.admin.forms import ANY
from signatures.choices import Origin, State
from signatures.models import Signature, Sweep

# What one signature may lend to a sweep: the fields of its blind hashes.
LIKE = {"network": "network_hash", "domain": "domain_hash", "name": "name_hash"}
# Kept as they were typed. The others become hashes.
PLAIN = ("signed_from", "signed_to", "country", "language", "origin", "state", "score_from", "score_to")
NO_CONDITION = gettext_lazy("Say at least one condition: a sweep of everything is none.")


def parse_network(text: str) -> str:
    """The network in the form whose hash is stored: 203.0.113.7 and 203.0.113.0/26 are 203.0.113.0/24. ValidationError
    for what is wider, or no network."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValidationError(_("This is no network as the examples show it.")) from None
    prefix = IPV4_PREFIX if network.version == 4 else IPV6_PREFIX
    if network.prefixlen < prefix:
        raise ValidationError(
            _("This network is too wide: the smallest number after the stroke is %(prefix)s."),
            params={"prefix": digits(prefix)},
        )
    return str(network.supernet(new_prefix=prefix))


@keep_lazy(SafeString)
def _with_examples(text: str) -> SafeString:
    v4, v6 = (format_html("<code>{}</code>", example) for example in ("203.0.113.0/24", "2001:db8:12::/48"))
    return format_html(text, v4=v4, v6=v6)


class DayField(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d"]


class NumberField(forms.IntegerField):
    def __init__(self, **options: Any) -> None:
        # Django's own words for it have Latin digits.
        wrong = dict.fromkeys(("min_value", "max_value"), gettext_lazy("No signature has such a number."))
        super().__init__(required=False, min_value=0, error_messages=wrong, **options)


class SweepForm(forms.Form):
    """`like` is a signature that lends its hash of `by`, without anybody's knowing what it is of."""

    act = forms.ChoiceField(label=pgettext_lazy("sweep", "what it does"), choices=Sweep.Act, widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=gettext_lazy("reason"),
        required=False,
        choices=lambda: [("", gettext_lazy("Choose a reason")), *reasons.for_either()],
        help_text=gettext_lazy("For holding and hiding. Only staff see it."),
    )

    network = forms.CharField(
        label=gettext_lazy("network"),
        required=False,
        max_length=60,
        help_text=_with_examples(
            gettext_lazy(
                "Such as {v4} or {v6}. Of an address, its whole network is meant. It is not kept: it is looked for by "
                "its hashes, a week back at most, since older ones are dropped."
            )
        ),
    )
    domain = forms.CharField(
        label=gettext_lazy("mail domain"),
        required=False,
        max_length=253,
        help_text=gettext_lazy("What stands after the @, such as example.org."),
    )
    name = forms.CharField(
        label=gettext_lazy("name"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "As it was signed; other spellings that the site takes for the same are found too. It is not kept."
        ),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("country"), required=False, choices=lambda: [ANY, *countries.choices()]
    )
    signed_from = DayField(label=gettext_lazy("signed from"), required=False)
    signed_to = DayField(label=gettext_lazy("signed until"), required=False)
    score_from = NumberField(label=gettext_lazy("score from"), max_value=suspicion.MOST)
    score_to = NumberField(label=gettext_lazy("score up to"), max_value=suspicion.MOST)
    signal = forms.ChoiceField(
        label=gettext_lazy("signal"),
        required=False,
        choices=lambda: [ANY, *((signal.code, signal.sentence) for signal in suspicion.SIGNALS.values())],
    )
    origin = forms.ChoiceField(label=gettext_lazy("origin"), required=False, choices=[ANY, *Origin.choices])
    language = forms.ChoiceField(
        label=gettext_lazy("language"),
        required=False,
        choices=[ANY, ("km", gettext_lazy("Khmer")), ("en", gettext_lazy("English"))],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("state"),
        required=False,
        choices=[ANY, *((state.value, state.label) for state in (State.CONFIRMED, State.HELD))],
    )
    first = NumberField(label=gettext_lazy("from number"), max_value=keyset.LARGEST)
    last = NumberField(label=gettext_lazy("up to number"), max_value=keyset.LARGEST)

    def __init__(self, data: Any = None, *, petition: Petition, like: Signature | None = None, by: str = "") -> None:
        super().__init__(data, label_suffix="")
        self.petition, self.like, self.by = petition, like, by
        if like is not None:
            del self.fields[by]

    @property
    def acts(self) -> list[forms.BoundField]:
        return [self["act"], self["reason"]]

    @property
    def usual(self) -> list[forms.BoundField]:
        rare = {"act", "reason", *(field.name for field in self.rare)}
        return [field for field in self if field.name not in rare]

    @property
    def rare(self) -> list[forms.BoundField]:
        return [self[name] for name in ("origin", "language", "state", "first", "last")]

    def clean_network(self) -> str:
        text = self.cleaned_data["network"].strip()
        return parse_network(text) if text else ""

    def clean_domain(self) -> str:
        """In the form in which a signature's is hashed."""
        text = self.cleaned_data["domain"].strip().removeprefix("@")
        if not text:
            return ""
        try:
            return mailbox.canonical(f"x@{text}").rpartition("@")[2]
        except ValueError:
            raise ValidationError(_("This is no mail domain.")) from None

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("act") in (Sweep.Act.HOLD, Sweep.Act.HIDE) and not given.get("reason"):
            self.add_error("reason", _("Choose a reason."))
        for start, end in (("signed_from", "signed_to"), ("score_from", "score_to"), ("first", "last")):
            low, high = given.get(start), given.get(end)
            if low is not None and high is not None and low > high:
                self.add_error(end, _("This lies before where it begins."))
        if not self.errors and self.like is None and not self._asked():
            raise ValidationError(NO_CONDITION)
        return given

    def _asked(self) -> list[str]:
        """The conditions that were filled in."""
        return [
            name
            for name, value in self.cleaned_data.items()
            if name not in ("act", "reason") and value not in ("", None)
        ]

    def wanted(self) -> dict[str, Any]:
        """What sweeps.make is given, of a valid form."""
        given = self.cleaned_data
        asked = self._asked()
        conditions = {name: _plain(given[name]) for name in (*PLAIN, "first", "last") if name in asked}
        hashes: dict[str, Any] = {}
        if "signal" in asked:
            conditions["signal"] = [given["signal"]]
        if "network" in asked:
            found = sweep_scope.network_hashes(given["network"])
            hashes["network_hashes"] = list(found.values())
            conditions["network_since"] = min(found).isoformat() if found else None
        if "domain" in asked:
            hashes["domain_hash"], conditions["domain"] = blind.domain(given["domain"]), given["domain"]
        if "name" in asked:
            hashes["name_hash"] = blind.name(names.match_key(given["name"]), self.petition.pk)
        if self.like is not None:
            hash_of = bytes(getattr(self.like, LIKE[self.by]))
            hashes |= {"network_hashes": [hash_of]} if self.by == "network" else {LIKE[self.by]: hash_of}
            conditions["like"] = self.like.pk
        reason = "" if given["act"] == Sweep.Act.RELEASE else given["reason"]
        return {"act": given["act"], "reason": reason, "conditions": conditions, **hashes}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


class StartForm(forms.Form):
    """The number of signatures, typed in either language's digits, parted or not."""

    number = forms.CharField(label=gettext_lazy("Type the number of signatures that it touches"), max_length=20)

    def clean_number(self) -> int:
        text = "".join(self.cleaned_data["number"].replace(",", "").replace(".", "").split())
        if not text.isdecimal():
            raise ValidationError(_("This is no number."))
        return int(text)
