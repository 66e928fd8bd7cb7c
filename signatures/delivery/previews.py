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


def _last(petition: Petition) -> Delivery | None:
    return Delivery.objects.filter(petition=petition, confirmed__isnull=False).order_by("-ordinal").first()


def counts(petition: Petition) -> dict[str, Any]:
    """Today's, as a delivery has them, with as many who withhold their names as in the newest frozen one: the kept
    counts do not tell them apart."""
    n, last = queries.count(petition), _last(petition)
    withheld = min(n, last.counts.get("withheld", 0)) if last else 0
    rows = CountByCountry.objects.filter(petition=petition).values_list("country", "confirmed")
    told = {"confirmed": n, "named": n - withheld, "withheld": withheld}
    return told | {"by_country": dict(rows), "by_day": {}, "by_origin": {}}


def _previous(petition: Petition, confirmed: int) -> dict[str, Any] | None:
    """What the next delivery would say of the one before, about: who of it has withdrawn is counted at the freeze."""
    last = _last(petition)
    if last is None or last.frozen_at is None:
        return None
    still = min(last.confirmed or 0, confirmed)
    return {
        "ordinal": last.ordinal,
        "frozen_at": last.frozen_at_utc,
        "confirmed": last.confirmed,
        "still": still,
        "withdrawn": (last.confirmed or 0) - still,
        "new": confirmed - still,
    }


def describe(petition: Petition) -> dict[str, Any]:
    """What a freeze would describe now, as far as letters need it; the root is not known."""
    planned = Delivery.objects.filter(petition=petition).order_by("-ordinal").first()
    now = timezone.now().replace(microsecond=0)
    counted = counts(petition)
    return {
        "petition": texts.describe_petition(petition),
        "letterhead": texts.describe_letterhead(petition),
        "site_url": settings.SITE_URL,
        "delivery": {
            "ordinal": planned.ordinal if planned else 1,
            "planned_on": (planned.planned_on if planned else timezone.localdate()).isoformat(),
        },
        "frozen_at": now.isoformat(),
        "counts": counted,
        "previous": _previous(petition, counted["confirmed"]),
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
