"""The links with which a petition is passed on, with words ready to send. They name the petition, and nothing of who
sends them: not even that they have signed."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from petition.models import Petition
from petition.templatetags.language import text


class Link(NamedTuple):
    service: str  # names its icon in static/css/petition.css
    name: str  # "" where it is no proper name: the page has a word of its own
    url: str


class Sharing(NamedTuple):
    url: str
    title: str
    words: str
    links: list[Link]

    @property
    def first(self) -> Link:
        """The one that most people here use."""
        return self.links[0]


def address(petition: Petition) -> str:
    """The petition's page in the language that is on."""
    return settings.SITE_URL + reverse("petition", args=[petition.slug])


def _words(petition: Petition, title: str) -> str:
    if petition.is_open:
        return gettext("“{title}”: please read this petition, and sign it if you agree.").format(title=title)
    return gettext("“{title}”: please read this petition.").format(title=title)


def _mail(title: str, words: str, url: str) -> str:
    body = gettext(
        "Hello,\n\n{words}\n\n{url}\n\nEach signer chooses for themselves who may see their name. It can stay secret."
    ).format(words=words, url=url)
    # RFC 6068: lines of a body are parted by %0D%0A.
    return f"mailto:?subject={quote(title, safe='')}&body={quote(body.replace(chr(10), chr(13) + chr(10)), safe='')}"


def sharing(petition: Petition) -> Sharing:
    """Everything that a page needs to pass a petition on, in the language that is on."""
    url, title = address(petition), text(petition, "short_title")
    words = _words(petition, title)
    link, saying, both = quote(url, safe=""), quote(words, safe=""), quote(f"{words}\n{url}", safe="")
    links = [
        Link("telegram", "Telegram", f"https://t.me/share/url?url={link}&text={saying}"),
        Link("facebook", "Facebook", f"https://www.facebook.com/sharer/sharer.php?u={link}"),
        Link("messenger", "Messenger", f"fb-messenger://share/?link={link}"),
        Link("whatsapp", "WhatsApp", f"https://wa.me/?text={both}"),
        Link("line", "LINE", f"https://social-plugins.line.me/lineit/share?url={link}&text={saying}"),
        Link("x", "X", f"https://x.com/intent/post?url={link}&text={saying}"),
        Link("mail", "", _mail(title, words, url)),
    ]
    return Sharing(url, title, words, links)
