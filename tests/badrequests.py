"""Requests that nobody who means well sends: as bytes, endless, the same for the same seed.

None of them may change a row. A form is always wrong in one field at least, a token is never one of ours, and a POST to
a page of the staff carries no session.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

MARK = "<hatthalekha-"  # what never comes back as it was sent: then a page would have taken it for its own HTML

TEXTS = [
    "",
    " ",
    "\0",
    "\x00\x01\x1b[2J",
    "\r\nSet-Cookie: a=b",
    "\n\nBcc: you@example.org",
    MARK + "script>alert(1)</script>",
    '"' + MARK + "img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% debug %}",
    "${7*7}#{7*7}",
    "' OR 1=1; DROP TABLE signatures_signature; --",
    "1) UNION SELECT * FROM auth_user --",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "javascript:alert(1)",
    "%00%0d%0a%ff",
    "\u202eabc\u2066",
    "\u200b" * 50,
    "ក្" * 300,
    "Z̷͎̈́" * 200,
    "😀" * 60,
    "ᄀ" * 300,
    "𝕊𝕠𝕜𝕙𝕒",
    "-1",
    "0",
    "99999999999999999999999999",
    "1e309",
    "NaN",
    "٣٤",
    "២០២៦",
    "null",
    "[object Object]",
    "a" * 5000,
    "=cmd|' /C calc'!A0",
    "() { :; }; echo",
    "\udcff",
    "Chan Sokha",
    "sokha@example.org",
]
BYTES = [b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"%", b"%zz", b"%u0041", b"\x80" * 40]
SLUGS = ["paris-peace-agreement", "no-such-petition", "PARIS-PEACE-AGREEMENT"]
PAGES = [
    *["", "sign/", "sent/", "thanks/", "signatures/", "numbers/", "recipients/", "updates/", "updates/feed/"],
    *["updates/{}/", "updates/tags/{}/", "updates/tags/{}/feed/", "embed/", "share.png", "qr.svg", "verify/", "{}/"],
]
OWN = ["", "confirm/", "reject/", "choices/", "withdraw/", "unsubscribe/", "{}/"]
PLACES = [
    *["/", "/km/", "/en/", "/fr/", "/km", "//", "/healthz", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"],
    *["/km/privacy/", "/en/about/", "/en/accessibility/", "/km/api/", "/media/{}", "/static/{}", "/api/{}"],
    *["/api/petitions/", "/api/petitions/{}.json", "/api/petitions/paris-peace-agreement.json", "/api/oembed/"],
    *["/admin/", "/admin/login/", "/admin/logout/", "/admin/language/setlang/", "/admin/jsi18n/", "/admin/{}/"],
    *["/admin/auth/user/", "/admin/auth/user/1/password/", "/admin/signatures/signature/", "/admin/petition/petition/"],
    *["/admin/signatures/queue/", "/admin/delivery/delivery/", "/.git/config", "/.env", "/wp-login.php"],
]
METHODS = [*["GET"] * 8, *["POST"] * 8, "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "BREW"]
PARAMETERS = ["before", "page", "q", "language", "next", "url", "maxwidth", "maxheight", "format", "number", "saved"]
FIELDS = [
    "name",
    "email",
    "country",
    "city",
    "visibility",
    "comment",
    "updates",
    "agree",
    "website",
    "receipt",
    "delivery",
]
GOOD = {
    "name": "Chan Sokha",
    "email": "sokha@example.org",
    "country": "KH",
    "city": "Siem Reap",
    "visibility": "public",
    "comment": "Peace.",
    "agree": "on",
}
HEADERS = [
    *["Accept-Language", "Accept", "Accept-Encoding", "Cookie", "Referer", "User-Agent", "Range", "If-None-Match"],
    *["If-Modified-Since", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Authorization"],
    *["X-HTTP-Method-Override", "X-CSRFToken", "Upgrade", "Sec-Fetch-Site", "Origin", "X-Original-URL", "TE"],
]
VALUES = [
    *["km", "en;q=0.5, *;q=nonsense", "gzip;q=0, br;q=2", "bytes=0-18446744073709551615", 'W/"', "*", "cross-site"],
    *["staff_session=" + "a" * 32, "staff_session=..; csrftoken=x", "null", "127.0.0.1, ::1, what", "for=unknown"],
    *[
        "Thu, 31 Feb 1970 25:61:61 GMT",
        "https://elsewhere.example",
        "same-origin",
        "websocket",
        "Basic !!!",
        "trailers",
    ],
]
LAST = [b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: what\r\n", b"Expect: 1\r\n", b"x\r\n"]
KINDS = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=hex",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "y" * 300,
    "application/json",
    "text/xml; charset=\xff",
    "",
]

Dice = random.Random


def _text(dice: Dice) -> str:
    if dice.random() < 0.3:
        return "".join(chr(dice.choice((dice.randrange(1, 0x250), dice.randrange(0x1780, 0x1800)))) for _ in range(9))
    return dice.choice(TEXTS)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _segment(dice: Dice) -> str:
    return quote(_raw(_text(dice)), safe="") if dice.random() < 0.8 else quote(dice.choice(BYTES), safe="%")


def _token(dice: Dice) -> str:
    length = dice.choice((0, 1, 15, 16, 24, 31, 32, 33, 48, 64, 2000))
    token = base64.urlsafe_b64encode(dice.randbytes(length)).decode().rstrip("=")
    return token if dice.random() < 0.8 else _segment(dice)


def _path(dice: Dice) -> str:
    language = dice.choice(("km", "en"))
    kind = dice.random()
    if kind < 0.5:
        slug = dice.choice(SLUGS) if dice.random() < 0.8 else _segment(dice)
        path = f"/{language}/petitions/{slug}/" + dice.choice(PAGES).format(_segment(dice))
    elif kind < 0.7:
        path = f"/{language}/s/{_token(dice)}/" + dice.choice(OWN).format(_segment(dice))
    else:
        path = dice.choice(PLACES).format(_segment(dice))
    if dice.random() < 0.4:
        pairs = [(dice.choice(PARAMETERS), _raw(_text(dice))) for _ in range(dice.randrange(1, 4))]
        path += "?" + urlencode(pairs)
    return path


def _form(dice: Dice) -> list[tuple[str, str]]:
    """A form of a signature that cannot be taken: a field that must be there is missing or not what it must be."""
    form = dict(GOOD)
    for name in dice.sample(FIELDS, dice.randrange(0, 4)):
        form[name] = _text(dice)
    spoil: Callable[[], object] = dice.choice(
        [
            lambda: form.pop("agree", None),
            lambda: form.pop("visibility", None),
            lambda: form.update(visibility="everyone"),
            lambda: form.update(country="ZZ"),
            lambda: form.update(email="no address"),
            lambda: form.update(email="a@b@c"),
            lambda: form.update(email='"\0"@example.org'),
            lambda: form.update(name=" "),
            lambda: form.update(name="a" * 5000),
            lambda: form.update(comment="b" * 5000, visibility="public"),
            lambda: form.update(website="https://example.org"),
        ]
    )
    spoil()
    pairs = list(form.items())
    if dice.random() < 0.1:
        pairs += [(dice.choice(FIELDS), _text(dice)) for _ in range(dice.choice((1, 5, 3000)))]
    dice.shuffle(pairs)
    return pairs


def _body(dice: Dice, kind: str) -> bytes:
    if kind.startswith("multipart"):
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + _raw(value) + b"\r\n"
            for name, value in _form(dice)
        ]
        body = b"".join(parts) + dice.choice((b"--x--\r\n", b"--x", b"", dice.randbytes(30)))
    elif dice.random() < 0.85:
        body = urlencode([(name, _raw(value)) for name, value in _form(dice)]).encode()
    else:
        body = dice.choice(
            (b"", b"{}", b"[" * 3000, b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>")
        )
    # Spoiled bytes: never so that a good form comes out, since what is spoiled only adds faults.
    return body + dice.choice(BYTES) if dice.random() < 0.1 else body


def _header(dice: Dice) -> bytes:
    value = dice.choice(VALUES) if dice.random() < 0.7 else _text(dice)[:4000]
    return f"{dice.choice(HEADERS)}: ".encode() + _raw(value).replace(b"\n", b" ").replace(b"\r", b" ") + b"\r\n"


def _request(dice: Dice, host: str) -> bytes:
    method, kind = dice.choice(METHODS), dice.choice(KINDS)
    version = "HTTP/1.1" if dice.random() < 0.97 else dice.choice(("HTTP/1.0", "HTTP/0.9", "HTTP/3.0", "HTTP/x", ""))
    named = host if dice.random() < 0.95 else dice.choice(("", "elsewhere.example", "a b", "[::", host + "@x"))
    head = f"{method} {_path(dice)} {version}\r\nHost: {named}\r\nConnection: close\r\n".encode()
    head += b"".join(_header(dice) for _ in range(dice.randrange(0, 5)))
    body = _body(dice, kind) if method not in ("GET", "HEAD") or dice.random() < 0.05 else b""
    if body:
        length = str(len(body)) if dice.random() < 0.96 else dice.choice(("-1", "x", "0", "1", str(len(body) + 9)))
        head += f"Content-Type: {kind}\r\nContent-Length: {length}\r\n".encode("latin-1")
    if dice.random() < 0.01:
        head += dice.choice(
            (b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: what\r\n", b"Expect: 1\r\n", b"x\r\n")
        )
    return head + b"\r\n" + body


def requests(host: str, seed: int) -> Iterator[bytes]:
    """Endless requests to `host` ("127.0.0.1:8000"), each to be sent on a connection of its own."""
    dice = random.Random(seed)
    while True:
        yield _request(dice, host)
