from django import forms
from django.contrib import admin
from django.core.validators import DomainNameValidator
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from petition.admin import columns
from petition.admin.audited import StaffAdmin
from signatures import mailbox
from signatures.models import MailboxRule


class DomainField(forms.CharField):
    """A domain in the form in which addresses are compared by it: in small letters, and ASCII."""

    default_validators = [DomainNameValidator(accept_idna=False)]

    def to_python(self, value: str | None) -> str:
        text = str(super().to_python(value)).lower()
        try:
            return text.encode("idna").decode()
        except UnicodeError:
            return text


@admin.register(MailboxRule)
class MailboxRuleAdmin(StaffAdmin):
    list_display = ("domain", columns.truth("ignores_dots", _("ignores dots before the @")), "same_as")
    fields = ("domain", "ignores_dots", "same_as")
    formfield_overrides = {models.CharField: {"form_class": DomainField}}

    def save_model(self, request: HttpRequest, obj: MailboxRule, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(mailbox.forget_rules)

    def delete_model(self, request: HttpRequest, obj: MailboxRule) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(mailbox.forget_rules)
