from signatures.models.counts import CountByCountry, CountByDay, CountByState
from signatures.models.mailbox import MailboxRule, NetworkKey
from signatures.models.mailing import Mailing, MailingRecipient
from signatures.models.retention import Destroyed, EndedPetition, ErasureRequest, RetentionPolicy
from signatures.models.signature import Signature

__all__ = [
    "CountByCountry",
    "CountByDay",
    "CountByState",
    "Destroyed",
    "EndedPetition",
    "ErasureRequest",
    "MailboxRule",
    "Mailing",
    "MailingRecipient",
    "NetworkKey",
    "RetentionPolicy",
    "Signature",
]
