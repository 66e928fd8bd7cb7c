"""The lists of networks, mail domains and mailboxes. What is typed is read once: of a mailbox only a hash is kept."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from signatures import blind, domains, lists, mailbox
from signatures.models import Effect, ListEntry

EXAMPLES = {
    "network": "203.0.113.0/24",
    "new_network": "2001:db8::/32",
    "domain": "example.org",
    "below": "*.example.org",
    "letters": "mail-??.example",
}


def _forms() -> str:
    """What may be typed, with examples, in the language at hand."""
    text = gettext(
        "A network: {network} or {new_network}. A mail domain: {domain}, all below it: {below}, or with ? for any one "
        "letter: {letters}. Or one whole e-mail address: only a fingerprint of it is kept and nobody sees it again, so "
        "say in the note what it is about."
    )
    return format_html(text, **{name: format_html("<code>{}</code>", example) for name, example in EXAMPLES.items()})


def read(text: str) -> dict[str, Any]:
    """The field of ListEntry that a typed text is for, and its value. Raises ValidationError."""
    try:
        if "@" in text[1:]:
            validate_email(text)
            return {"mailbox_hash": blind.listed(mailbox.canonical(text))}
        if text.replace("/", ".").replace(".", "").isdigit() or ":" in text:
            return {"network": lists.as_network(text)}
        return {"domain": lists.as_domain(text)}
    except (ValueError, ValidationError):
        raise ValidationError(
            _("Write a network, a mail domain or a whole e-mail address, in one of the forms below."),
            code="invalid",
        ) from None


def _is_wide(pattern: str) -> bool:
    """Whether a domain or a pattern meets a great provider, or leaves open all but the last word of a domain."""
    named = re.sub("[*?.]", "", pattern.rpartition(".")[0])
    return not named or any(fnmatch.fnmatchcase(known, pattern) for known in domains.KNOWN)


class NewEntryForm(ModelForm):
    what = forms.CharField(
        label=_("network, mail domain or mailbox"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 60}),
        help_text=lazy(_forms, str)(),
    )

    class Meta:
        model = ListEntry
        fields = ("effect", "note", "until")

    def clean(self) -> dict[str, Any]:
        """Nobody holds or blocks most of the world by a slip: a great provider, or all that ends in .com."""
        cleaned = super().clean() or {}
        domain = (cleaned.get("what") or {}).get("domain")
        if domain and cleaned.get("effect") != Effect.ALLOW and _is_wide(domain):
            self.add_error(
                "what",
                ValidationError(
                    _("This would meet mailboxes that very many people have: they could not sign. Name fewer."), "wide"
                ),
            )
        return cleaned

    def clean_what(self) -> dict[str, Any]:
        found = read(self.cleaned_data["what"].strip())
        if ListEntry.objects.filter(**found).exists():
            raise ValidationError(_("This stands on the lists already."), code="unique")
        for name, value in found.items():
            setattr(self.instance, name, value)
        return found


@admin.register(ListEntry)
class ListEntryAdmin(StaffAdmin):
    list_display = ("__str__", "effect", "note", columns.day("until", _("until")))
    list_filter = ("effect",)
    search_fields = ("domain", "note")
    fields = ("effect", "note", "until")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewEntryForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("what", *self.fields)

    def save_model(self, request: HttpRequest, obj: ListEntry, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(lists.forget)

    def delete_model(self, request: HttpRequest, obj: ListEntry) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(lists.forget)
