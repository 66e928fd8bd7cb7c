from signatures.models.counts import CountByCountry, CountByDay, CountByState
from signatures.models.mailbox import MailboxRule, NetworkKey
from signatures.models.mailing import Mailing, MailingRecipient
from signatures.models.sealing import SealingKey
from signatures.models.signature import Signature
from signatures.models.sweep import Sweep

__all__ = [
    "CountByCountry",
    "CountByDay",
    "CountByState",
    "MailboxRule",
    "Mailing",
    "MailingRecipient",
    "NetworkKey",
    "SealingKey",
    "Signature",
    "Sweep",
]
