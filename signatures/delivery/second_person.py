"""What of a delivery needs two people in the admin: it opens or takes away names in bulk."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from petition.approvals import Kind
from signatures.delivery.models import Delivery

BUILD = "build_delivery"
FETCH = "fetch_packets"


def _rows() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("petition")


KINDS = {
    BUILD: Kind(_("build the packets, which opens the names"), "delivery.build_delivery", _rows),
    # A delivery has two dozen packets, fetched in one sitting: a word for each would be given unread.
    FETCH: Kind(
        _("download packets, with names, for eight hours"),
        "delivery.fetch_packet",
        _rows,
        lasts=datetime.timedelta(hours=8),
    ),
}
