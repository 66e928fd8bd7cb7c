"""Public pages, kept rendered in the process for a few seconds, so that all can open a shared link at once.

The middleware stands first, so a kept page costs neither a session nor a language nor a query. A view says with
`@public_page` that its answer is the same for everyone; what a view without the mark answers is never touched.
"""

from __future__ import annotations

import datetime
import functools
import gzip
import hashlib
import math
import re
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from petition import switches

Page = Callable[..., HttpResponseBase]
Key = tuple[bool, str, str]  # over TLS, host as asked for, path
Headers = dict[str, str]

MAX_PAGES = 1000
MAX_BYTES = 64 * 1024 * 1024
MAX_PAGE_BYTES = 2 * 1024 * 1024

# While one thread renders, the others hand out what there is, if it is not older than this (seconds).
STALE_WHILE_RENDERING = 60
# Where rendering fails, the last good page is better than an error for a day: so we do, and so we tell the caches.
STALE_IF_ERROR = 24 * 60 * 60
# After a failure the next try waits (seconds): a database that is down must not take every thread with it.
RETRY_AFTER = 5
# How long a thread waits for another one's page (seconds) before it renders for itself.
PATIENCE = 10

# What Facebook and the like add to each shared link: no page reads it, and each visitor's would be a page of its own.
TRACKING = re.compile(r"(?:(?:fbclid|gclid|igsh|igshid|mibextid|si|utm_[a-z_]+)=[^&]*(?:&|\Z))+")

# Each rendering has its own, and an older one is as good: a weak ETag says what a page means, and so leaves it out.
STAMP = re.compile(rb'(<input type="hidden" name="stamp" value=")[^"]*')

# The smaller first. Brotli 5 makes 8 % less of a petition page than gzip 6, in half the time; Brotli 11 takes 0.1 s.
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
ACCEPTED = re.compile(r"(?:\A|,)\s*(br|gzip)\s*(?:;\s*q=([01](?:\.\d*)?)\s*)?(?=,|\Z)", re.IGNORECASE)
COMPRESSIBLE = re.compile(r"text/|application/(?:json|xml|[a-z]+\+xml)|image/svg\+xml")

# The moments at which the page that is being made here changes by itself.
_changes: ContextVar[list[datetime.datetime] | None] = ContextVar("changes", default=None)


def changes_at(moment: datetime.datetime) -> None:
    """Said while a public page is made: from then on it tells another thing, and no cache hands out a copy of it."""
    if (moments := _changes.get()) is not None:
        moments.append(moment)


def public_page(page: Page) -> Page:
    """The mark: this view's answer holds no cookie, no token and nothing of who asks. It may differ by language only
    where the address begins with the language; elsewhere it is the same for all. Such a view only shows: any other
    method is 405, which needs no CSRF token to be told so."""

    @csrf_exempt
    @require_safe
    @functools.wraps(page)
    def marked(*args: object, **kwargs: object) -> HttpResponseBase:
        moments: list[datetime.datetime] = []
        token = _changes.set(moments)
        try:
            response = page(*args, **kwargs)
        finally:
            _changes.reset(token)
        response.is_public_page = True  # type: ignore[attr-defined]
        inner = getattr(response, "changes_at", None)
        response.changes_at = min([*moments, *([inner] if inner else [])], default=None)  # type: ignore[attr-defined]
        return response

    return marked


def public_page_for(seconds: int) -> Callable[[Page], Page]:
    """The same mark, for what is dear to render and need not be new: here and in every cache it is kept at least so
    long."""

    def mark(page: Page) -> Page:
        @functools.wraps(page)
        def kept_longer(*args: object, **kwargs: object) -> HttpResponseBase:
            response = page(*args, **kwargs)
            response.kept_at_least = seconds  # type: ignore[attr-defined]
            return response

        return public_page(kept_longer)

    return mark


@dataclass(slots=True)
class Kept:
    """A rendered page, ready to go, as (body, headers): `plain`, and by its coding each form that saves something."""

    etag: str
    made: float  # time.monotonic()
    plain: tuple[bytes, Headers]
    small: dict[str, tuple[bytes, Headers]]
    size: int  # bytes of all forms
    at_least: int = 0  # seconds
    until: float = math.inf  # time.monotonic() when it changes by itself
    under: switches.Switches = field(default_factory=switches.Switches)  # what was turned on when it was made


