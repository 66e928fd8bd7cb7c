"""What the acts of a delivery are called in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petition.admin import words

words.ACTS |= {
    "freeze": pgettext_lazy("act", "frozen"),
    "build": pgettext_lazy("act", "packets asked for"),
    "built": pgettext_lazy("act", "packets built"),
    "fetch": pgettext_lazy("act", "downloaded"),
    "make_link": pgettext_lazy("act", "link to fetch made"),
    "end_link": pgettext_lazy("act", "link to fetch ended"),
    "hand_over": pgettext_lazy("act", "handed over"),
}
words.PARTS |= {
    "signatures": _("signatures"),
    "root": _("root"),
    "folder": _("folder"),
    "on": _("handed over on"),
    "channel": _("how"),
    "copy": _("mark"),
    "encrypted": _("encrypted"),
    "link": _("link to fetch"),
    "hours": _("hours"),
    "most": _("downloads at most"),
}
words.WRITERS |= {"on": words.day, "encrypted": lambda is_so: _("Yes") if is_so else _("No")}
