"""Signing through the real view, limits and all, against a bare POST view with one INSERT."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import connection

from signatures.models import Signature
from tests.bench.load import Load, LoadFailed, drive, post
from tests.bench.people import person
from tests.bench.report import Figure
from tests.bench.web import serving

AIM = 300
FIRST = 10_000_000  # persons above this have signed nothing yet
NETWORKS = 500  # from which the signers come
WARM_UP = 200


def _forms(path: str, first: int, count: int) -> Iterator[bytes]:
    """Signers who never signed before, each filling in the form in full."""
    requests = []
    for i in range(first, first + count):
        who = person(i)
        fields = {
            "name": who.name,
            "email": who.email,
            "country": who.country,
            "city": who.city,
            "visibility": who.visibility,
            "comment": who.comment,
            "agree": "on",
            "website": "",
        }
        network = i % NETWORKS
        requests.append(post(path, urlencode(fields).encode(), f"10.{network // 250}.{network % 250}.{i % 199 + 1}"))
    return iter(requests)


def measure(slug: str, *, stored: int, rounds: int, posts: int) -> Figure:
    """Rounds of `posts` to the floor and to the site in turn; every answer is 303, and every row is there after."""
    path = f"/km/petitions/{slug}/sign/"
    floors: list[Load] = []
    signings: list[Load] = []
    before, queued = Signature.objects.count(), _jobs()
    with serving("tests.bench.floor:application") as floor, serving("petition.wsgi:application") as site:
        first = FIRST
        _post(floor, _forms("/", first, WARM_UP))
        _post(site, _forms(path, first, WARM_UP))
        first += WARM_UP
        for _ in range(rounds):
            floors.append(_post(floor, _forms("/", first, posts)))
            signings.append(_post(site, _forms(path, first, posts)))
            first += posts
    taken = WARM_UP + rounds * posts
    if (Signature.objects.count() - before, _jobs() - queued) != (taken, taken):
        raise LoadFailed(f"{taken} signings were answered with 303, and not as many rows and mails are there")
    return Figure.of_rates(
        "signings", stored, signings, floors, floor_name="POST, one INSERT", aim=f"≥ {AIM} /s", least=AIM
    )


def _post(port: int, forms: Iterator[bytes]) -> Load:
    load = drive(port, forms)
    if set(load.statuses) != {303}:
        raise LoadFailed(f"the form was answered with {dict(load.statuses)}")
    return load


def _jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%send_mail'")
        return cursor.fetchone()[0]
