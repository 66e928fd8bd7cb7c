"""One letter as it would be today, for whoever writes its text. Not beside the letters themselves: a build makes those
in processes of their own, where Django's models are not loaded."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from petition.models import Petition, Recipient
from signatures import queries
from signatures.delivery import freeze, letters, texts
from signatures.delivery.models import Delivery, LetterChange, LetterTemplate
from signatures.models import CountByCountry


def counts(petition: Petition) -> dict[str, Any]:
    """As a delivery has them: those of the newest frozen one, else today's with every signer as one who gives a name,
    since the kept counts do not tell them apart."""
    frozen = Delivery.objects.filter(petition=petition, confirmed__isnull=False).order_by("-ordinal").first()
    if frozen is not None and frozen.counts:
        return frozen.counts
    n = queries.count(petition)
    rows = CountByCountry.objects.filter(petition=petition).values_list("country", "confirmed")
    return {"confirmed": n, "named": n, "withheld": 0, "by_country": dict(rows), "by_day": {}, "by_origin": {}}


def describe(petition: Petition) -> dict[str, Any]:
    """What a freeze would describe now, as far as letters need it; the root is not known."""
    planned = Delivery.objects.filter(petition=petition).order_by("-ordinal").first()
    now = timezone.now().replace(microsecond=0)
    return {
        "petition": texts.describe_petition(petition),
        "letterhead": texts.describe_letterhead(petition),
        "site_url": settings.SITE_URL,
        "delivery": {
            "ordinal": planned.ordinal if planned else 1,
            "planned_on": (planned.planned_on if planned else timezone.localdate()).isoformat(),
        },
        "frozen_at": now.isoformat(),
        "counts": counts(petition),
        "small_country": queries.SMALL_COUNTRY,
        "volume_rows": freeze.VOLUME_ROWS,
    }


class Prepared(NamedTuple):
    """What letters.letter_pdf and letters.letter_pictures take."""

    description: dict[str, Any]
    recipient: dict[str, Any]
    letter: dict[str, Any]


def prepare(template: LetterTemplate, recipient: Recipient, change: LetterChange | None = None) -> Prepared:
    """The letter to a recipient as it would be today, of texts that need not be saved yet. ValueError where the text is
    not in order, or where the recipient gets no letter in its language."""
    form = recipient.forms_of_address.filter(language=template.language).first()
    if form is None:
        raise ValueError(_("%(recipient)s gets no letter in this language.") % {"recipient": recipient})
    letter = texts.describe_letter(form, template, change)
    letters.check(letter["body"], letter["subject"])
    entry = {
        "number": recipient.number,
        "position": recipient.position,
        "country": recipient.country or None,
        "discloses": recipient.discloses,
    }
    return Prepared(describe(template.petition), entry, letter)
