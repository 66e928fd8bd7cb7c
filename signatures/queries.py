"""What pages ask of the counts and of the signatures. Nothing here counts rows of the signature table."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from petition.models import Petition
from petition.models.petition import State as PetitionState
from petition.timeline import Event
from signatures import milestones, retention
from signatures.choices import SILENT, Kept, Origin, Reason, Review, State
from signatures.models import CountByCountry, CountByDay, HourTrend, Signature

SMALL_COUNTRY = 10  # public totals show no country below this: a handful of people in one place can be found out
ELSEWHERE = ""
REMINDER_DAYS = 3  # after the last sending of the form
PAGE = 50

PUBLIC_TOTALS = (Path(__file__).parent / "sql" / "public_totals.sql").read_text(encoding="utf-8")


def count(petition: Petition) -> int:
    """The confirmed signatures of a petition."""
    return CountByCountry.objects.filter(petition=petition).aggregate(n=Sum("confirmed"))["n"] or 0


def counts(petitions: Iterable[Petition]) -> dict[int, int]:
    """The same for many petitions in one query: petition id to count."""
    rows = CountByCountry.objects.filter(petition__in=[p.pk for p in petitions]).values("petition_id")
    return {row["petition_id"]: row["n"] for row in rows.annotate(n=Sum("confirmed"))}


def _small_together(by_country: dict[str, int]) -> dict[str, int]:
    in_order = sorted(by_country.items(), key=lambda item: (-item[1], item[0]))
    shown = {country: n for country, n in in_order if n >= SMALL_COUNTRY}
    elsewhere = sum(n for _, n in in_order if n < SMALL_COUNTRY)
    return shown | {ELSEWHERE: elsewhere} if elsewhere else shown


def by_day(petition: Petition) -> dict[datetime.date, int]:
    rows = CountByDay.objects.filter(petition=petition, confirmed__gt=0).order_by("day")
    return dict(rows.values_list("day", "confirmed"))


def milestones_reached(petition: Petition) -> list[Event]:
    """The great milestones in the way of a petition so far."""
    found = milestones.reached(by_day(petition), petition.goal)
    return [Event(day, "milestone", step) for day, step in found if milestones.is_great(step, petition.goal)]


class Integrity(NamedTuple):
    """What became of all that was taken in and answered for: `received` is the sum of the three after it.

    What waits for the click in a mail is in none of them. Were it public, anyone could type in an address, look whether
    one more waits, and so learn whether that address had signed.
    """

    received: int
    confirmed: int
    held: int
    withdrawn: int  # by their signers, or by those whose address somebody else had used
    by_origin: dict[str, int]  # of the confirmed


@dataclass(frozen=True)
class Totals:
    """All that is public of a petition's numbers, as of one moment: the sums of `by_country` and of `by_day`, and
    what is confirmed, are all `count`.

    The figures by state and by origin are told however small they are. They are of the whole petition: no place, day
    or name hangs on them, and that a single one was held or withdrawn shows in the count anyway. A country is a place
    where somebody can be looked for, so the small ones stand together.
    """

    by_country: dict[str, int]  # largest first; those below SMALL_COUNTRY stand together under ELSEWHERE, last
    by_day: dict[datetime.date, int]
    integrity: Integrity

    @property
    def count(self) -> int:
        return self.integrity.confirmed


def totals(petition: Petition) -> Totals:
    """In one statement, so in one snapshot, whoever signs meanwhile."""
    found: dict[str, dict[Any, int]] = {"country": {}, "day": {}, "state": {}, "origin": {}}
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC_TOTALS, {"petition": petition.pk})
        for kind, key, n in cursor.fetchall():
            found[kind][key] = n
    states, origins = found["state"], found["origin"]
    return Totals(
        by_country=_small_together(found["country"]),
        by_day={datetime.date.fromisoformat(day): n for day, n in sorted(found["day"].items())},
        integrity=Integrity(
            received=sum(n for state, n in states.items() if state != State.PENDING),
            confirmed=states.get(State.CONFIRMED, 0),
            held=states.get(State.HELD, 0),
            withdrawn=states.get(State.WITHDRAWN, 0),
            by_origin={origin: origins.get(origin, 0) for origin in Origin.values},
        ),
    )


def by_handle(handle: uuid.UUID) -> Signature | None:
    return Signature.objects.select_related("petition").filter(handle=handle).first()


def oldest_pending_day(today: datetime.date) -> datetime.date:
    """The first day whose unconfirmed signatures are still alive."""
    return retention.first_kept(Kept.UNCONFIRMED, today)


def mail_failed() -> QuerySet[Signature]:
    """Signatures whose last mail did not go out and will not be tried again."""
    return Signature.objects.filter(mail_fault__gt="").only("id", "mail_fault", "signed_on", "state")


def news_readers(petition: Petition) -> QuerySet[Signature]:
    """Signatures whose owners get news by mail; sql/choose_recipients.sql takes one of each mailbox among them."""
    reached = Signature.objects.filter(petition=petition, wants_updates=True, sealed_email__isnull=False, mail_fault="")
    return reached.filter(hears_news())


def hears_news() -> Q:
    """The confirmed, and those that the site itself has held: to its owner such a signature looks confirmed, and nobody
    has judged it yet."""
    return Q(state=State.CONFIRMED) | Q(state=State.HELD, held_reason__in=SILENT)


def held_by_the_site(petition: Petition) -> QuerySet[Signature]:
    """The most suspicious first."""
    held = Signature.objects.filter(petition=petition, state=State.HELD, held_reason=Reason.SUSPICIOUS)
    return held.order_by("-score", "-pk")


def hours(petition: Petition, since: datetime.datetime) -> list[HourTrend]:
    """The totals of the hours from a moment on, oldest first."""
    return list(HourTrend.objects.filter(petition=petition, hour__gte=since).order_by("hour"))


def count_news_readers(petition: Petition) -> int:
    """How many mailboxes would get news now. It counts, so it is only for the staff's page before a mailing."""
    return news_readers(petition).aggregate(n=Count("mailbox_hash", distinct=True))["n"]


def to_remind(today: datetime.date) -> QuerySet[Signature]:
    """Unconfirmed signatures that are due for their one reminder, and whose link still works tomorrow."""
    return Signature.objects.filter(
        state=State.PENDING,
        signed_on__lte=today - datetime.timedelta(days=REMINDER_DAYS),
        signed_on__gt=oldest_pending_day(today),
        reminded_on=None,
        mail_fault="",
        sealed_email__isnull=False,
        petition__reminds_unconfirmed=True,
        petition__state=PetitionState.OPEN,
        petition__opened_on__lte=today,
    ).exclude(petition__closes_on__lt=today)


def shown(petition: Petition, *, before: int | None = None, rows: int = PAGE) -> list[Signature]:
    """Signatures whose words are public, newest first, from below the id `before`; one more than `rows`, if any."""
    found = Signature.objects.filter(petition=petition, review=Review.APPROVED, state=State.CONFIRMED)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.only("id", "public_name", "comment", "country", "confirmed_on").order_by("-pk")[: rows + 1])
