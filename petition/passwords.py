"""The rule that a password must be long, in the reader's digits: Django's own says 12 in every language."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import ngettext

from petition.templatetags.language import number


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short. It must have at least %(least)s character.",
            "This password is too short. It must have at least %(least)s characters.",
            self.min_length,
        ) % {"least": number(self.min_length)}

    def get_help_text(self) -> str:
        return ngettext(
            "Your password must have at least %(least)s character.",
            "Your password must have at least %(least)s characters.",
            self.min_length,
        ) % {"least": number(self.min_length)}
