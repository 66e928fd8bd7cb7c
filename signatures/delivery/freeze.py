"""Freezing: one snapshot numbers every confirmed signature and writes the bundle. From then on nothing that the
delivery prints is read from live rows.

The bundle is a ZIP file: bundle.json, and the rows in members of VOLUME_ROWS each. It is written beside its place under
another name, in the same transaction as the numbers, and moved there before the commit: a bundle without numbers can be
left by a crash (the next freeze writes over it), numbers without a bundle cannot.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from petition import audit
from petition.files import flush, make_folder, whole
from petition.models import FormOfAddress, Petition, Recipient
from petition.models.petition import split_paragraphs
from petition.snapshot import one_snapshot
from signatures import queries, retention
from signatures.delivery.bundle import FORMAT
from signatures.delivery.models import Delivery, LetterTemplate, Packet, State
from signatures.delivery.problems import Problem

VOLUME_ROWS = 25_000  # a round 100,000 is four volumes: two rounds of two processes
SQL = Path(__file__).parent / "sql"


class FreezeRefused(Problem):
    """Why a delivery cannot be frozen now."""


def read_sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def next_planned(petition: Petition) -> Delivery:
    """The delivery that a freeze takes: the planned one, else a further one planned for today."""
    delivery = Delivery.objects.filter(petition=petition, state=State.PLANNED).first()
    if delivery is None:
        last = Delivery.objects.filter(petition=petition).aggregate(last=Max("ordinal"))["last"] or 0
        delivery = Delivery.objects.create(petition=petition, ordinal=last + 1, planned_on=timezone.localdate())
    return delivery


def freeze(
    *, petition: Petition, by: User | None, out: Path | None = None, planned: Delivery | None = None
) -> tuple[Delivery, Path]:
    """Freeze a planned delivery of a petition, `planned` or the next one, and write its bundle, to `out` where given.

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
        path = (out or delivery.bundle).absolute()
        description = describe(delivery) | {"sealed_to": sealed_to}
        Packet.objects.bulk_create(
            [Packet(delivery=delivery, recipient=r) for r in petition.recipients.all()], ignore_conflicts=True
        )
        write_bundle(path, description, delivery)
        delivery.state = State.FROZEN
        delivery.save(update_fields=["state", "frozen_at", "confirmed", "counts"])
        audit.record(by=by, act="freeze", target=delivery, detail={"signatures": delivery.confirmed})
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


def folder_name(recipient: Recipient) -> str:
    """`01-1-antonio-guterres`: number and position as printed, the name in ASCII."""
    plain = unicodedata.normalize("NFKD", recipient.name.replace("đ", "d").replace("Đ", "D"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    while len("-".join(words)) > 60 and len(words) > 1:
        words.pop()
    return f"{recipient.number:02}-{recipient.position}-{'-'.join(words)[:60] or 'recipient'}"


def _letters(recipient: Recipient, templates: dict[str, LetterTemplate]) -> list[dict[str, Any]]:
    letters = []
    for form in recipient.forms_of_address.all():
        template = templates.get(form.language)
        if template is None:
            raise FreezeRefused(
                _("There is no letter in the language %(language)s, in which %(recipient)s is to receive one."),
                language=form.language,
                recipient=recipient.code,
            )
        letters.append(describe_letter(form, template))
    return letters


def describe_letter(form: FormOfAddress, template: LetterTemplate) -> dict[str, Any]:
    return {
        "language": form.language,
        "name_line": form.name_line,
        "office_lines": form.office_lines.splitlines(),
        "salutation": form.salutation,
        "closing": form.closing,
        "subject": template.subject,
        "body": template.body,
    }


def describe_petition(petition: Petition) -> dict[str, Any]:
    return {
        "slug": petition.slug,
        "goal": petition.goal,
        "opened_on": petition.opened_on.isoformat(),
        "title": {"km": petition.title_km, "en": petition.title_en},
        "title_hints_km": petition.title_hints_km,
        "short_title": {"km": petition.short_title_km, "en": petition.short_title_en},
        "organiser": {
            "km": petition.organiser_km,
            "en": petition.organiser_en,
            "short": petition.organiser_short,
        },
        "intro": {"km": petition.intro_km, "en": petition.intro_en},
        "intro_hints_km": petition.intro_hints_km,
        "demands": {
            "km": split_paragraphs(petition.demands_km),
            "en": split_paragraphs(petition.demands_en),
        },
        "demands_hints_km": split_paragraphs(petition.demands_hints_km),
        "sign_off": {"km": petition.sign_off_km, "en": petition.sign_off_en},
    }


def describe(delivery: Delivery) -> dict[str, Any]:
    """All of bundle.json but the rows' sums."""
    petition = delivery.petition
    templates = {t.language: t for t in petition.letter_templates.all()}
    recipients = [
        {
            "number": r.number,
            "position": r.position,
            "folder": folder_name(r),
            "as_printed": r.as_printed,
            "as_printed_km": r.as_printed_km,
            "name": r.name,
            "country": r.country or None,
            "discloses": r.discloses,
            "letters": _letters(r, templates),
        }
        for r in petition.recipients.prefetch_related("forms_of_address")
    ]
    if not recipients:
        raise FreezeRefused(_("%(petition)s has no recipient to deliver to."), petition=petition.slug)
    return {
        "format": FORMAT,
        "petition": describe_petition(petition),
        "delivery": {"ordinal": delivery.ordinal, "planned_on": delivery.planned_on.isoformat()},
        "frozen_at": cast(datetime.datetime, delivery.frozen_at).astimezone(datetime.UTC).isoformat(),
        "counts": delivery.counts,
        "audit": audit.head()._asdict(),
        "small_country": queries.SMALL_COUNTRY,
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


def write_bundle(path: Path, description: dict[str, Any], delivery: Delivery) -> None:
    """Write the ZIP beside `path` and move it there whole. Equal rows and texts give equal bytes."""
    make_folder(path.parent)
    chunks: list[dict[str, Any]] = []
    written = 0
    with whole(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
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
    flush(path.parent)


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
