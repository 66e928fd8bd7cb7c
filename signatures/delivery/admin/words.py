"""What the acts of a delivery are called in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petition.admin import words

words.ACTS |= {
    "freeze": pgettext_lazy("act", "frozen"),
    "build": pgettext_lazy("act", "packets asked for"),
    "built": pgettext_lazy("act", "packets built"),
    "fetch": pgettext_lazy("act", "downloaded"),
    "hand_over": pgettext_lazy("act", "handed over"),
    "draw_sample": pgettext_lazy("act", "lines drawn for an observer"),
    "record_sample": pgettext_lazy("act", "what an observer found recorded"),
    "publish_sample": pgettext_lazy("act", "shown to everyone"),
    "unpublish_sample": pgettext_lazy("act", "taken from the public page"),
}
words.PARTS |= {
    "signatures": _("signatures"),
    "root": _("root"),
    "folder": _("folder"),
    "seed": _("seed"),
    "size": _("lines"),
    "on": _("handed over on"),
    "channel": _("how"),
}
words.WRITERS |= {"on": words.day}
