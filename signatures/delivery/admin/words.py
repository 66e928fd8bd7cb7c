"""What the acts of a delivery are called in the audit trail."""

import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petition.admin import words
from petition.templatetags import language
from signatures.delivery.models import Channel, Step

words.ACTS |= {
    "freeze": pgettext_lazy("act", "frozen"),
    "build": pgettext_lazy("act", "packets asked for"),
    "built": pgettext_lazy("act", "packets built"),
    "take_bundle": pgettext_lazy("act", "bundle downloaded"),
    "register": pgettext_lazy("act", "results of another machine registered"),
    "fetch": pgettext_lazy("act", "downloaded"),
    "take_default": pgettext_lazy("act", "took the default text again"),
    "draw_sample": pgettext_lazy("act", "lines drawn for an observer"),
    "record_sample": pgettext_lazy("act", "what an observer found recorded"),
    "publish_sample": pgettext_lazy("act", "shown to everyone"),
    "unpublish_sample": pgettext_lazy("act", "taken from the public page"),
    "approve_packet": pgettext_lazy("act", "packet approved"),
    "print_packet": pgettext_lazy("act", "printed"),
    "send_packet": pgettext_lazy("act", "sent"),
    "make_link": pgettext_lazy("act", "link to fetch made"),
    "end_link": pgettext_lazy("act", "link to fetch ended"),
    "hand_over": pgettext_lazy("act", "handed over"),
    "acknowledge": pgettext_lazy("act", "acknowledged"),
    "answer": pgettext_lazy("act", "answered"),
    "take_back": pgettext_lazy("act", "step taken back"),
    "keep_receipt": pgettext_lazy("act", "receipt kept"),
    "set_embargo": pgettext_lazy("act", "hour set"),
    "ask_mailing": pgettext_lazy("act", "mailing at the hour asked for"),
    "stop_mailing": pgettext_lazy("act", "mailing at the hour called off"),
}
words.PARTS |= {
    "signatures": _("signatures"),
    "root": _("root"),
    "folder": _("folder"),
    "seed": _("seed"),
    "size": _("lines"),
    "on": _("day"),
    "step": _("step"),
    "until": _("secret until"),
    "why": _("why"),
    "channel": _("how"),
    "copy": _("mark"),
    "encrypted": _("encrypted"),
    "link": _("link to fetch"),
    "hours": _("hours"),
    "most": _("downloads at most"),
}
words.WRITERS |= {
    "on": words.day,
    "encrypted": lambda is_so: _("Yes") if is_so else _("No"),
    "channel": lambda name: Channel(name).label if name in Channel.values else name,
    "step": lambda name: Step(name).label,
    "until": lambda iso: language.moment(datetime.datetime.fromisoformat(iso)),
}
