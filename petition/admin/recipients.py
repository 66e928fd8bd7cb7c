from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from petition.admin.audited import StaffAdmin, StaffInline
from petition.models import FormOfAddress, Recipient
from petition.templatetags.language import digits, text


class FormOfAddressInline(StaffInline):
    model = FormOfAddress
    fields = (("language", "order"), "name_line", "office_lines", ("salutation", "closing"), "role")


@admin.register(Recipient)
class RecipientAdmin(StaffAdmin):
    list_display = ("place", "person", "position_held", "country", "discloses", "petition")
    list_display_links = ("place", "person")
    list_filter = ("petition", "discloses", "kind", "signatory_1991")
    list_select_related = ("petition",)
    search_fields = ("name", "name_km", "as_printed")
    inlines = (FormOfAddressInline,)
    fieldsets = (
        (None, {"fields": ["petition", ("number", "position"), ("as_printed", "as_printed_km")]}),
        (
            _("The person and the office"),
            {
                "fields": [
                    ("name", "name_km"),
                    "honorific",
                    ("office", "office_km"),
                    "body",
                    ("country", "kind"),
                    "role_note",
                    "signatory_1991",
                ]
            },
        ),
        (
            _("What they receive"),
            {
                "fields": ["discloses"],
                "description": _(
                    "Names go only to recipients marked so here, and of them only the names whose owners allow it. "
                    "Nobody who may harm a signer gets more than totals."
                ),
            },
        ),
        (_("For the committee"), {"fields": ["postal_address", "notes"]}),
    )

    @admin.display(description=_("number"), ordering="number")
    def place(self, recipient: Recipient) -> str:
        return digits(recipient.place)

    @admin.display(description=_("name"))
    def person(self, recipient: Recipient) -> str:
        return text(recipient, "name")

    @admin.display(description=_("office"))
    def position_held(self, recipient: Recipient) -> str:
        return text(recipient, "office")
