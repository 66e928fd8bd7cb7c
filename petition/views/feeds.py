"""The updates of a petition as Atom: all of them, or those of a tag."""

from __future__ import annotations

import datetime
import re
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from petition import figures, markdown
from petition.models import Petition, Tag, Update
from petition.pagecache import public_page
from petition.views.pages import public_petition
from petition.views.updates import published

IN_FEED = 20

# What is pasted from a word processor can hold what is no letter in XML 1.0; with one of them no reader reads the feed.
NO_LETTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Channel(NamedTuple):
    petition: Petition
    tag: Tag | None


def _legible(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: NO_LETTER.sub("", value) if isinstance(value, str) else value for name, value in fields.items()}


class WholeEntries(Atom1Feed):
    """Atom whose entries hold their whole text, and say so where it is in another language than the feed."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**_legible(fields))

    def add_item(self, **fields: Any) -> None:  # type: ignore[override]  # Feed names each
        super().add_item(**_legible(fields))

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class UpdatesFeed(Feed):
    feed_type = WholeEntries

    def get_object(self, request: HttpRequest, slug: str, tag: str = "") -> Channel:  # type: ignore[override]
        petition = public_petition(slug)
        return Channel(petition, get_object_or_404(Tag, slug=tag) if tag else None)

    def title(self, channel: Channel) -> str:
        if channel.tag is None:
            return str(channel.petition)
        return _("%(petition)s: updates tagged “%(tag)s”") % {"petition": channel.petition, "tag": channel.tag}

    def link(self, channel: Channel) -> str:
        return self._address(channel, "updates", "updates_tag")

    def feed_url(self, channel: Channel) -> str:
        return self._address(channel, "updates_feed", "updates_tag_feed")

    def _address(self, channel: Channel, whole: str, tagged: str) -> str:
        petition, tag = channel
        page = reverse(tagged, args=[petition.slug, tag.slug]) if tag else reverse(whole, args=[petition.slug])
        return settings.SITE_URL + page

    def author_name(self, channel: Channel) -> str:
        return channel.petition.organiser_km if get_language() == "km" else channel.petition.organiser_en

    def items(self, channel: Channel) -> list[Update]:
        rows = published(channel.petition)
        return list((rows.filter(tags=channel.tag) if channel.tag else rows)[:IN_FEED])

    def item_title(self, item: Update) -> str:  # type: ignore[override]
        return item.title

    def item_description(self, item: Update) -> str:  # type: ignore[override]
        return markdown.render(item.lead, base=self.item_link(item))

    def item_extra_kwargs(self, item: Update) -> dict[str, str]:
        pictures = figures.figures(item, base=settings.SITE_URL)
        content = markdown.render(item.body, figures=pictures, base=self.item_link(item))
        return {"content": content, "language": item.language}

    def item_link(self, item: Update) -> str:  # type: ignore[override]
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Update) -> str:
        return self.item_link(item)

    def item_author_name(self, item: Update) -> str | None:
        return item.byline or None

    def item_pubdate(self, item: Update) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(item.published_on, datetime.time(12)))

    def item_updateddate(self, item: Update) -> datetime.datetime:
        return item.changed_at

    def item_categories(self, item: Update) -> list[str]:
        return [NO_LETTER.sub("", str(tag)) for tag in item.tags.all()]


updates_feed = public_page(UpdatesFeed())
