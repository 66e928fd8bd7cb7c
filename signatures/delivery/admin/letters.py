"""The letters' texts, checked before they are saved, beside the letter as it will be printed and what differs in it
from the text it was made from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from petition.admin.audited import StaffAdmin
from petition.models import Recipient
from signatures.admin import pages
from signatures.delivery import defaults, letters
from signatures.delivery.admin import letter_previews
from signatures.delivery.differences import Part, parts
from signatures.delivery.models import LetterChange, LetterTemplate

# What each placeholder of signatures.delivery.letters stands for.
MEANINGS = {
    "organiser": _("the organiser's name"),
    "title": _("the petition's title"),
    "demands": _("all demands, numbered; a paragraph of its own"),
    "count": _("how many signatures the delivery holds"),
    "goal": _("the petition's goal"),
    "country": _("the recipient's country"),
    "country_count": _("how many signed in the recipient's country"),
    "named": _("how many signers give their name"),
    "withheld": _("how many signers keep their name secret"),
    "frozen_on": _("the day on which the collection was frozen"),
    "totals": _("a small table of all these numbers; a paragraph of its own"),
    "role": _("the recipient's part in the matter, a sentence of the form of address"),
    "how_to_answer": _("a sentence: where an answer may be sent, with the reference"),
    "new_count": _("how many are new since the delivery before this one"),
    "previous_count": _("how many the delivery before this one held"),
    "previous_on": _("the day of the delivery before this one"),
}


def _differences(old: dict[str, str], new: dict[str, str]) -> list[list[Part]]:
    """Subject and text, where they are not the same."""
    return [parts(old[name], new[name]) for name in ("subject", "body") if old[name] != new[name]]


class LetterForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "body" in cleaned and "subject" in cleaned:
            try:
                letters.check(cleaned["body"], cleaned["subject"])
            except ValueError as problem:
                self.add_error("body", str(problem))
        return cleaned


class ChangeForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        if not any(cleaned[name] for name in ("salutation", "subject", "body")):
            raise forms.ValidationError(_("Write what is to be other in this letter; the rest may stay empty."))
        try:
            letters.check(cleaned["body"] or "-", cleaned["subject"] or "-")
        except ValueError as problem:
            self.add_error("body", str(problem))
        return cleaned


@pages.needs("delivery.change_lettertemplate")
@require_POST
def take_default(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(LetterTemplate.objects.exclude(default_body=""), pk=pk)
    defaults.take_default(template=template, by=request.user)
    messages.success(request, _("The letter has its default text again."))
    return redirect("admin:delivery_lettertemplate_change", pk)


class PreviewedAdmin(StaffAdmin):
    """Beside the fields the letter as it will be printed; `preview_url` is where its pages come from."""

    change_form_template = "admin/delivery/lettertemplate/change_form.html"
    preview_url = ""

    def compared(self, row: Any) -> tuple[Any, list[list[Part]]]:
        """What the text is compared with, in words, and where it differs."""
        raise NotImplementedError

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        # As it is saved: a form that was refused has already written what was typed into the original.
        saved = self.get_queryset(request).get(pk=row.pk) if row else None
        heading, differences = self.compared(saved) if saved else ("", [])
        context |= {
            "placeholders": MEANINGS.items(),
            "preview_url": reverse(self.preview_url),
            "differences_heading": heading,
            "differences": differences,
            "differences_language": saved.language if saved else "",
        }
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(LetterTemplate)
class LetterTemplateAdmin(PreviewedAdmin):
    form = LetterForm
    list_display = ("petition", "language", "subject")
    list_display_links = ("petition", "language")
    list_filter = ("petition", "language")
    list_select_related = ("petition",)
    fields = (("petition", "language"), "subject", "body")
    preview_url = "admin:delivery_lettertemplate_preview"

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("preview/", letter_previews.of_template, name="delivery_lettertemplate_preview"),
            path("<int:pk>/default/", take_default, name="delivery_lettertemplate_default"),
        ]
        return [*own, *super().get_urls()]

    def compared(self, row: LetterTemplate) -> tuple[Any, list[list[Part]]]:
        if not row.default_body:
            return "", []
        default = {"subject": row.default_subject, "body": row.default_body}
        return _("What is other than in the default text"), _differences(
            default, {"subject": row.subject, "body": row.body}
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        letter = context.get("original")
        own = {"petition": letter.petition, "forms_of_address__language": letter.language} if letter else {}
        context["preview_recipients"] = Recipient.objects.filter(**own) if letter else []
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(LetterChange)
class LetterChangeAdmin(PreviewedAdmin):
    form = ChangeForm
    list_display = ("recipient", "language", "subject")
    list_display_links = ("recipient", "language")
    list_filter = ("recipient__petition", "language")
    list_select_related = ("recipient",)
    fields = (("recipient", "language"), "salutation", "subject", "body")
    preview_url = "admin:delivery_letterchange_preview"

    def get_urls(self) -> list[URLPattern]:
        show = letter_previews.of_change
        return [path("preview/", show, name="delivery_letterchange_preview"), *super().get_urls()]

    def compared(self, row: LetterChange) -> tuple[Any, list[list[Part]]]:
        template = row.recipient.petition.letter_templates.filter(language=row.language).first()
        if template is None:
            return "", []
        common = {"subject": template.subject, "body": template.body}
        own = {"subject": row.subject or template.subject, "body": row.body or template.body}
        return _("What is other than in the letter to all"), _differences(common, own)
