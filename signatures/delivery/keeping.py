"""The end of a delivery's files on this server: the folder with the names and the bundle, some days after its last
packet was handed over (signatures/retention.py). Called by the purge; killed on the way, the next one goes on."""

from __future__ import annotations

import datetime
import logging
from pathlib import Path

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from petition.files import clear, flush
from signatures import destruction, retention
from signatures.choices import Kept
from signatures.delivery import links, manifest
from signatures.delivery.models import Delivery, State

log = logging.getLogger(__name__)


def _with_files() -> QuerySet[Delivery]:
    """Those handed over whole whose files are not deleted yet."""
    rows = Delivery.objects.filter(state=State.HANDED_OVER, frozen_at__isnull=False, files_deleted_on=None)
    return rows.select_related("petition").order_by("pk")


def _last_day(delivery: Delivery) -> datetime.date | None:
    found: datetime.date | None = delivery.packets.aggregate(last=Max("handed_over_on"))["last"]
    return found


def deleted_from(delivery: Delivery) -> datetime.date | None:
    """The first day on which the purge will delete its files; None where that is not known yet, or past."""
    last = _last_day(delivery) if _with_files().filter(pk=delivery.pk).exists() else None
    return last + datetime.timedelta(days=retention.days(Kept.DELIVERY_FILES) + 1) if last else None


def destroy_files(before: datetime.date, days: int, dry_run: bool) -> int:
    """Of deliveries handed over before a day. Gives how many; what is at a delivery's place and is none of ours stays,
    and so does that delivery's turn."""
    due = [delivery for delivery in _with_files() if (last := _last_day(delivery)) and last < before]
    return len(due) if dry_run else sum(_destroy(delivery, before, days) for delivery in due)


def _destroy(delivery: Delivery, before: datetime.date, days: int) -> bool:
    """Links first, so that nobody is at the files; the record last, when they are gone."""
    links.end_those_of(delivery.packets.all())
    folder, bundle = delivery.folder, delivery.bundle
    building = folder.with_name(f"{folder.name}.building")
    if not all(_is_ours(path, delivery) for path in (folder, building, bundle)):
        log.warning("The files of %s stay: what lies at their place is no delivery of this site.", delivery.code)
        return False
    for path in (folder, building, bundle):
        _delete(path)
    with transaction.atomic():
        # Of two purges at once one records it.
        rows = Delivery.objects.filter(pk=delivery.pk, files_deleted_on=None)
        if not rows.update(files_deleted_on=timezone.localdate()):
            return False
        destruction.record(
            what="delivery_files",
            rows=max(1, delivery.confirmed or 0),
            days=days,
            before=before,
            petition=delivery.petition_id,
        )
    return True


def _is_ours(path: Path, delivery: Delivery) -> bool:
    """Nothing there, or what a build or a freeze of this delivery left: no symbolic link, no other kind of file, and a
    folder that is finished says in its manifest which delivery it is."""
    if path.is_symlink():
        return False
    if not path.exists():
        return True
    if path == delivery.bundle:
        return path.is_file()
    if path != delivery.folder:
        return path.is_dir()
    try:
        found = manifest.read(path)
        return (found["petition"]["slug"], found["delivery"]["ordinal"]) == (delivery.petition.slug, delivery.ordinal)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _delete(path: Path) -> None:
    """First under another name, which says that it is going: half of a folder never looks like a whole one."""
    going = path.with_name(f"{path.name}.deleting")
    clear(going)
    if path.exists():
        path.rename(going)
        flush(path.parent)
        clear(going)
