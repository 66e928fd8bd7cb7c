"""What the acts on signatures are called in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petition.admin import words
from signatures import mailing_sending, reasons
from signatures.choices import Review

words.ACTS |= {
    "approve": pgettext_lazy("act", "approved"),
    "hide": pgettext_lazy("act", "hidden"),
    "undo": pgettext_lazy("act", "put back to wait"),
    "hold": pgettext_lazy("act", "held"),
    "release": pgettext_lazy("act", "released"),
    "recount": pgettext_lazy("act", "counts repaired"),
    "test_mailing": pgettext_lazy("act", "sent by mail as a test"),
    "start": pgettext_lazy("act", "started"),
    "pause": pgettext_lazy("act", "paused"),
    "resume": pgettext_lazy("act", "resumed"),
    "cancel": pgettext_lazy("act", "cancelled"),
}
words.TARGETS |= {"signatures": _("signatures")}
words.PARTS |= {
    "before": _("before"),
    "reason": _("reason"),
    "differences": _("differences"),
    "recipients": _("recipients"),
}
# Why a mailing paused by itself; the reasons of moderators are rows.
REASONS = {
    mailing_sending.UNPUBLISHED: _("the update cannot be read on the site"),
    mailing_sending.ALL_REFUSED: _("the mail server refused ten mailboxes in a row"),
}
words.WRITERS |= {
    "before": lambda value: dict(Review.choices).get(value, value),
    "reason": lambda value: REASONS.get(value) or reasons.words(value),
}
