"""A letter as it will be printed: a PDF, or its pages as pictures for the script that shows them beside the text."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from petition.admin.audited import LinesField
from petition.models import Petition, Recipient
from petition.models.recipient import LetterLanguage
from signatures.admin import pages
from signatures.delivery import letters, previews
from signatures.delivery.models import Delivery, LetterChange, LetterTemplate


class TemplatePreviewForm(forms.Form):
    """A text as it stands in the form, saved or not; without a recipient, for the first who gets such a letter."""

    petition = forms.ModelChoiceField(Petition.objects.all())
    language = forms.ChoiceField(choices=LetterLanguage.choices)
    subject = forms.CharField()
    body = LinesField()
    recipient = forms.ModelChoiceField(Recipient.objects.all(), required=False)


class ChangePreviewForm(forms.Form):
    recipient = forms.ModelChoiceField(Recipient.objects.select_related("petition"))
    language = forms.ChoiceField(choices=LetterLanguage.choices)
    salutation = forms.CharField(required=False)
    subject = forms.CharField(required=False)
    body = LinesField(required=False)


def _fault(request: HttpRequest, sentence: Any) -> HttpResponse:
    if "pages" in request.POST:
        return JsonResponse({"fault": str(sentence)}, status=422)
    context = pages.context(request, _("No preview"), opts=LetterTemplate._meta, sentence=sentence)
    return render(request, "admin/delivery/lettertemplate/fault.html", context, status=422)


def _shown(
    request: HttpRequest, template: LetterTemplate, recipient: Recipient, change: LetterChange | None = None
) -> HttpResponse:
    try:
        prepared = previews.prepare(template, recipient, change)
    except ValueError as problem:
        return _fault(request, str(problem))
    if "pages" not in request.POST:
        return pages.pdf(letters.letter_pdf(*prepared), "letter")
    pictures = [base64.b64encode(png).decode() for png in letters.letter_pictures(*prepared)]
    return JsonResponse({"pages": [f"data:image/png;base64,{picture}" for picture in pictures]})


@pages.needs("delivery.view_lettertemplate")
@require_POST
def of_template(request: HttpRequest) -> HttpResponse:
    """The letter, or what is wrong with its text. Changes nothing."""
    form = TemplatePreviewForm(request.POST)
    if not form.is_valid():
        return _fault(request, _("Fill in petition, language, subject and text first."))
    told = form.cleaned_data
    petition = told["petition"]
    recipient = told.pop("recipient") or petition.recipients.filter(forms_of_address__language=told["language"]).first()
    if recipient is None:
        return _fault(request, _("No recipient gets a letter in this language."))
    recipient = get_object_or_404(petition.recipients, pk=recipient.pk)
    return _shown(request, LetterTemplate(**told), recipient)


@pages.needs("delivery.view_letterchange")
@require_POST
def of_change(request: HttpRequest) -> HttpResponse:
    """The letter to one recipient with what is typed for them alone. Changes nothing."""
    form = ChangePreviewForm(request.POST)
    if not form.is_valid():
        return _fault(request, _("Choose recipient and language first."))
    change = LetterChange(**form.cleaned_data)
    template = change.recipient.petition.letter_templates.filter(language=change.language).first()
    if template is None:
        return _fault(request, gettext("There is no letter in this language yet."))
    return _shown(request, template, change.recipient, change)


@pages.needs("delivery.view_lettertemplate")
@require_safe
def all_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters of a planned delivery as they stand, for the second person to read."""
    delivery = get_object_or_404(Delivery.objects.select_related("petition"), pk=pk)
    recipients = delivery.petition.recipients.prefetch_related("forms_of_address", "letter_changes")
    context = pages.context(
        request,
        _("The letters as they stand"),
        opts=Delivery._meta,
        delivery=delivery,
        letters=[
            (recipient, recipient.forms_of_address.all(), list(recipient.letter_changes.all()))
            for recipient in recipients
        ],
    )
    return render(request, "admin/delivery/delivery/letters.html", context)


@pages.needs("delivery.view_lettertemplate")
@require_safe
def one_letter(request: HttpRequest, pk: int, recipient: int, language: str) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("petition"), pk=pk)
    addressee = get_object_or_404(delivery.petition.recipients, pk=recipient)
    template = get_object_or_404(delivery.petition.letter_templates, language=language)
    change = addressee.letter_changes.filter(language=language).first()
    return _shown(request, template, addressee, change)
