"""The conditions of a sweep as staff read them. Of a network and a name nobody knows more than that there is one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from petition.templatetags import language
from signatures import suspicion
from signatures.choices import Origin, State
from signatures.models import Sweep

# Where so many people have their mail that the domain alone says nothing of fraud.
BIG_DOMAINS = frozenset(
    "gmail.com yahoo.com hotmail.com outlook.com live.com msn.com icloud.com me.com aol.com protonmail.com proton.me "
    "gmx.de gmx.net web.de mail.com yandex.ru mail.ru qq.com naver.com orange.fr free.fr wanadoo.fr laposte.net "
    "yahoo.fr hotmail.fr yahoo.com.au bigpond.com online.com.kh comcast.net".split()
)


class Condition(NamedTuple):
    label: str
    value: str
    note: str = ""


def _day(iso: str) -> str:
    return language.day(datetime.date.fromisoformat(iso))


def _signal(codes: list[str]) -> str:
    found = suspicion.SIGNALS.get(codes[0])
    return str(found.sentence) if found else codes[0]


def is_of_big_domain(sweep: Sweep) -> bool:
    return sweep.conditions.get("domain") in BIG_DOMAINS


def conditions(sweep: Sweep) -> list[Condition]:
    given = sweep.conditions
    return [*_hashed(sweep, given), *_plain(given)]


def _hashed(sweep: Sweep, given: dict[str, Any]) -> list[Condition]:
    like = _("that of signature %(number)s") % {"number": language.digits(given["like"])} if "like" in given else ""
    found: list[Condition] = []
    if sweep.network_hashes is not None:
        note = _("Found among those of the same day.")
        if since := given.get("network_since"):
            note = _("Found back to %(day)s: what is older cannot be found by its network.") % {"day": _day(since)}
        found.append(Condition(_("network"), like or _("one network, not kept"), note))
    if sweep.domain_hash is not None:
        found.append(Condition(_("mail domain"), given.get("domain") or like))
    if sweep.name_hash is not None:
        found.append(Condition(_("name"), like or _("one name, not kept")))
    return found


def _plain(given: dict[str, Any]) -> list[Condition]:
    words: dict[str, tuple[str, Callable[[Any], str]]] = {
        "country": (_("country"), language.country),
        "signed_from": (_("signed from"), _day),
        "signed_to": (_("signed until"), _day),
        "score_from": (_("score from"), language.number),
        "score_to": (_("score up to"), language.number),
        "signal": (_("signal"), _signal),
        "origin": (_("origin"), lambda value: str(dict(Origin.choices).get(value, value))),
        "language": (_("language"), lambda value: _("Khmer") if value == "km" else _("English")),
        "state": (_("state"), lambda value: str(dict(State.choices).get(value, value))),
        "first": (_("from number"), language.digits),
        "last": (_("up to number"), language.digits),
    }
    return [Condition(label, write(given[name])) for name, (label, write) in words.items() if name in given]