@dataclass(slots=True)
class Slot:
    """The place of one page. The lock is held by the thread that renders; a page is replaced whole."""

    page: Kept
    failed: float = -math.inf  # time.monotonic() of the last try that failed
    rendering: threading.Lock = field(default_factory=threading.Lock)

    def is_good(self, seconds: int) -> bool:
        now = time.monotonic()
        is_new = now < self.page.until and now - self.page.made < max(seconds, self.page.at_least)
        return self.is_of_now() and (is_new or now - self.failed < RETRY_AFTER)

    def may_be_shown(self) -> bool:
        """While somebody else renders."""
        now = time.monotonic()
        is_new = now < self.page.until and now - self.page.made < self.page.at_least + STALE_WHILE_RENDERING
        return self.is_of_now() and (is_new or self.failed > self.page.made)

    def is_of_now(self) -> bool:
        """Whether no switch was turned since it was made, or nothing newer could be made."""
        return self.page.under == switches.current() or self.failed > self.page.made


@functools.lru_cache(maxsize=256)
def accepted(header: str) -> tuple[str, ...]:
    """Which of our codings an Accept-Encoding takes, the smaller first."""
    taken = {coding.lower() for coding, weight in ACCEPTED.findall(header) if not weight or float(weight) > 0}
    return tuple(coding for coding in COMPRESS if coding in taken)


def cache_control(seconds: int, left: float = math.inf) -> str:
    """For so many seconds, and no longer than are left until the page changes by itself."""
    fresh = max(int(min(seconds, left)), 0)
    stale = max(int(min(STALE_WHILE_RENDERING, left - fresh)), 0)
    return f"public, max-age={fresh}, stale-while-revalidate={stale}, stale-if-error={STALE_IF_ERROR}"


def is_same_for_everyone(response: HttpResponseBase) -> bool:
    """Whether a marked view kept its promise, and the answer is one that can be handed out again."""
    return (
        getattr(response, "is_public_page", False)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "cookie" not in response.headers.get("Vary", "").lower()
        and "Cache-Control" not in response.headers
        and "'nonce-" not in response.headers.get("Content-Security-Policy", "")
    )


def keep(response: HttpResponse, seconds: int) -> Kept:
    """The page of a response for which is_same_for_everyone holds. One weak ETag names all its forms."""
    body = response.content
    at_least: int = getattr(response, "kept_at_least", 0)
    changes: datetime.datetime | None = getattr(response, "changes_at", None)
    left = math.inf if changes is None else (changes - timezone.now()).total_seconds()
    response.headers["Cache-Control"] = cache_control(max(seconds, at_least), left)
    unchanging = STAMP.sub(rb"\1", body)
    response.headers["ETag"] = etag = f'W/"{hashlib.blake2b(unchanging, digest_size=12).hexdigest()}"'
    vary = [word.strip() for word in response.headers.get("Vary", "").split(",")]
    response.headers.pop("Vary", None)
    if "Accept-Language" in vary:
        # No language in the address: LocaleMiddleware cannot know that the page is the same in all.
        response.headers.pop("Content-Language", None)
    patch_vary_headers(response, [*(word for word in vary if word not in ("", "Accept-Language")), "Accept-Encoding"])
    headers = dict(response.headers.items())
    small = {}
    if COMPRESSIBLE.match(headers.get("Content-Type", "")) and "Content-Encoding" not in headers:
        for coding, compress in COMPRESS.items():
            coded = compress(body)
            if len(coded) < len(body):
                small[coding] = coded, headers | {"Content-Encoding": coding, "Content-Length": str(len(coded))}
    return Kept(
        etag=etag,
        made=time.monotonic(),
        plain=(body, headers | {"Content-Length": str(len(body))}),
        small=small,
        size=len(body) + sum(len(coded) for coded, _ in small.values()),
        at_least=at_least,
        until=time.monotonic() + left,
    )


