"""What of a delivery needs two people in the admin: what opens or takes away names in bulk, and what is said to the
recipients in everyone's name."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from petition import approvals
from petition.approvals import Kind
from petition.models import Approval
from signatures.delivery import texts
from signatures.delivery.models import Delivery
from signatures.delivery.problems import FreezeRefused

LETTERS = "approve_letters"
NOT_APPROVED = gettext_noop("A second person has to approve the letters as they stand before they are frozen.")
BUILD = "build_delivery"
FETCH = "fetch_packets"


def _rows() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("petition")


def _letters(delivery: Delivery) -> str:
    try:
        return texts.digest(delivery.petition)
    except FreezeRefused:
        return ""  # a letter has no text yet: the freeze says which


def letters_approval(delivery: Delivery) -> Approval | None:
    """The second person's word for the letters of a delivery exactly as they stand."""
    return approvals.given(kind=LETTERS, target=delivery)


KINDS = {
    # For the day before the freeze, whoever then freezes; one changed letter of the alphabet, and it is void.
    LETTERS: Kind(
        _("send the letters as they stand"),
        "delivery.change_lettertemplate",
        _rows,
        lasts=datetime.timedelta(hours=24),
        digest=_letters,
    ),
    BUILD: Kind(_("build the packets, which opens the names"), "delivery.build_delivery", _rows),
    # A delivery has two dozen packets, fetched in one sitting: a word for each would be given unread.
    FETCH: Kind(
        _("download packets, with names, for eight hours"),
        "delivery.fetch_packet",
        _rows,
        lasts=datetime.timedelta(hours=8),
    ),
}
