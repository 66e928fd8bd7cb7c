"""What the acts of a delivery are called in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petition.admin import words

words.ACTS |= {
    "freeze": pgettext_lazy("act", "frozen"),
    "build": pgettext_lazy("act", "packets asked for"),
    "built": pgettext_lazy("act", "packets built"),
    "fetch": pgettext_lazy("act", "downloaded"),
    "take_default": pgettext_lazy("act", "took the default text again"),
    "hand_over": pgettext_lazy("act", "handed over"),
}
words.PARTS |= {
    "signatures": _("signatures"),
    "root": _("root"),
    "folder": _("folder"),
    "on": _("handed over on"),
    "channel": _("how"),
}
words.WRITERS |= {"on": words.day}
