from signatures.models.counts import CountByCountry, CountByDay, CountByState
from signatures.models.mailbox import MailboxRule, NetworkKey
from signatures.models.mailing import Mailing, MailingRecipient
from signatures.models.moderation import Claim, FlaggedWord, Reason
from signatures.models.signature import Signature

__all__ = [
    "Claim",
    "CountByCountry",
    "CountByDay",
    "CountByState",
    "FlaggedWord",
    "MailboxRule",
    "Mailing",
    "MailingRecipient",
    "NetworkKey",
    "Reason",
    "Signature",
]
