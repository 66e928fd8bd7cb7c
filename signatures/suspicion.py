"""What is noticed of a signing that may be fraud: signals, each with a score and a sentence a volunteer understands.

Who signs is told nothing of it. A signature whose signals come to HOLD_AT is not counted when it is confirmed: it is
held, for a person to look at.

The numbers here are what a new site begins with; staff change them in the admin (SignalSetting, TrendLimit). Where they
come from:

- A network is an IPv4 /24 or an IPv6 /48. Cambodia's three mobile operators put their customers, millions each, behind
  a few hundred such networks at most, so one stands for tens of thousands of people. A wave that brings 5,000
  signatures in its best hour, half of them from phones in Cambodia and spread over no more than ten networks, makes 250
  an hour of each. So `network_burst` alone is only a hint, and `network_flood` needs four times that wave and at
  the same time most of all that comes in: an honest wave comes in from everywhere at once.
- A mail domain of one's own gives any number of mailboxes for nothing. A company or a school whose people sign together
  makes some dozens an hour; a hundred and more is nearly always a machine. The great providers (domains.KNOWN) are not
  counted: most people have their mailbox there, and each of those costs an attacker something.
- Names collide honestly: a few family names are borne by many Cambodians, and of 1,000 signers three or four may have
  the same full name in both parts. So a name counts by its share of all that comes in, and the share must be many times
  what chance makes of it.
- Words are passed on, and people copy them. A text is counted only from 20 characters on ("For peace" is everybody's
  own), and it too by its share.
- People come at random moments. That the gaps between signings of one network stay within a tenth of each other ten
  times in a row has, by chance, less than one in 10^12; that ten follow each other within a fifth of a second each,
  even where one signs every second, one in 10^7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOLD_AT = 100
NOTED_AT = 40  # from here on moderators are told, and nothing is let through unread
MOST = 999  # what the column keeps at most


@dataclass(frozen=True)
class Signal:
    """`code` is stored and never renamed; `score` alone says how far it goes towards HOLD_AT. Noticed above `least` (in
    about an hour, or in a row) where that is at least `percent` of all that came in."""

    code: str
    score: int
    sentence: str | Promise
    least: int = 0
    percent: int = 0


SIGNALS: dict[str, Signal] = {
    signal.code: signal
    for signal in (
        Signal("listed", 100, _("Its network, mail domain or mailbox stands on the list of those to hold.")),
        Signal("network_burst", 30, _("Many signatures came from its network within an hour."), least=100),
        Signal(
            "network_flood",
            100,
            _("Most of all signatures of that hour came from its network, and very many."),
            least=1000,
            percent=60,
        ),
        Signal("domain_burst", 40, _("Many signatures came from its mail domain within an hour."), least=30, percent=5),
        Signal(
            "domain_flood",
            100,
            _("Very many signatures came from its mail domain within an hour, more than a company or a school makes."),
            least=150,
            percent=10,
        ),
        Signal("name_burst", 40, _("Its name was used again and again within an hour."), least=10, percent=3),
        Signal(
            "name_flood",
            100,
            _("Very many signatures of that hour have the same name, from different mailboxes."),
            least=40,
            percent=10,
        ),
        Signal(
            "comment_burst", 30, _("Its reason was used word for word by others within an hour."), least=10, percent=3
        ),
        Signal(
            "comment_flood",
            100,
            _("Very many signatures of that hour have the same reason, word for word."),
            least=150,
            percent=20,
        ),
        Signal("even_gaps", 60, _("Signatures came from its network in even steps, as a machine sends them."), least=9),
        Signal(
            "rapid",
            60,
            _("Signatures came from its network faster than people can, one right after the other."),
            least=9,
        ),
        Signal(
            "crowd",
            30,
            _("Very many signed at that time from the same network, with the same mail domain, or this petition."),
        ),
        Signal(
            "no_work",
            HOLD_AT,
            _("It came without the work that was asked of the signer's device."),
        ),
        Signal("no_stamp", 10, _("It did not come from a form of this site, but perhaps from a program.")),
        Signal("odd_stamp", 30, _("The stamp of its form was changed, or is of another petition.")),
        Signal("old_stamp", 10, _("Its form had been open for more than two days.")),
        Signal("quick", 30, _("The form was filled in faster than a person can write.")),
        Signal("worn_stamp", 30, _("One and the same form was sent for many mailboxes.")),
    )
}

SHORTEST_COMMENT = 20  # characters: shorter reasons are alike by chance


def score(scores: Iterable[int]) -> int:
    """What the signals of one signature come to, 0 to MOST."""
    return min(sum(scores), MOST)


def sentences(codes: Iterable[str]) -> list[str | Promise]:
    """The signals in words; one that is no more, by its code."""
    return [SIGNALS[code].sentence if code in SIGNALS else code for code in codes]


@dataclass(frozen=True)
class Trend:
    """What is watched of an hour: its number is told to staff from `least` on, where it is at least `percent` of all
    that was taken in that hour. `sentence` has %(n)s and %(taken)s."""

    code: str
    label: str | Promise
    sentence: str | Promise
    least: int
    percent: int


TRENDS: dict[str, Trend] = {
    trend.code: trend
    for trend in (
        Trend("taken", _("signatures that came in"), _("%(taken)s signatures came in."), 3000, 0),
        Trend("suspicious", _("suspicious signatures"), _("%(n)s of %(taken)s signatures look suspicious."), 30, 10),
        Trend(
            "top_network",
            _("largest share of one network"),
            _("%(n)s of %(taken)s signatures came from one network."),
            300,
            50,
        ),
        Trend(
            "top_domain",
            _("largest share of one mail domain"),
            _("%(n)s of %(taken)s signatures came from one mail domain, and not from a great provider."),
            50,
            10,
        ),
        Trend(
            "top_name", _("largest share of one name"), _("%(n)s of %(taken)s signatures have the same name."), 20, 5
        ),
        Trend(
            "top_comment",
            _("largest share of one reason"),
            _("%(n)s of %(taken)s signatures have the same reason, word for word."),
            30,
            10,
        ),
    )
}
