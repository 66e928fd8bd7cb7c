"""The hourly look at what comes in: totals by the hour, and who is told where they look like an attack."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.models import Permission, User
from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from petition.models import Petition
from petition.templatetags.language import number
from signatures import blind, domains, mail, noticing, suspicion
from signatures.models import HourMark, HourTrend, Signature, TrendLimit

WRITE_HOUR = (Path(__file__).parent / "sql" / "write_hour.sql").read_text(encoding="utf-8")
ONE_HOUR = datetime.timedelta(hours=1)
HEARS = "hear_hourtrend"


class Limit(NamedTuple):
    is_on: bool
    least: int
    percent: int


class Finding(NamedTuple):
    """That a number of an hour is over its limit."""

    petition: Petition
    trend: suspicion.Trend
    n: int
    taken: int

    @property
    def words(self) -> str:
        """In the language at hand."""
        return str(self.trend.sentence) % {"n": number(self.n), "taken": number(self.taken)}


def limits() -> dict[str, Limit]:
    """As staff have set them, else as they are in the registry."""
    found = {trend.code: Limit(True, trend.least, trend.percent) for trend in suspicion.TRENDS.values()}
    rows = TrendLimit.objects.filter(code__in=found)
    return found | {row.code: Limit(row.is_on, row.least, row.percent) for row in rows}


def over(row: HourTrend, limits: dict[str, Limit]) -> list[str]:
    """The codes of suspicion.TRENDS that an hour is over."""
    return [
        code
        for code, limit in limits.items()
        if limit.is_on and (n := getattr(row, code)) >= max(limit.least, 1) and 100 * n >= limit.percent * row.taken
    ]


def last_whole_hour(now: datetime.datetime) -> datetime.datetime:
    """The beginning of the hour that ended last."""
    return now.replace(minute=0, second=0, microsecond=0) - ONE_HOUR


@transaction.atomic
def write_hour(*, now: datetime.datetime) -> list[int]:
    """Write the hour that ended last, once, and sweep the counters. Returns whom of the staff to tell, by id: at most
    once an hour. What came in while the worker stood still is in the first hour that it writes; the very first hour
    only begins the marks."""
    hour = last_whole_hour(now)
    last_id = Signature.objects.aggregate(last=Max("pk"))["last"] or 0
    before = HourMark.objects.filter(hour__lt=hour).order_by("-hour").first()
    _mark, is_new = HourMark.objects.get_or_create(hour=hour, defaults={"last_id": last_id})
    noticing.sweep()
    if not is_new or before is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_HOUR,
            {
                "hour": hour,
                "after": before.last_id,
                "last": last_id,
                "providers": [blind.domain(domain) for domain in domains.KNOWN],
                "shortest": suspicion.SHORTEST_COMMENT,
                "hold_at": suspicion.HOLD_AT,
            },
        )
    return list(listeners().values_list("pk", flat=True)) if findings(hour) else []


def listeners() -> QuerySet[User]:
    """The staff who have a right to hear of an attack, and an address."""
    right = Permission.objects.filter(codename=HEARS, content_type__app_label="signatures")
    holds = Q(groups__permissions__in=right) | Q(user_permissions__in=right) | Q(is_superuser=True)
    return User.objects.filter(holds, is_active=True, is_staff=True).exclude(email="").order_by("pk").distinct()


def findings(hour: datetime.datetime) -> list[Finding]:
    """What of an hour is over the limits, of all petitions."""
    current = limits()
    rows = HourTrend.objects.filter(hour=hour).select_related("petition").order_by("petition_id")
    return [
        Finding(row.petition, suspicion.TRENDS[code], getattr(row, code), row.taken)
        for row in rows
        for code in over(row, current)
    ]


def tell(*, user_id: int, hour: datetime.datetime) -> None:
    """Mail one of the staff what is over the limits, if they still may hear it."""
    user = listeners().filter(pk=user_id).first()
    found = findings(hour)
    if user is not None and found:
        mail.alarm(found, hour=hour, address=user.email)
