"""Mail domains: the well-known ones, slips of the finger beside them, and those whose mailboxes live for minutes."""

from __future__ import annotations

from disposable_email_domains import blocklist

# Whose mailboxes belong to so many that a number of signatures from one says nothing, and that are never a slip.
KNOWN = frozenset(
    """
    126.com 163.com aol.com att.net bell.net bigpond.com bluewin.ch btinternet.com comcast.net cox.net daum.net
    email.com fastmail.com free.fr freenet.de gmail.com gmx.ch gmx.com gmx.de gmx.fr gmx.net googlemail.com
    hanmail.net hey.com hotmail.ca hotmail.co.th hotmail.co.uk hotmail.com hotmail.com.au hotmail.de hotmail.fr
    icloud.com laposte.net live.ca live.co.uk live.com live.com.au live.fr mac.com mail.com mail.ru mailbox.org
    me.com msn.com naver.com online.com.kh optusnet.com.au orange.fr outlook.com outlook.com.au outlook.fr pm.me
    posteo.de proton.me protonmail.ch protonmail.com qq.com rocketmail.com sbcglobal.net sfr.fr t-online.de
    telstra.com tuta.com tuta.io tutanota.com verizon.net wanadoo.fr web.de windowslive.com yahoo.ca yahoo.co.jp
    yahoo.co.th yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.kh yahoo.com.vn yahoo.de yahoo.fr yandex.com yandex.ru
    ymail.com zoho.com
    """.split()
)

# Nobody's (RFC 2606, RFC 6761): whoever tries the site out with them has a mail server that takes them.
RESERVED = ("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org")

# What a slip most likely meant, the likeliest first.
MEANT = (
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "protonmail.com",
    "yahoo.fr",
    "hotmail.fr",
)


def of(email: str) -> str:
    """The domain of an address, in lower case and in its ASCII form. Raises ValueError where it has none."""
    return email.strip().lower().rpartition("@")[2].encode("idna").decode()


def is_reserved(domain: str) -> bool:
    """Whether no mail of the world's ever reaches it."""
    return any(domain == name or domain.endswith(f".{name}") for name in RESERVED)


def is_disposable(domain: str) -> bool:
    """Whether it, or a domain above it, gives mailboxes away for minutes: whoever knows their name can read most."""
    labels = domain.split(".")
    return any(".".join(labels[place:]) in blocklist for place in range(len(labels) - 1))


def meant(domain: str) -> str:
    """The well-known domain that is one slip away: a letter too many, too few or wrong, or two in the wrong order. ""
    where none is. The first letter is taken to be right: anybody may have named a domain fmail.com on purpose."""
    if domain in KNOWN:
        return ""
    return next((known for known in MEANT if known[0] == domain[:1] and _one_slip(domain, known)), "")


def _one_slip(typed: str, known: str) -> bool:
    if len(typed) != len(known):
        longer, shorter = sorted((typed, known), key=len, reverse=True)
        return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    wrong = [place for place, letter in enumerate(typed) if letter != known[place]]
    if len(wrong) == 2:
        one, two = wrong
        return two == one + 1 and typed[one] == known[two] and typed[two] == known[one]
    return len(wrong) == 1
