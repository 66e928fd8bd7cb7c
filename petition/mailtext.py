"""Organisers' Markdown as it goes into a mail: without pictures, as HTML and as plain text."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from petition.markdown import ATTRIBUTES, TAGS

_markdown = MarkdownIt("commonmark", {"html": False})


def _tokens(words: str, base: str) -> list[Token]:
    """`base`: the full address of the page that a link is written for."""
    tokens = _markdown.parse(words)
    for token in tokens:
        token.children = [child for child in token.children or [] if child.type != "image"]
        for link in (child for child in token.children if child.type == "link_open"):
            link.attrSet("href", urljoin(base, str(link.attrGet("href"))))
    return tokens


def as_html(words: str, base: str) -> SafeString:
    """Safe HTML of which a mail program fetches nothing."""
    html = _markdown.renderer.render(_tokens(words, base), _markdown.options, {})
    tags, schemes = TAGS - {"figure"}, {"http", "https", "mailto"}
    cleaned = nh3.clean(html, tags=tags, attributes=ATTRIBUTES, url_schemes=schemes, link_rel=None)
    return mark_safe(re.sub(r"<p>\s*</p>\n?", "", cleaned))  # noqa: S308 - cleaned


def as_text(words: str, base: str) -> str:
    """Plain text that reads well: paragraphs, points of a list each on a line, where a link leads behind its words."""
    blocks: list[str] = []
    marks: list[str] = []  # of the lists that are open: "-", or the next number
    lead = ""  # what the next block begins with
    for token in _tokens(words, base):
        match token.type:
            case "bullet_list_open":
                marks.append("-")
            case "ordered_list_open":
                marks.append(str(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                marks.pop()
            case "list_item_open":
                is_numbered = marks[-1] != "-"
                lead = "  " * (len(marks) - 1) + (f"{marks[-1]}. " if is_numbered else "- ")
                marks[-1] = str(int(marks[-1]) + 1) if is_numbered else "-"
            case "hr":
                blocks.append("* * *")
            case "inline" | "fence" | "code_block":
                text = _inline(token) if token.type == "inline" else token.content.strip()
                if text:
                    blocks.append(lead + text)
                lead = ""
    return _joined(blocks)


def _inline(token: Token) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or []:
        match child.type:
            case "softbreak" | "hardbreak":
                parts.append("\n" if child.type == "hardbreak" else " ")
            case "link_open":
                links.append((str(child.attrs.get("href", "")), len(parts)))
            case "link_close":
                href, start = links.pop()
                if href != "".join(parts[start:]):
                    parts.append(f" ({href})")
            case _:
                parts.append(child.content)
    return "".join(parts).strip()


_POINT = re.compile(r" *(?:-|\d+\.) ")


def _joined(blocks: list[str]) -> str:
    """An empty line between blocks, but none between two points of a list."""
    text = ""
    for before, block in zip(["", *blocks], blocks, strict=False):
        between = "\n" if _POINT.match(before) and _POINT.match(block) else "\n\n"
        text += (between if text else "") + block
    return text
