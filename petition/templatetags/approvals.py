"""What the staff's first page tells of requests to a second person."""

from __future__ import annotations

from typing import Any

from django import template

from petition import approvals

register = template.Library()


@register.simple_tag(takes_context=True)
def requests_to_decide(context: Any) -> int:
    """How many wait for a word that this person may give."""
    user = context["request"].user
    names = [name for name, kind in approvals.kinds.items() if approvals.may_allow(kind, user)]
    waiting = approvals.open_requests().filter(kind__in=names, state=approvals.State.ASKED)
    return waiting.exclude(asked_by=user).count() if names else 0
