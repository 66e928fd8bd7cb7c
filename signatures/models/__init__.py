from signatures.models.counts import CountByCountry, CountByDay, CountByState
from signatures.models.lists import Effect, ListEntry
from signatures.models.mailbox import MailboxRule, NetworkKey
from signatures.models.mailing import Mailing, MailingRecipient
from signatures.models.sealing import SealingKey
from signatures.models.signature import Signature
from signatures.models.sweep import Sweep
from signatures.models.watch import HourMark, HourTrend, SignalSetting, TrendLimit

__all__ = [
    "CountByCountry",
    "CountByDay",
    "CountByState",
    "Effect",
    "HourMark",
    "HourTrend",
    "ListEntry",
    "MailboxRule",
    "Mailing",
    "MailingRecipient",
    "NetworkKey",
    "SealingKey",
    "Signature",
    "Sweep",
    "SignalSetting",
    "TrendLimit",
]
