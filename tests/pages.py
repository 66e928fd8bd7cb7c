"""A page as its reader finds it: language, title, what stands in the forms, where links lead, which words are read."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

VOID = {"meta", "link", "input", "br", "wbr", "hr", "img"}


class Page(HTMLParser):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = self.title = ""
        self.ids: list[str] = []
        self.values: dict[str, str] = {}  # of each field that would be sent, as it stands
        self.offered: set[str] = set()  # the names of all fields
        self.stamp = ""  # of the sign form: not a value, since each rendering has its own
        self.posts: list[str] = []  # where its forms are sent
        self.links: list[tuple[str, str]] = []  # (href, words)
        self.summary: list[tuple[str, str]] = []  # those in the error summary
        self.head: dict[str, str] = {}  # canonical, hreflang and the like, by what they are
        self.words = ""
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._field = ""
        self.feed(response.content.decode("utf-8"))
        self.close()
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag not in VOID:
            self._open.append((tag, given))
        handler = getattr(self, f"_{tag}", None)
        if handler:
            handler(given)

    def _html(self, given: dict[str, Any]) -> None:
        self.lang = given.get("lang", "")

    def _link(self, given: dict[str, Any]) -> None:
        self.head[given.get("hreflang") or given.get("rel") or ""] = given.get("href", "")

    def _form(self, given: dict[str, Any]) -> None:
        if given.get("method") == "post":
            self.posts.append(given.get("action", ""))

    def _a(self, given: dict[str, Any]) -> None:
        self.links.append((given.get("href", ""), ""))
        if any("error-summary" in (attrs.get("class") or "") for _, attrs in self._open):
            self.summary.append((given.get("href", ""), ""))

    def _input(self, given: dict[str, Any]) -> None:
        name, kind = given.get("name"), given.get("type")
        if not name:
            return
        self.offered.add(name)
        if kind in ("radio", "checkbox"):
            if "checked" in given:
                self.values[name] = given.get("value", "on")
        elif name == "stamp":
            self.stamp = given.get("value", "")
        elif kind != "submit":
            self.values[name] = given.get("value", "")

    def _textarea(self, given: dict[str, Any]) -> None:
        self._field = given["name"]
        self.offered.add(self._field)
        self.values[self._field] = ""

    def _select(self, given: dict[str, Any]) -> None:
        self._field = given["name"]
        self.offered.add(self._field)
        self.values[self._field] = ""

    def _option(self, given: dict[str, Any]) -> None:
        if "selected" in given:
            self.values[self._field] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "textarea":
            # The line end that follows the tag is no part of what was written.
            self.values[self._field] = self.values[self._field].removeprefix("\n")

    def handle_data(self, data: str) -> None:
        inside = self._open[-1][0] if self._open else ""
        if inside == "title":
            self.title += data
        if inside == "textarea":
            self.values[self._field] += data
        if inside not in ("script", "style", "title", "textarea", "option"):
            self.words += data
        if any(tag == "a" for tag, _ in self._open):
            self._extend(self.links, data)
            if any("error-summary" in (attrs.get("class") or "") for _, attrs in self._open):
                self._extend(self.summary, data)

    @staticmethod
    def _extend(links: list[tuple[str, str]], data: str) -> None:
        href, words = links[-1]
        links[-1] = href, words + data
