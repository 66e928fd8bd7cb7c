"""The words of a signature. Values are stored, printed in registers and named in addresses: never rename one."""

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


class Reason(TextChoices):
    """Why a name is hidden or a signature held; shown to staff only."""

    ABUSE = "abuse", _("insult or threat")
    ADVERTISING = "advertising", _("advertising or links")
    PERSONAL = "personal", _("says something personal about somebody")
    OFF_TOPIC = "off_topic", _("not about the petition")
    NOT_A_NAME = "not_a_name", _("not a person's name")
    DUPLICATE = "duplicate", _("the same person twice")
    FRAUD = "fraud", _("signed by a machine or for somebody else")
    SUSPICIOUS = "suspicious", _("noticed by the site itself")
    OTHER = "other", _("other, see the note")


class Purpose(TextChoices):
    """What a pair of keys is for; in upper case it begins the names of their settings."""

    MAIL = "mail", _("e-mail addresses")
    DELIVERY = "delivery", _("names and cities")
