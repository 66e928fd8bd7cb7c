"""How templates pass a petition on."""

from __future__ import annotations

from django import template

from petition.models import Petition
from petition.sharing import Sharing, sharing

register = template.Library()


@register.simple_tag
def share_links(petition: Petition) -> Sharing:
    return sharing(petition)
