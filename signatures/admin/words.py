"""What the acts on signatures are called in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petition.admin import words
from signatures.choices import Reason, Review

words.ACTS |= {
    "approve": pgettext_lazy("act", "approved"),
    "hide": pgettext_lazy("act", "hidden"),
    "undo": pgettext_lazy("act", "put back to wait"),
    "hold": pgettext_lazy("act", "held"),
    "release": pgettext_lazy("act", "released"),
    "recount": pgettext_lazy("act", "counts repaired"),
}
words.TARGETS |= {"signatures": _("signatures")}
words.PARTS |= {"before": _("before"), "reason": _("reason"), "differences": _("differences")}
words.WRITERS |= {
    "before": lambda value: dict(Review.choices).get(value, value),
    "reason": lambda value: dict(Reason.choices).get(value, value),
}
