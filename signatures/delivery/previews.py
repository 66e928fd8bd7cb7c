"""What a bundle would say today, for the preview of one letter."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from petition.models import Petition, Recipient
from signatures import queries
from signatures.delivery import freeze
from signatures.delivery.models import LetterTemplate

Dict = dict[str, Any]


def describe(
    template: LetterTemplate, petition: Petition, recipient: Recipient, counts: Dict
) -> tuple[Dict, Dict, Dict]:
    """The description, the recipient in it and the letter, as letters.letter_pdf takes them."""
    form = recipient.forms_of_address.filter(language=template.language).first()
    if form is None:
        raise ValueError(_("%(recipient)s gets no letter in this language.") % {"recipient": recipient})
    description = {
        "petition": freeze.describe_petition(petition),
        "delivery": {"planned_on": timezone.localdate().isoformat()},
        "frozen_at": timezone.now().replace(microsecond=0).isoformat(),
        "counts": counts,
        "small_country": queries.SMALL_COUNTRY,
        "volume_rows": freeze.VOLUME_ROWS,
    }
    entry = {"country": recipient.country or None, "discloses": recipient.discloses}
    return description, entry, freeze.describe_letter(form, template)
