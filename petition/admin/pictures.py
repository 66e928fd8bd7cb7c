"""The pictures of an update, in the form of the update. Who may change that may change them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from petition import figures, pictures
from petition.admin.audited import StaffInline
from petition.models import Update, UpdatePicture
from petition.models.update import LANGUAGES

DESCRIBE = _("Describe the picture for those who cannot see it.")


class PictureForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_(
            "JPEG, PNG or WebP, at most 20 MB. Where, when and with what it was taken is removed; what can be seen in "
            "it stays: mind faces, house fronts and number plates."
        ),
    )

    def clean_upload(self) -> pictures.Prepared | None:
        file = self.cleaned_data["upload"]
        if file is None:
            if not self.instance.pk:
                raise ValidationError(_("Choose a picture."))
            return None
        try:
            return pictures.prepare(file, file.size)
        except pictures.Refused as refused:
            raise ValidationError(str(refused)) from None

    def save(self, commit: bool = True) -> UpdatePicture:
        prepared = self.cleaned_data["upload"]
        if prepared:
            pictures.store(prepared)
            self.instance.digest, self.instance.width, self.instance.height = prepared[:3]
        return super().save(commit)


class PictureFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Each picture is described in every language in which the update is to be read."""
        super().clean()
        update: Update = self.instance
        languages = [each for each in LANGUAGES if not update.in_one_language or update.is_complete_in(each)]
        for form in self.forms:
            if form.has_changed() or form.instance.pk:
                for language in languages if form not in self.deleted_forms else ():
                    if not form.cleaned_data.get(f"alt_{language}"):
                        form.add_error(f"alt_{language}", DESCRIBE)


class PictureInline(StaffInline):
    model = UpdatePicture
    form = PictureForm
    formset = PictureFormSet
    readonly_fields = ("shown",)
    fields = ("shown", "upload", ("alt_km", "alt_en"), ("caption_km", "caption_en"), "credit")
    classes = ["house-pictures"]

    @admin.display(description=_("in the text"))
    def shown(self, picture: UpdatePicture) -> str:
        if not picture.pk:
            return gettext("Its place in the text is known once it is saved.")
        place = format_html("<code>![]({})</code>", picture.number)
        where = format_html(gettext("It stands where you write {place}."), place=place)
        return format_html("{} {}", figures.image(picture, sizes="12rem"), where)

    def _may_change(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("petition.change_update") or request.user.has_perm("petition.add_update")

    has_add_permission = has_change_permission = has_delete_permission = _may_change

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("petition.view_update")
