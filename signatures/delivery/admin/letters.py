"""The letters' texts, checked before they are saved and shown as they will be printed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from petition.admin.audited import LinesField, StaffAdmin
from petition.models import Petition, Recipient
from petition.models.recipient import LetterLanguage
from signatures import queries
from signatures.admin import pages
from signatures.delivery import letters, previews
from signatures.delivery.models import Delivery, LetterTemplate
from signatures.models import CountByCountry

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
}


class LetterForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "body" in cleaned and "subject" in cleaned:
            try:
                letters.check(cleaned["body"], cleaned["subject"])
            except ValueError as problem:
                self.add_error("body", str(problem))
        return cleaned


class PreviewForm(forms.Form):
    """A text as it stands in the form, saved or not; without a recipient, for the first who gets such a letter."""

    petition = forms.ModelChoiceField(Petition.objects.all())
    language = forms.ChoiceField(choices=LetterLanguage.choices)
    subject = forms.CharField()
    body = LinesField()
    recipient = forms.ModelChoiceField(Recipient.objects.all(), required=False)


def counts(petition: Petition) -> dict[str, Any]:
    """Those of the newest frozen delivery, else today's with every signer as one who gives a name: the kept counts do
    not tell them apart."""
    frozen = Delivery.objects.filter(petition=petition, confirmed__isnull=False).order_by("-ordinal").first()
    if frozen is not None and frozen.counts:
        return frozen.counts
    n = queries.count(petition)
    rows = CountByCountry.objects.filter(petition=petition).values_list("country", "confirmed")
    return {"confirmed": n, "named": n, "withheld": 0, "by_country": dict(rows), "by_day": {}, "by_origin": {}}


def _first_recipient(petition: Petition, language: str) -> Recipient | None:
    return petition.recipients.filter(forms_of_address__language=language).first()


@pages.needs("delivery.view_lettertemplate")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The letter as a PDF, or a page that says what is wrong with its text. Changes nothing."""
    form = PreviewForm(request.POST)
    if not form.is_valid():
        return _fault(request, _("Fill in petition, language, subject and text first."))
    told = form.cleaned_data
    petition = told["petition"]
    recipient = told["recipient"] or _first_recipient(petition, told["language"])
    if recipient is None:
        return _fault(request, _("No recipient gets a letter in this language."))
    recipient = get_object_or_404(petition.recipients, pk=recipient.pk)
    template = LetterTemplate(petition=petition, language=told["language"], subject=told["subject"], body=told["body"])
    try:
        pdf = previews.preview(template, petition, recipient, counts(petition))
    except ValueError as problem:
        return _fault(request, str(problem))
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="letter.pdf"'}
    )


def _fault(request: HttpRequest, sentence: Any) -> HttpResponse:
    context = pages.context(request, _("No preview"), opts=LetterTemplate._meta, sentence=sentence)
    return render(request, "admin/delivery/lettertemplate/fault.html", context, status=422)


@admin.register(LetterTemplate)
class LetterTemplateAdmin(StaffAdmin):
    form = LetterForm
    list_display = ("petition", "language", "subject")
    list_display_links = ("petition", "language")
    list_filter = ("petition", "language")
    list_select_related = ("petition",)
    fields = (("petition", "language"), "subject", "body")

    def get_urls(self) -> list[URLPattern]:
        return [path("preview/", preview, name="delivery_lettertemplate_preview"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        letter = context.get("original")
        own = {"petition": letter.petition, "forms_of_address__language": letter.language} if letter else {}
        context |= {
            "placeholders": MEANINGS.items(),
            "preview_recipients": Recipient.objects.filter(**own) if letter else [],
        }
        return super().render_change_form(request, context, *args, **kwargs)
