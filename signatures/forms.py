"""The forms of a signer. Every message is one a person can act on, in the page's language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from petition import countries
from signatures import domains, lists, mailbox, names, signing
from signatures.choices import Visibility
from signatures.models import Effect, Signature


class OneValueForm(forms.Form):
    """A form in which no field may come twice: which of two values a person meant, nobody can know."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.fields:
            if hasattr(self.data, "getlist") and len(self.data.getlist(self.add_prefix(name))) > 1:
                self.errors.pop(name, None)
                self.add_error(name, ValidationError(_("This field came twice. Fill it in once."), code="twice"))


def _country_choices() -> list[tuple[str, str]]:
    return [("", _t("Choose a country")), *countries.choices()]


class CountryField(forms.ChoiceField):
    """Its 249 names are gathered where they are shown: to check a code takes none of them."""

    def valid_value(self, value: Any) -> bool:
        return value in countries.KNOWN


class AnswersForm(OneValueForm):
    """What a signer is asked when they sign, and may change on any later day."""

    visibility = forms.ChoiceField(
        label=_("Who may see your name?"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who may see your name."),
            "invalid_choice": _("Choose one of the three answers."),
        },
    )
    comment = forms.CharField(label=_("Why you sign"), required=False, strip=False, widget=forms.Textarea)
    updates = forms.BooleanField(label=_("Send me news of this petition by e-mail"), required=False)

    def clean_comment(self) -> str:
        return names.clean_comment(self.cleaned_data["comment"])


class SignForm(AnswersForm):
    field_order = ("name", "email", "country", "city")

    # Where the domain looks like a slip: what may have been meant, whether that is asked now, and what it was asked of.
    meant_email = ""
    asks_for_email = False
    email_asked = ""

    name = forms.CharField(
        label=_("Full name"),
        error_messages={"required": _("Write your name.")},
        strip=False,
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write the whole e-mail address, such as name@example.org."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    country = CountryField(
        label=_("Country you live in"),
        choices=_country_choices,
        error_messages={
            "required": _("Choose the country you live in."),
            "invalid_choice": _("Choose a country from the list."),
        },
    )
    city = forms.CharField(label=_("City or province"), required=False, strip=False)
    agree = forms.BooleanField(
        label=_("I agree"),
        error_messages={"required": _("Tick this box: without your agreement your signature cannot be taken.")},
    )
    # No person sees it; what fills in every field of a page does.
    website = forms.CharField(label=_("Leave this field empty"), required=False)

    def clean_name(self) -> str:
        return names.clean_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        invalid = ValidationError(self.fields["email"].error_messages["invalid"], code="invalid")
        # Nobody's address begins with a quotation mark, within which even control characters are allowed, or ends in a
        # number of the network or in the name of the very machine that would send to it.
        if email.startswith('"') or email.lower().endswith(("]", "@localhost")):
            raise invalid
        try:
            mailbox.canonical(email)
            domain = domains.of(email)
        except ValueError:
            raise invalid from None
        return self._without_slip(email, domain)

    def _without_slip(self, email: str, domain: str) -> str:
        """Ask once whether a domain one slip beside a well-known one is meant. Who sends it again means it."""
        meant = domains.meant(domain)
        if meant:
            self.meant_email = f"{email.rpartition('@')[0]}@{meant}"
            if self.data.get("email_choice") == "meant":
                data: Any = self.data
                self.data = data = data.copy()
                data["email"] = self.meant_email
                return self.meant_email
            self.asks_for_email = self.data.get("email_asked") != domain
            self.email_asked = domain
            if self.asks_for_email:
                message = _("Is this address right? Perhaps you meant %(address)s.")
                raise ValidationError(message, code="slip", params={"address": self.meant_email})
        elif domains.is_disposable(domain) and not self._is_let_through(email):
            raise ValidationError(
                _(
                    "Mailboxes of this service last only minutes, and others can open them: they could read your link. "
                    "Use a mailbox that only you can open. It need not carry your name."
                ),
                code="disposable",
            )
        return email

    def _is_let_through(self, email: str) -> bool:
        """Whether staff have put its domain or mailbox on the list of those to let through."""
        return lists.verdict(address=None, canonical=mailbox.canonical(email)) == Effect.ALLOW

    def clean_city(self) -> str:
        return names.clean_city(self.cleaned_data["city"])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty."), code="honeypot")
        return ""


class ChoicesForm(AnswersForm):
    """What a signer may change on their own page. The name to show must be the one they signed with: the site cannot
    read it back, only compare."""

    field_order = ("visibility", "public_name")

    public_name = forms.CharField(label=_("Name to show"), required=False, strip=False)

    def __init__(self, *args: Any, signature: Signature, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "visibility": signature.visibility,
                "public_name": signature.public_name,
                "comment": signature.comment,
                "updates": signature.wants_updates,
            },
        )
        super().__init__(*args, **kwargs)
        self.signature = signature

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("visibility") != Visibility.PUBLIC or "public_name" not in cleaned:
            return cleaned
        try:
            cleaned["public_name"] = names.clean_name(cleaned["public_name"])
        except ValidationError as fault:
            self.add_error("public_name", fault)
            return cleaned
        if not signing.is_own_name(self.signature, cleaned["public_name"]):
            self.add_error("public_name", ValidationError(_("Write the name you signed with."), code="another_name"))
        return cleaned
