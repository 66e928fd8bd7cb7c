from signatures.models.counts import CountByCountry, CountByDay, CountByState
from signatures.models.lists import Effect, ListEntry
from signatures.models.mailbox import MailboxRule, NetworkKey
from signatures.models.mailing import Mailing, MailingRecipient
from signatures.models.moderation import Claim, FlaggedWord, Reason
from signatures.models.retention import Destroyed, EndedPetition, ErasureRequest, RetentionPolicy
from signatures.models.sealing import SealingKey
from signatures.models.signature import Signature
from signatures.models.sweep import Sweep
from signatures.models.watch import HourMark, HourTrend, SignalSetting, TrendLimit

__all__ = [
    "Claim",
    "CountByCountry",
    "CountByDay",
    "CountByState",
    "Effect",
    "HourMark",
    "HourTrend",
    "ListEntry",
    "Destroyed",
    "EndedPetition",
    "ErasureRequest",
    "FlaggedWord",
    "MailboxRule",
    "Mailing",
    "MailingRecipient",
    "NetworkKey",
    "SealingKey",
    "RetentionPolicy",
    "Reason",
    "Signature",
    "Sweep",
    "SignalSetting",
    "TrendLimit",
]
