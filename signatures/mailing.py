"""What organisers do with the mailing of an update: try it on themselves, start, pause, resume and cancel it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from petition import audit
from petition.models import Update
from petition.models.update import LANGUAGES
from signatures import tasks
from signatures.mailing_sending import gap, is_public
from signatures.models import Mailing

CHOOSE_RECIPIENTS = (Path(__file__).parent / "sql" / "choose_recipients.sql").read_text(encoding="utf-8")


class NotNow(Exception):
    """Why what was asked for cannot be done as things stand: a sentence in the asker's language."""


@transaction.atomic
def send_test(*, update: Update, by: User) -> None:
    """Let the worker send the mail to who asks, in both languages. NotNow where their account has no address."""
    if not by.email:
        raise NotNow(_("Your account has no e-mail address. An administrator can write it into your account."))
    audit.record(by=by, act="test_mailing", target=update)
    for language in LANGUAGES:
        tasks.send_test.defer(update_id=update.pk, user_id=by.pk, language=language)


@transaction.atomic
def start(*, update: Update, by: User) -> Mailing:
    """Fix who gets an update that is public now, and let the worker send it. Once for each update: of two starts at
    once the second is refused (NotNow), as is one where nobody would get it."""
    if not is_public(update):
        raise NotNow(_("Only what can be read on the site is sent: publish the update first."))
    mailing, is_new = Mailing.objects.get_or_create(update=update)
    if not is_new:
        raise NotNow(_("This update has been sent already, or is being sent. Nobody gets it twice."))
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE_RECIPIENTS, {"mailing": mailing.pk, "petition": update.petition_id})
        mailing.total = cursor.rowcount
    if not mailing.total:
        raise NotNow(_("Nobody has asked for news yet."))
    mailing.save(update_fields=["total"])
    audit.record(by=by, act="start", target=mailing, detail={"recipients": mailing.total})
    tasks.queue_mailing(mailing.pk)
    return mailing


def _turn(mailing: Mailing, *, among: Sequence[str], by: User, act: str, **changes: object) -> None:
    if not Mailing.objects.filter(pk=mailing.pk, state__in=among).update(**changes):
        raise NotNow(_("This cannot be done any more: somebody else, or the end of the mailing, came before you."))
    audit.record(by=by, act=act, target=mailing)


@transaction.atomic
def pause(*, mailing: Mailing, by: User) -> None:
    """The mail at hand still goes, none after it."""
    _turn(mailing, among=[Mailing.State.SENDING], by=by, act="pause", state=Mailing.State.PAUSED)


@transaction.atomic
def resume(*, mailing: Mailing, by: User) -> None:
    """Go on, at once also where the mail server was in trouble before."""
    soon = Least("next_at", Value(timezone.now() + gap()))
    again = {"state": Mailing.State.SENDING, "faults": 0, "refusals": 0, "fault": "", "next_at": soon}
    _turn(mailing, among=[Mailing.State.PAUSED], by=by, act="resume", **again)
    tasks.queue_mailing(mailing.pk)


@transaction.atomic
def cancel(*, mailing: Mailing, by: User) -> None:
    """End it: who has not got it by now never will."""
    going = [Mailing.State.SENDING, Mailing.State.PAUSED]
    ended = {"state": Mailing.State.CANCELLED, "finished_at": timezone.now()}
    _turn(mailing, among=going, by=by, act="cancel", **ended)