def answer(request: HttpRequest, page: Kept) -> HttpResponse:
    meta = request.META
    body, headers = page.plain
    for coding in accepted(meta.get("HTTP_ACCEPT_ENCODING", "")):
        if coding in page.small:
            body, headers = page.small[coding]
            break
    asked = meta.get("HTTP_IF_NONE_MATCH")
    if asked and (asked.strip() == "*" or page.etag in parse_etags(asked)):
        unchanged = HttpResponse(status=304, headers=headers)
        for name in ("Content-Type", "Content-Length", "Content-Encoding"):
            unchanged.headers.pop(name, None)
        return unchanged
    return HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)


class PageCacheMiddleware:
    """Must stand first: what the others add to a page (CSP, language, length) is kept with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.slots: dict[Key, Slot] = {}  # in the order of rendering: the first was rendered longest ago
        self.bytes = 0
        self.max_pages, self.max_bytes, self.max_page_bytes = MAX_PAGES, MAX_BYTES, MAX_PAGE_BYTES
        self.changing = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET" and request.method != "HEAD":
            return self.get_response(request)
        meta = request.META
        query = meta.get("QUERY_STRING")
        if query and TRACKING.fullmatch(query):
            meta["QUERY_STRING"] = query = ""
        seconds: int = settings.PAGE_CACHE_SECONDS
        if query or seconds <= 0:
            return self._pass_on(request, max(seconds, 0))
        key = (request.is_secure(), meta.get("HTTP_HOST", ""), request.path_info)
        slot = self.slots.get(key)
        if slot is None:
            return self._render(request, key, seconds)
        if slot.is_good(seconds):
            return answer(request, slot.page)
        return self._renew(request, key, slot, seconds)

    def _renew(self, request: HttpRequest, key: Key, slot: Slot, seconds: int) -> HttpResponseBase:
        """One thread renders; the others take what there is, or wait where that is too old to show."""
        alone = slot.rendering.acquire(blocking=False)
        if not alone:
            if slot.may_be_shown():
                return answer(request, slot.page)
            alone = slot.rendering.acquire(timeout=PATIENCE)
        try:
            if slot.is_good(seconds):
                return answer(request, slot.page)
            return self._render(request, key, seconds, slot)
        finally:
            if alone:
                slot.rendering.release()

    def _render(self, request: HttpRequest, key: Key, seconds: int, slot: Slot | None = None) -> HttpResponseBase:
        under = switches.current()
        response = self.get_response(request)
        if is_same_for_everyone(response):
            page = keep(response, seconds)  # type: ignore[arg-type]
            page.under = under
            if page.size <= self.max_page_bytes:
                self._store(key, page, slot)
            return self._swap(request, response, page)
        if slot is None:
            return response
        if response.status_code >= 500 and time.monotonic() - slot.page.made < STALE_IF_ERROR:
            slot.failed = time.monotonic()
            return self._swap(request, response, slot.page)
        self._drop(key)
        return response

    def _pass_on(self, request: HttpRequest, seconds: int) -> HttpResponseBase:
        """A marked page that is not kept (a query, or the cache is off) still gets its ETag and its headers."""
        response = self.get_response(request)
        if not is_same_for_everyone(response):
            return response
        return self._swap(request, response, keep(response, seconds))  # type: ignore[arg-type]

    @staticmethod
    def _swap(request: HttpRequest, response: HttpResponseBase, page: Kept) -> HttpResponse:
        """The kept form in place of the rendered response, which is closed as the server would have."""
        swapped = answer(request, page)
        swapped._resource_closers = response._resource_closers  # type: ignore[attr-defined]
        return swapped

    def _store(self, key: Key, page: Kept, slot: Slot | None) -> None:
        with self.changing:
            old = self.slots.pop(key, None)
            if old is not None:
                self.bytes -= old.page.size
            slot = slot or old or Slot(page)
            slot.page = page
            self.slots[key] = slot
            self.bytes += page.size
            while len(self.slots) > self.max_pages or self.bytes > self.max_bytes:
                self._forget(next(iter(self.slots)))

    def _drop(self, key: Key) -> None:
        with self.changing:
            self._forget(key)

    def _forget(self, key: Key) -> None:
        slot = self.slots.pop(key, None)
        if slot is not None:
            self.bytes -= slot.page.size
