from signatures.models.counts import CountByCountry, CountByDay, CountByState
from signatures.models.lists import Effect, ListEntry
from signatures.models.mailbox import MailboxRule, NetworkKey
from signatures.models.mailing import Mailing, MailingRecipient
from signatures.models.signature import Signature
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
    "Signature",
    "SignalSetting",
    "TrendLimit",
]
