"""Copies of all public pages as files, made beforehand: what the site shows while the database is down, or while the
switch says so. A web server in front can hand out the same folder."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.urls import resolve
from django.utils import timezone, translation

from petition import files, switches

FIRST = ("/km/", "/en/", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt")
# What leads to a page of the site, or to a picture. Pages of signers and of the staff are never looked at; the JSON is
# for programs, which can wait.
LINK = re.compile(r'(?:href|src|content)="([^"?#\s]+)|(/media/[\w.-]+)')
NOT_PUBLIC = re.compile(r"/(?:admin|api|static)/|/(?:km|en)/s/")
LANGUAGE = re.compile(r"/(km|en)/")
SAFE = re.compile(r"(?:/(?!\.\.?(?:/|\Z))[\w.-]+)*/?", re.ASCII)
MOST = 20_000  # pages


def folder() -> Path:
    """Where the copies are: a link to the folder that was made last."""
    return settings.VAR_DIR / "fallback"


def write() -> int:
    """Render every public page that a reader can come to, and put the copies in the place of those before, all at once.
    Returns how many there are. Where anything fails, those before stay."""
    made_at = timezone.now()
    place = folder()
    fresh = files.make_folder(place.with_name(f"fallback-{made_at:%Y%m%dT%H%M%S%f}"))
    fresh.chmod(0o755)
    try:
        # Nobody can sign on a copy: instead of the form it says so.
        with switches.assumed(pause_signing=True, fallback=False):
            n = sum(_store(fresh, path, response) for path, response in _pages(made_at))
        link = place.with_name(f"{fresh.name}.link")
        link.symlink_to(fresh.name)
        os.replace(link, place)
    except BaseException:
        files.clear(fresh)
        raise
    for old in place.parent.glob("fallback-*"):
        if old.name < fresh.name:
            files.clear(old)
    return n


def _pages(made_at: Any) -> Iterator[tuple[str, HttpResponse]]:
    """Each public page with its address, from the first ones along the links between them."""
    known, left = set(FIRST), list(FIRST)
    while left and len(known) < MOST:
        path = left.pop()
        response = _ask(path, made_at)
        if response is None:
            continue
        yield path, response
        if response.headers.get("Content-Type", "").startswith("text/html"):
            fresh = [link for link in _links(response.content.decode()) if link not in known]
            known.update(fresh)
            left += dict.fromkeys(fresh)


def _links(html: str) -> Iterator[str]:
    for named, picture in LINK.findall(html):
        link = unescape(named or picture).removeprefix(settings.SITE_URL)
        if link.startswith("/") and not link.startswith("//") and not NOT_PUBLIC.match(link):
            yield unquote(link)


def _ask(path: str, made_at: Any) -> HttpResponse | None:
    """The page as its view makes it, without the middleware; None for what is no public page, or is not there."""
    site = urlsplit(settings.SITE_URL)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "HTTP_HOST": site.netloc,
            "SERVER_NAME": site.hostname,
            "SERVER_PORT": str(site.port or 80),
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": io.BytesIO(),
        }
    )
    request.fallback_made_at = made_at  # type: ignore[attr-defined]
    prefix = LANGUAGE.match(path)
    with translation.override(prefix[1] if prefix else settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
            response = match.func(request, *match.args, **match.kwargs)
        except Http404:
            return None
    is_public = getattr(response, "is_public_page", False) and response.status_code == 200 and not response.streaming
    return response if is_public else None


def _name(path: str, content_type: str) -> str:
    """km/about/index.html: as a web server looks for it."""
    return path[1:] + ("" if not path.endswith("/") else "index.html" if "html" in content_type else "index.xml")


def _store(root: Path, path: str, response: HttpResponse) -> int:
    if not SAFE.fullmatch(path):
        return 0
    file = root / _name(path, response.headers.get("Content-Type", ""))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(response.content)
    return 1


TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
}


def stored(path: str) -> HttpResponse | None:
    """The copy of a page, where there is one. No question goes to the database."""
    path = quote(path, safe="/")
    if not SAFE.fullmatch(path):
        return None
    names = [f"{path}index.html", f"{path}index.xml"] if path.endswith("/") else [path]
    for name in names:
        file = folder() / name[1:]
        try:
            body = file.read_bytes()
        except OSError:
            continue
        response = HttpResponse(body, content_type=TYPES.get(file.suffix, "application/octet-stream"))
        if prefix := LANGUAGE.match(path):
            response.headers["Content-Language"] = prefix[1]
        return response
    return None


def made_at() -> float | None:
    """When the copies were made, in seconds since 1970; None where there are none."""
    try:
        return folder().stat().st_mtime
    except OSError:
        return None
