"""Organisers' Markdown as safe HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import urljoin

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# What commonmark makes, but pictures: they would be fetched from elsewhere. Raw HTML is shown as typed, so a <figure>
# is always ours: it holds the number of a picture, and what stands for it is put in after the cleaning.
TAGS = {
    *("p", "br", "hr", "em", "strong", "a", "code", "pre", "blockquote", "ul", "ol", "li", "figure"),
    *("h2", "h3", "h4", "h5", "h6"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
FIGURE = re.compile(r"<figure>(\d+)</figure>\n?")
_markdown = MarkdownIt("commonmark", {"html": False})


def _show_description(renderer: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return escape(tokens[index].content)


def _show_place(renderer: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return f"<figure>{tokens[index].content}</figure>\n"


_markdown.add_render_rule("image", _show_description)
_markdown.add_render_rule("picture", _show_place)


def render(words: str, *, top: int = 2, figures: Mapping[str, str] | None = None, base: str = "") -> str:
    """Safe HTML. `top` is the level of the highest heading. `figures` is the HTML of the pictures by number, which
    stands where `![](number)` does; any other picture becomes its description. With `base`, the page's full address,
    links are absolute."""
    figures = figures or {}
    tokens = _lift_pictures(_markdown.parse(words), figures)
    _fit_headings(tokens, top)
    for link in _links(tokens) if base else ():
        link.attrSet("href", urljoin(base, str(link.attrGet("href"))))
    clean = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return FIGURE.sub(lambda place: figures[place[1]], clean)


def _fit_headings(tokens: list[Token], top: int) -> None:
    """The highest level used becomes `top`, the next `top` + 1: no level is left out under the page's own."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(top + levels.index(token.tag), 6)}"


def _links(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (child for child in token.children or () if child.type == "link_open")


def _lift_pictures(tokens: list[Token], figures: Mapping[str, str]) -> list[Token]:
    """A figure cannot stand in a paragraph: each known picture moves behind the block that names it, and a block of
    which nothing else is left goes."""
    lifted: list[Token] = []
    places: list[Token] = []
    is_empty = False
    for token in tokens:
        if token.type == "inline":
            places, is_empty = _take_pictures(token, figures)
            if is_empty:
                lifted.pop()  # what opened the block
            else:
                lifted.append(token)
        elif places:  # what closes it
            lifted += places if is_empty else [token, *places]
            places = []
        else:
            lifted.append(token)
    return lifted


def _take_pictures(inline: Token, figures: Mapping[str, str]) -> tuple[list[Token], bool]:
    """The places of the known pictures, taken out of the words, and whether no words are left. A picture that is a link
    stays in it as its description."""
    places, words, depth = [], [], 0
    for child in inline.children or []:
        depth += child.nesting if child.type in ("link_open", "link_close") else 0
        number = str(child.attrGet("src")) if child.type == "image" else ""
        if number in figures and not depth:
            places.append(Token("picture", "figure", 0, content=number))
        else:
            words.append(child)
    inline.children = words
    is_empty = all(child.type in ("softbreak", "hardbreak") or not child.content.strip() for child in words)
    return places, bool(places) and is_empty
