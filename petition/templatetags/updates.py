"""An update's text in the page's language, or in the only one it has."""

from __future__ import annotations

from html import unescape

from django import template
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from petition import figures, markdown
from petition.models import Update, UpdatePicture

register = template.Library()

# Beside the lead on a desk, above it on a phone (updates.css).
IN_LIST = "(min-width: 40rem) 12rem, 100vw"


@register.filter
def story(update: Update, top: int = 2) -> SafeString:
    """The whole text, its pictures where they belong. `top` is the level of its highest heading."""
    html = markdown.render(update.body, top=top, figures=figures.figures(update))
    return mark_safe(html)  # noqa: S308 - cleaned


@register.filter
def teaser(update: Update, top: int = 3) -> SafeString:
    """The lead, without its pictures."""
    nothing = dict.fromkeys(update.numbered_pictures, "")
    return mark_safe(markdown.render(update.lead, top=top, figures=nothing))  # noqa: S308 - cleaned


@register.filter
def gist(update: Update) -> str:
    """The first paragraph as plain text, for what a search or a shared link shows."""
    return unescape(strip_tags(teaser(update))).strip().partition("\n")[0]


@register.filter
def thumbnail(picture: UpdatePicture) -> SafeString:
    return figures.image(picture, sizes=IN_LIST)
