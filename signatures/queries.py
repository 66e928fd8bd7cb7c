"""What pages ask of the counts and of the signatures. Nothing here counts rows of the signature table."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.db.models import Count, QuerySet, Sum

from petition.models import Petition
from petition.models.petition import State as PetitionState
from signatures.choices import Review, State
from signatures.models import CountByCountry, CountByDay, Signature

SMALL_COUNTRY = 10  # public totals show no country below this: a handful of people in one place can be found out
ELSEWHERE = ""
PENDING_DAYS = 14  # an unconfirmed signature lives as long as this, and its link with it
REMINDER_DAYS = 3  # after the last sending of the form
NETWORK_DAYS = 7
MAILING_DAYS = 7  # after its end, a mailing forgets whom it was for
PAGE = 50


def count(petition: Petition) -> int:
    """The confirmed signatures of a petition."""
    return CountByCountry.objects.filter(petition=petition).aggregate(n=Sum("confirmed"))["n"] or 0


def counts(petitions: Iterable[Petition]) -> dict[int, int]:
    """The same for many petitions in one query: petition id to count."""
    rows = CountByCountry.objects.filter(petition__in=[p.pk for p in petitions]).values("petition_id")
    return {row["petition_id"]: row["n"] for row in rows.annotate(n=Sum("confirmed"))}


def by_country(petition: Petition) -> dict[str, int]:
    """Public totals by country, largest first; those below SMALL_COUNTRY stand together under ELSEWHERE, last."""
    shown: dict[str, int] = {}
    elsewhere = 0
    rows = CountByCountry.objects.filter(petition=petition, confirmed__gt=0).order_by("-confirmed", "country")
    for country, confirmed in rows.values_list("country", "confirmed"):
        if confirmed < SMALL_COUNTRY:
            elsewhere += confirmed
        else:
            shown[country] = confirmed
    if elsewhere:
        shown[ELSEWHERE] = elsewhere
    return shown


def by_day(petition: Petition) -> dict[datetime.date, int]:
    rows = CountByDay.objects.filter(petition=petition, confirmed__gt=0).order_by("day")
    return dict(rows.values_list("day", "confirmed"))


def by_handle(handle: uuid.UUID) -> Signature | None:
    return Signature.objects.select_related("petition").filter(handle=handle).first()


def oldest_pending_day(today: datetime.date) -> datetime.date:
    """The first day whose unconfirmed signatures are still alive."""
    return today - datetime.timedelta(days=PENDING_DAYS)


def mail_failed() -> QuerySet[Signature]:
    """Signatures whose last mail did not go out and will not be tried again."""
    return Signature.objects.filter(mail_fault__gt="").only("id", "mail_fault", "signed_on", "state")


def news_readers(petition: Petition) -> QuerySet[Signature]:
    """Signatures whose owners get news by mail; sql/choose_recipients.sql takes one of each mailbox among them."""
    return Signature.objects.filter(
        petition=petition, state=State.CONFIRMED, wants_updates=True, sealed_email__isnull=False, mail_fault=""
    )


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
    ).exclude(petition__closes_on__lt=today)


def shown(petition: Petition, *, before: int | None = None, rows: int = PAGE) -> list[Signature]:
    """Signatures whose words are public, newest first, from below the id `before`; one more than `rows`, if any."""
    found = Signature.objects.filter(petition=petition, review=Review.APPROVED, state=State.CONFIRMED)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.only("id", "public_name", "comment", "country", "confirmed_on").order_by("-pk")[: rows + 1])
