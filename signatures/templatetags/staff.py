"""What the staff's first page tells of signatures."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.conf import settings

from petition.models import Petition
from signatures import moderation, queries, reasons, seal, suspicion
from signatures.choices import Flag, Purpose, Review, State
from signatures.models import SealingKey, Signature

register = template.Library()

MOST = 100  # counted no further: the page must stay quick with a million waiting


class Waiting(NamedTuple):
    petition: Petition
    rows: int
    is_more: bool


@register.inclusion_tag("admin/signatures/cannot.html")
def cannot_here(*purposes: str) -> dict[str, Any]:
    """What is not possible since the worker, as it said at its last start, does not hold the private key for it. Where
    no key is registered yet, this process speaks for the worker."""
    here = {purpose.value: seal.has_key(f"{purpose.name}_PRIVATE_KEY") for purpose in Purpose}
    can = here | dict(SealingKey.objects.filter(retired_at=None).values_list("purpose", "is_with_worker"))
    return {
        "cannot": [purpose for purpose in purposes or can if not can[purpose]],
        "opens_nothing": not any(here.values()) and not purposes,
    }


@register.simple_tag
def failed_mail_count() -> int:
    """How many mails failed, MOST at the most."""
    return len(queries.mail_failed().order_by("-pk").values_list("pk")[:MOST])


@register.filter
def sentences(signature: Signature) -> list[Any]:
    """What was noticed of a signature when it came in."""
    return suspicion.sentences(signature.signals)


@register.simple_tag
def held_by_the_site() -> list[Waiting]:
    """How many signatures the site itself holds, a petition that has any."""
    counted = [
        (petition, len(queries.held_by_the_site(petition).values_list("pk")[: MOST + 1]))
        for petition in Petition.objects.all()
    ]
    return [Waiting(petition, min(n, MOST), n > MOST) for petition, n in counted if n]


@register.simple_tag(takes_context=True)
def waiting_words(context: Any) -> list[Waiting]:
    """How many words wait for a moderator, a petition; nothing for whoever is none."""
    if not context["request"].user.has_perm("signatures.moderate_signature"):
        return []
    found = []
    for petition in Petition.objects.all():
        rows = Signature.objects.filter(petition=petition, review=Review.WAITING, state=State.CONFIRMED)
        n = len(rows.order_by("pk").values_list("pk")[: MOST + 1])
        found.append(Waiting(petition, min(n, MOST), n > MOST))
    return found


@register.filter
def reason(code: str) -> str:
    """What a reason's code is called."""
    return reasons.words(code)


@register.filter
def mark(signature: Signature) -> str:
    """Of the words that the page shows: it comes back with the decision."""
    return moderation.mark(signature)


@register.filter
def hints(signature: Signature) -> list[str]:
    """What to look at, in sentences."""
    flags = [str(Flag(flag).label) for flag in signature.flags.split()]
    signals = suspicion.sentences(signature.signals) if signature.score >= suspicion.NOTED_AT else []
    return [*flags, *map(str, signals)]


@register.filter
def language_name(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))
