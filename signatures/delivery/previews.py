"""One letter as it would be today, for whoever writes its text. Not beside the letters themselves: a build makes those
in processes of their own, where Django's models are not loaded."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from petition.models import Petition, Recipient
from signatures import queries
from signatures.delivery import freeze, letters
from signatures.delivery.models import LetterTemplate


def preview(template: LetterTemplate, petition: Petition, recipient: Recipient, counts: dict[str, Any]) -> bytes:
    """The PDF of a letter as it would be today, of a text that need not be saved yet. `counts` as a delivery has them.
    ValueError where the text is not in order, or where the recipient gets no letter in its language."""
    letters.check(template.body, template.subject)
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
    return letters.letter_pdf(description, entry, freeze.describe_letter(form, template))
