"""What the page of the switches tells of mail."""

from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateJob

from petition.admin import switches
from petition.models.switch import Name
from petition.templatetags.language import number


def waiting() -> str:
    """How many mails are in the queue, beside those of mailings."""
    n = ProcrastinateJob.objects.filter(queue_name="mail", status="todo").count()
    return ngettext("%(n)s mail waits.", "%(n)s mails wait.", n) % {"n": number(n)}


switches.tells[Name.HOLD_MAIL] = waiting
