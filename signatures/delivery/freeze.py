"""Freezing: one snapshot numbers every confirmed signature and writes the bundle. From then on nothing that the
delivery prints is read from live rows.

The bundle is a ZIP file: bundle.json, and the rows in members of VOLUME_ROWS each. It is written beside its place under
another name, in the same transaction as the numbers, and moved there before the commit: a bundle without numbers can be
left by a crash (the next freeze writes over it), numbers without a bundle cannot.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from petition import approvals, audit
from petition.files import flush, make_folder, whole
from petition.models import Petition
from petition.snapshot import one_snapshot
from signatures import queries, retention, seal
from signatures.delivery import manifest, second_person, signed, texts, tree
from signatures.delivery.bundle import FORMAT
from signatures.delivery.ending import end_with_sum
from signatures.delivery.models import Delivery, Packet, State
from signatures.delivery.problems import FreezeRefused as FreezeRefused  # commands catch it as the freeze's
from signatures.delivery.since import since_previous

VOLUME_ROWS = 25_000  # a round 100,000 is four volumes: two rounds of two processes
SQL = Path(__file__).parent / "sql"


def read_sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def next_planned(petition: Petition) -> Delivery:
    """The delivery that a freeze takes: the planned one, else a further one planned for today; where the day of the
    last is yet to come, for that day, since it then takes the last one's place."""
    delivery = Delivery.objects.filter(petition=petition, state=State.PLANNED).first()
    if delivery is None:
        last = Delivery.objects.filter(petition=petition).aggregate(ordinal=Max("ordinal"), day=Max("planned_on"))
        today = timezone.localdate()
        delivery = Delivery.objects.create(
            petition=petition, ordinal=(last["ordinal"] or 0) + 1, planned_on=max(today, last["day"] or today)
        )
    return delivery


def freeze(
    *,
    petition: Petition,
    by: User | None,
    out: Path | None = None,
    planned: Delivery | None = None,
    needs_approval: bool = False,
) -> tuple[Delivery, Path]:
    """Freeze a planned delivery of a petition, `planned` or the next one, and write its bundle, to `out` where given.
    `needs_approval`: only where a second person has approved the letters as they stand.

    Signing goes on meanwhile: the snapshot is REPEATABLE READ and takes no lock that a signature waits for.
    """
    with one_snapshot():
        delivery = Delivery.objects.select_for_update().get(pk=(planned or next_planned(petition)).pk)
        if delivery.state != State.PLANNED:
            raise FreezeRefused(_("%(delivery)s is frozen already."), delivery=delivery.code)
        if retention.has_forgotten(petition):
            raise FreezeRefused(
                _("The time of the names of %(petition)s is over: they are erased."), petition=petition.slug
            )
        _number(delivery)
        delivery.counts, sealed_to = _totals(delivery)
        delivery.confirmed = delivery.counts["confirmed"]
        if not delivery.confirmed:
            raise FreezeRefused(_("%(petition)s has no confirmed signature to deliver yet."), petition=petition.slug)
        delivery.frozen_at = timezone.now().replace(microsecond=0)
        delivery.previous = since_previous(delivery)
        path = (out or delivery.bundle).absolute()
        approval = second_person.letters_approval(delivery)
        if needs_approval and approval is None:
            raise FreezeRefused(second_person.NOT_APPROVED)
        if approval is not None and by is not None:
            approvals.use_up(approval=approval, by=by)
        description = describe(delivery) | {
            "sealed_to": sealed_to,
            "salt": seal.seal_for_build(tree.salt_key(delivery)).hex(),
            "letters_approved": approval is not None,
        }
        Packet.objects.bulk_create(
            [Packet(delivery=delivery, recipient=r) for r in petition.recipients.all()], ignore_conflicts=True
        )
        delivery.frozen_recipients = manifest.recipients(description)
        delivery.state = State.FROZEN
        delivery.save(update_fields=["state", "frozen_at", "confirmed", "counts", "previous", "frozen_recipients"])
        audit.record(by=by, act="freeze", target=delivery, detail={"signatures": delivery.confirmed})
        delivery.bundle_sha256 = write_bundle(path, description, delivery)
        delivery.save(update_fields=["bundle_sha256"])
    audit.chain()
    return delivery, path


