"""What the acts on signatures are called in the audit trail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petition.admin import words
from signatures import mailing_sending, reasons
from signatures.choices import Purpose, Review
from signatures.models import ErasureRequest, Sweep

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
    "register_key": pgettext_lazy("act", "made the current key"),
    "count": pgettext_lazy("act", "had counted"),
    "end": pgettext_lazy("act", "ended"),
    "take_back": pgettext_lazy("act", "undone"),
    "end_undoing": pgettext_lazy("act", "undoing ended"),
    "ask_erasure": pgettext_lazy("act", "asked to erase by address"),
}
words.TARGETS |= {
    "signatures": _("signatures"),
    "delivery_key": _("the key that seals names, by its fingerprint"),
    "mail_key": _("the key that seals e-mail addresses, by its fingerprint"),
}
words.FORM_FIELDS |= {"what": _("network, mail domain or mailbox")}
words.PARTS |= {
    "before": _("before"),
    "reason": _("reason"),
    "differences": _("differences"),
    "recipients": _("recipients"),
    "purpose": _("purpose"),
    "fingerprint": _("fingerprint"),
    "retired": _("retired key"),
    "conditions": _("conditions"),
    "does": pgettext_lazy("sweep", "what it does"),
    "signatures": _("signatures"),
    "touched": _("touched"),
    "restored": _("given back"),
    "request_reason": _("reason"),
}
# Why a mailing paused by itself; the reasons of moderators are rows.
REASONS = {
    mailing_sending.UNPUBLISHED: _("the update cannot be read on the site"),
    mailing_sending.ALL_REFUSED: _("the mail server refused ten mailboxes in a row"),
}
CONDITIONS = {
    "network_hashes": _("network"),
    "domain_hash": _("mail domain"),
    "name_hash": _("name"),
    "like": _("like another signature"),
    "country": _("country"),
    "signed_from": _("signed from"),
    "signed_to": _("signed until"),
    "score_from": _("score from"),
    "score_to": _("score up to"),
    "signal": _("signal"),
    "origin": _("origin"),
    "language": _("language"),
    "state": _("state"),
    "first": _("from number"),
    "last": _("up to number"),
}
words.WRITERS |= {
    "before": lambda value: dict(Review.choices).get(value, value),
    "reason": lambda value: REASONS.get(value) or reasons.words(value),
    "purpose": lambda value: dict(Purpose.choices).get(value, value),
    "conditions": lambda value: ", ".join(str(CONDITIONS[name]) for name in value if name in CONDITIONS),
    "does": lambda value: dict(Sweep.Act.choices).get(value, value),
    "request_reason": lambda value: dict(ErasureRequest.Reason.choices).get(value, value),
}
