"""How pages of petitions show what observers found."""

from __future__ import annotations

from typing import Any

from django import template

from petition.models import Petition
from signatures.delivery.samples import samples_published

register = template.Library()


@register.inclusion_tag("delivery/sample.html")
def published_samples(petition: Petition) -> dict[str, Any]:
    """A paragraph for each published sample of a petition's deliveries; nothing where there is none."""
    return {"shown": samples_published(petition)}