def _number(delivery: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute(read_sql("number_entries"), {"delivery": delivery.pk, "petition": delivery.petition_id})


def _totals(delivery: Delivery) -> tuple[dict[str, Any], list[str]]:
    """The counts, and the fingerprints of the keys that the names are sealed to; an empty one for boxes that name
    none."""
    keys: set[str] = set()
    countries: Counter[str] = Counter()
    days: Counter[str] = Counter()
    origins: Counter[str] = Counter()
    named = confirmed = 0
    with connection.cursor() as cursor:
        cursor.execute(read_sql("totals"), {"delivery": delivery.pk})
        for country, day, origin, is_named, label, n in cursor.fetchall():
            countries[country] += n
            days[day.isoformat()] += n
            origins[origin] += n
            confirmed += n
            if is_named:
                named += n
                keys.add(bytes(label).hex())
    counts = {
        "confirmed": confirmed,
        "named": named,
        "withheld": confirmed - named,
        "by_country": dict(sorted(countries.items(), key=lambda item: (-item[1], item[0]))),
        "by_day": dict(sorted(days.items())),
        "by_origin": dict(sorted(origins.items())),
    }
    return counts, sorted(keys)


def describe(delivery: Delivery) -> dict[str, Any]:
    """All of bundle.json but the rows' sums."""
    petition = delivery.petition
    recipients = texts.describe_recipients(petition)
    if not recipients:
        raise FreezeRefused(_("%(petition)s has no recipient to deliver to."), petition=petition.slug)
    return {
        "format": FORMAT,
        "petition": texts.describe_petition(petition),
        "letterhead": texts.describe_letterhead(petition),
        "site_url": settings.SITE_URL,
        "delivery": {"ordinal": delivery.ordinal, "planned_on": delivery.planned_on.isoformat()},
        "frozen_at": delivery.frozen_at_utc,
        "counts": delivery.counts,
        "previous": delivery.previous,
        "audit": audit.head()._asdict(),
        "small_country": queries.SMALL_COUNTRY,
        "signer": signed.describe_signer(),
        "recipients": recipients,
        "volume_rows": VOLUME_ROWS,
        "csv_bom": delivery.csv_bom,
    }


def _row_lines(delivery: Delivery) -> Iterator[bytes]:
    """The lines of COPY, each with its line end."""
    rest = b""
    with connection.cursor() as cursor:
        # psycopg's own cursor: Django's, where DEBUG is on, hands copy() no parameters.
        with cursor.cursor.copy(read_sql("copy_rows"), {"delivery": delivery.pk}) as copy:
            for block in copy:
                lines = (rest + bytes(block)).split(b"\n")
                rest = lines.pop()
                for line in lines:
                    yield line + b"\n"
    if rest:
        yield rest


def write_bundle(path: Path, description: dict[str, Any], delivery: Delivery) -> str:
    """Write the ZIP beside `path` and move it there whole; gives its SHA-256. Equal rows and texts give equal bytes."""
    make_folder(path.parent)
    chunks: list[dict[str, Any]] = []
    written = 0
    with whole(path) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
            lines = _row_lines(delivery)
            while chunk := _write_chunk(bundle, lines, len(chunks) + 1, written + 1):
                chunks.append(chunk)
                written = chunk["last"]
            if written != description["counts"]["confirmed"]:
                raise FreezeRefused(
                    _("%(written)s rows were read of %(numbered)s numbered."),
                    written=written,
                    numbered=description["counts"]["confirmed"],
                )
            text = json.dumps(description | {"rows": chunks}, ensure_ascii=False, indent=1)
            bundle.writestr(_member("bundle.json"), text.encode())
        sha256 = end_with_sum(file)
        _check_numbers()
    flush(path.parent)
    return sha256


def _check_numbers() -> None:
    """Have the database look now at what it would look at in the commit, for seconds where there are a million rows: so
    that next to no time is left between the bundle's move to its place and the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _write_chunk(bundle: zipfile.ZipFile, lines: Iterator[bytes], ordinal: int, first: int) -> dict[str, Any] | None:
    """One member of up to VOLUME_ROWS rows; None where no row is left."""
    line = next(lines, None)
    if line is None:
        return None
    name = f"rows/{ordinal:04}.csv"
    digest = hashlib.sha256()
    count = 0
    with bundle.open(_member(name), "w") as member:
        while line is not None:
            digest.update(line)
            member.write(line)
            count += 1
            line = next(lines, None) if count < VOLUME_ROWS else None
    return {"path": name, "first": first, "last": first + count - 1, "sha256": digest.hexdigest()}
