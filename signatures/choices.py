"""The words of a signature. Values are stored, printed in registers and named in addresses: never rename one."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    PENDING = "pending", _("pending")
    CONFIRMED = "confirmed", _("confirmed")
    HELD = "held", _("held")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Visibility(TextChoices):
    COUNT = "count", _("Count me. My name stays secret.")
    DELIVER = "deliver", _("Give my name to the recipients.")
    PUBLIC = "public", _("Give my name to the recipients, and show it on this page.")


class Origin(TextChoices):
    WEB = "web", _("web")
    PAPER = "paper", _("paper")
    STALL = "stall", _("stall")


class Review(TextChoices):
    """What a moderator has said of the words a signer asked to show."""

    NONE = "none", _("nothing to show")
    WAITING = "waiting", _("waiting")
    APPROVED = "approved", _("approved")
    HIDDEN = "hidden", _("hidden")


class Kept(TextChoices):
    """What is kept for a time, then destroyed."""

    UNCONFIRMED = "unconfirmed", _("A signature that you never confirmed")
    REJECTED = "rejected", _("The number that is left of a signature that was never confirmed and then refused")
    NETWORKS = "networks", _("The fingerprint of your network, and its key")
    MAILINGS = "mailings", _("The list of those whom an update by mail was for")
    ADDRESSES = "addresses", _("Your sealed address, after a petition has ended and the last mail about it is sent")
    IDENTITIES = "identities", _("Your sealed name and all fingerprints, after the last delivery is handed over")
    DELIVERY_FILES = "files", _("The files of a delivery with names, after its last packet was handed over")


class Purpose(TextChoices):
    """What a pair of keys is for; in upper case it begins the names of their settings."""

    MAIL = "mail", _("e-mail addresses")
    DELIVERY = "delivery", _("names and cities")


class Reason(StrEnum):
    """The reasons that the program itself gives, by their code. Their words, and the other reasons, are rows that staff
    edit (models/moderation.py)."""

    SUSPICIOUS = "suspicious"  # noticed by the site itself
    REVIEW = "review"  # everything was looked at first


# Who signed is told nothing of these: the same pages and mails as for a signature that counts.
SILENT = (Reason.SUSPICIOUS, Reason.REVIEW)


class Flag(TextChoices):
    """What a moderator is told to look at. A hint: nothing is hidden by it."""

    LINK = "link", _("Look: this seems to name a web page or an account.")
    PHONE = "phone", _("Look: there seems to be a telephone number in it.")
    EMAIL = "email", _("Look: there seems to be an e-mail address in it.")
    ABUSE = "abuse", _("Look: a word in it may insult or threaten.")
    DIGITS = "digits", _("Look: there are digits in the name.")
    LETTER = "letter", _("Look: the name is one letter, repeated.")
