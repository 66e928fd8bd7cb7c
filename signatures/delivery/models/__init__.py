from signatures.delivery.models.book import Sample, SampleRow, TreeBlock
from signatures.delivery.models.delivery import Delivery, DeliveryQuerySet, Entry, State
from signatures.delivery.models.fetching import Fetch, FetchLink
from signatures.delivery.models.letters import LetterChange, Letterhead, LetterSigner, LetterTemplate
from signatures.delivery.models.packet import LEFT, STEP_DAYS, Channel, Packet, PacketQuerySet, Step

__all__ = [
    "LEFT",
    "STEP_DAYS",
    "Channel",
    "Delivery",
    "DeliveryQuerySet",
    "Entry",
    "Fetch",
    "FetchLink",
    "LetterChange",
    "LetterSigner",
    "LetterTemplate",
    "Letterhead",
    "Packet",
    "PacketQuerySet",
    "Sample",
    "SampleRow",
    "State",
    "Step",
    "TreeBlock",
]
