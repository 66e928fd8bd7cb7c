from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from petition.admin.audited import StaffAdmin, StaffInline
from signatures.delivery.models import Letterhead, LetterSigner

MOST_SIGNERS = 4


class LetterSignerInline(StaffInline):
    model = LetterSigner
    max_num = MOST_SIGNERS
    fields = ("order", ("name_km", "name_en"), ("role_km", "role_en", "role_fr"))


@admin.register(Letterhead)
class LetterheadAdmin(StaffAdmin):
    list_display = ("petition", "email", "telephone")
    list_select_related = ("petition",)
    inlines = (LetterSignerInline,)
    fieldsets = (
        (None, {"fields": ["petition", ("organiser_fr", "reference")]}),
        (
            _("Where an answer reaches you"),
            {
                "fields": [("address_km", "address_en", "address_fr"), ("email", "telephone", "site")],
                "description": _(
                    "What stands here is printed on every letter, and recipients may pass it on. What is empty is left "
                    "out; the address in English stands in French letters too where there is no French one."
                ),
            },
        ),
    )
