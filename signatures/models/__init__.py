from signatures.models.counts import CountByCountry, CountByDay
from signatures.models.mailbox import MailboxRule, NetworkKey
from signatures.models.mailing import Mailing, MailingRecipient
from signatures.models.signature import Signature

__all__ = [
    "CountByCountry",
    "CountByDay",
    "MailboxRule",
    "Mailing",
    "MailingRecipient",
    "NetworkKey",
    "Signature",
]
