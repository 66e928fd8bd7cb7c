from django.contrib import admin

from petition.admin.audited import StaffAdmin
from signatures.models import MailboxRule


@admin.register(MailboxRule)
class MailboxRuleAdmin(StaffAdmin):
    list_display = ("domain", "ignores_dots", "same_as")
    fields = ("domain", "ignores_dots", "same_as")
