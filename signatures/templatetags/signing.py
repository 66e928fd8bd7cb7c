"""How pages of petitions show what is known of their signatures: Python's arrows point one way, so templates ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from petition.models import Petition
from signatures import milestones, queries, retention, stamps
from signatures.choices import Kept
from signatures.forms import SignForm

register = template.Library()


@register.simple_tag
def signature_count(petition: Petition) -> int:
    return queries.count(petition)


@register.simple_tag
def pending_days() -> int:
    return retention.days(Kept.UNCONFIRMED)


@register.simple_tag
def terms() -> dict[str, retention.Term]:
    """How long each kind of data is kept, by its kind."""
    return {term.kind.value: term for term in retention.terms()}


@register.simple_tag
def next_milestone(petition: Petition, count: int) -> int | None:
    return milestones.following(count, petition.goal)


@register.simple_tag
def with_counts(petitions: Iterable[Petition]) -> list[Petition]:
    """The petitions, each with its `count`, in one query."""
    rows = list(petitions)
    counts = queries.counts(rows)
    for row in rows:
        row.count = counts.get(row.pk, 0)  # type: ignore[attr-defined]
    return rows


@register.simple_tag
def newest_shown(petition: Petition, rows: int) -> list[Any]:
    """The newest public names and reasons."""
    return queries.shown(petition, rows=rows)[:rows]


@register.simple_tag
def form_stamp(petition: Petition, personal: bool) -> str:
    return stamps.make(petition.pk, personal=personal)


@register.inclusion_tag("signatures/form.html", takes_context=True)
def sign_form(context: Any, petition: Petition) -> dict[str, Any]:
    return {**context.flatten(), "petition": petition, "form": SignForm()}
