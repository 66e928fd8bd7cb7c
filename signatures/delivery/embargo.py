"""The hour until which a delivery is secret, and what happens at that hour: the public pages tell of it by themselves,
its update is published, and sent by mail where one of the staff has asked for that."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from petition import audit
from petition.models import Update
from signatures import mailing
from signatures.delivery.models import Delivery
from signatures.delivery.problems import NotNow

MAY_MAIL = "signatures.send_mailing"


@transaction.atomic
def set_embargo(
    *, delivery: Delivery, by: User, until: datetime.datetime | None, announcement: Update | None = None
) -> Delivery:
    """Keep a delivery secret until an hour, at which its update is published too; both move together. With None it is
    public at once. An update that is no longer bound to the hour is a draft again, so that it does not come out."""
    row = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    _refuse(row, until, announcement)
    before = Update.objects.filter(announced_delivery=row).exclude(pk=announcement.pk if announcement else 0)
    left = list(before.values_list("pk", flat=True))
    row.embargo_until, row.announcement = until, announcement
    row.mailing_by = row.mailing_by if announcement and not left else None
    row.save(update_fields=["embargo_until", "announcement", "mailing_by"])
    Update.objects.filter(pk__in=left).update(is_published=False, publish_at=None)
    if announcement is not None:
        Update.objects.filter(pk=announcement.pk).update(publish_at=until)
        audit.record(by=by, act="change", target=announcement, detail={"fields": ["publish_at"]})
    detail = {"until": until.isoformat() if until else ""}
    audit.record(by=by, act="set_embargo", target=row, detail=detail)
    return row


def _refuse(row: Delivery, until: datetime.datetime | None, announcement: Update | None) -> None:
    now = timezone.now()
    if row.embargo_until is not None and row.embargo_until <= now:
        raise NotNow(_("The hour has passed: what everybody could read is not hidden again."))
    if row.embargo_until is None and row.packets.public().filter(handed_over_on__isnull=False).exists():
        raise NotNow(_("Hand-overs of this delivery are public already."))
    if until is not None and until <= now:
        raise NotNow(_("This hour is past."))
    if announcement is None:
        return
    if until is None:
        raise NotNow(_("Without an hour there is no update to publish at it."))
    update = Update.objects.select_for_update(no_key=True).get(pk=announcement.pk)
    if update.petition_id != row.petition_id or (update.is_public and update.pk != row.announcement_id):
        raise NotNow(_("This update can be read already."))


def keeps_hour(update: Update) -> bool:
    """Whether the hour of an update is that of a delivery, and is moved there."""
    return Delivery.objects.filter(announcement=update, embargo_until__gt=timezone.now()).exists()


@transaction.atomic
def ask_mailing(*, delivery: Delivery, by: User, wanted: bool) -> Delivery:
    """Let the worker start the mailing of the delivery's update at its hour; or no more."""
    row = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if row.announcement_id is None or not row.is_secret(timezone.now()):
        raise NotNow(_("There is no hour to come at which an update is published."))
    row.mailing_by = by if wanted else None
    row.save(update_fields=["mailing_by"])
    audit.record(by=by, act="ask_mailing" if wanted else "stop_mailing", target=row)
    return row


def start_due_mailings() -> None:
    """Those whose hour has come, each once. What cannot be started is left to the staff: the board then offers it."""
    due = Delivery.objects.filter(mailing_by__isnull=False, embargo_until__lte=timezone.now())
    for pk in due.values_list("pk", flat=True):
        start_mailing(delivery_id=pk)


@transaction.atomic
def start_mailing(*, delivery_id: int) -> None:
    due = Delivery.objects.filter(mailing_by__isnull=False, embargo_until__lte=timezone.now(), pk=delivery_id)
    row = due.select_for_update(of=["self"], skip_locked=True).select_related("mailing_by").first()
    if row is None:
        return
    by, row.mailing_by = row.mailing_by, None
    row.save(update_fields=["mailing_by"])
    update = Update.objects.select_related("petition").filter(announced_delivery=row).first()
    if by is None or update is None or not (by.is_active and by.is_staff and by.has_perm(MAY_MAIL)):
        return
    try:
        mailing.start(update=update, by=by)
    except mailing.NotNow:
        return
