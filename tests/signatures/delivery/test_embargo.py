"""The hour until which a delivery is secret: its update comes out with it, and is sent by mail if somebody asked."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError
from django.utils import timezone

from petition.models import AuditEntry, Update
from signatures.delivery import embargo
from signatures.delivery.models import Delivery
from signatures.delivery.problems import NotNow
from signatures.models import Mailing
from tests.people import DARA, confirmed, create_petition, create_recipient, create_staff, create_update
from tests.signatures.delivery.collection import create_built

pytestmark = pytest.mark.django_db
DAY = datetime.date(2017, 10, 21)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def delivery():
    petition = create_petition()
    create_recipient(petition)
    return create_built(petition, approved_on=DAY)


@pytest.fixture
def vibol():
    return create_staff("vibol")


@pytest.fixture
def update(delivery):
    return create_update(delivery.petition, is_published=False)


def set_hour(delivery, by, hours=1, **told):
    until = timezone.now() + hours * HOUR
    return embargo.set_embargo(delivery=delivery, by=by, until=until, **told), until


def the_hour_comes():
    past = timezone.now() - datetime.timedelta(seconds=1)
    Delivery.objects.update(embargo_until=past)
    Update.objects.update(publish_at=past)


def test_the_update_comes_out_at_the_hour_and_moves_with_it(delivery, vibol, update):
    _row, first = set_hour(delivery, vibol, announcement=update)
    update.refresh_from_db()
    assert update.publish_at == first
    _row, second = set_hour(delivery, vibol, hours=3, announcement=update)
    update.refresh_from_db()
    assert update.publish_at == second
    assert AuditEntry.objects.filter(act="set_embargo", by="vibol").count() == 2


def test_an_update_that_is_taken_away_does_not_come_out(delivery, vibol, update):
    set_hour(delivery, vibol, announcement=update)
    Update.objects.update(is_published=True)
    set_hour(delivery, vibol)
    update.refresh_from_db()
    assert (update.is_published, update.publish_at) == (False, None)


def test_what_is_public_is_not_hidden_again(delivery, vibol):
    set_hour(delivery, vibol)
    the_hour_comes()
    with pytest.raises(NotNow, match="The hour has passed"):
        set_hour(delivery, vibol)


def test_hand_overs_that_are_public_are_not_hidden(delivery, vibol):
    delivery.packets.update(handed_over_on=DAY)
    with pytest.raises(NotNow, match="public already"):
        set_hour(delivery, vibol)


@pytest.mark.parametrize("told", [{"is_published": True}, {"petition": "other"}])
def test_an_update_that_can_be_read_or_is_another_petition_s_is_refused(delivery, vibol, told):
    petition = create_petition("other") if "petition" in told else delivery.petition
    update = create_update(petition, is_published=bool(told.get("is_published")))
    with pytest.raises(NotNow, match="read already"):
        set_hour(delivery, vibol, announcement=update)


def test_an_hour_that_is_past_and_an_update_without_an_hour_are_refused(delivery, vibol, update):
    with pytest.raises(NotNow, match="past"):
        set_hour(delivery, vibol, hours=-1)
    with pytest.raises(NotNow, match="Without an hour"):
        embargo.set_embargo(delivery=delivery, by=vibol, until=None, announcement=update)


def test_without_an_hour_it_is_public_at_once(delivery, vibol):
    set_hour(delivery, vibol)
    assert not Delivery.objects.public().exists()
    embargo.set_embargo(delivery=delivery, by=vibol, until=None)
    assert Delivery.objects.public().exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [("announcement", "delivery_announced_at_an_hour"), ("mailing_by", "delivery_mails_what_it_announces")],
)
def test_the_database_refuses_what_cannot_be(delivery, vibol, update, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        Delivery.objects.update(**{fields: {"announcement": update, "mailing_by": vibol}[fields]})


# -- the mailing ---------------------------------------------------------------------------------------------------


@pytest.fixture
def prepared(delivery, vibol, update):
    """Published at the hour, asked to be sent then; somebody has asked for news."""
    confirmed(delivery.petition, DARA)
    Update.objects.update(is_published=True, publish_at=timezone.now() + HOUR)
    set_hour(delivery, vibol, announcement=update)
    return embargo.ask_mailing(delivery=delivery, by=vibol, wanted=True)


def test_nothing_is_sent_before_the_hour(prepared):
    embargo.start_due_mailings()
    assert not Mailing.objects.exists()


def test_it_is_sent_at_the_hour_once_and_in_the_name_of_who_asked(prepared, update):
    the_hour_comes()
    embargo.start_due_mailings()
    embargo.start_due_mailings()
    assert Mailing.objects.get().update == update
    assert AuditEntry.objects.get(act="start").by == "vibol"


def test_it_is_not_sent_when_nobody_asks_any_more(prepared, vibol):
    embargo.ask_mailing(delivery=prepared, by=vibol, wanted=False)
    the_hour_comes()
    embargo.start_due_mailings()
    assert not Mailing.objects.exists()


@pytest.mark.parametrize("changes", [{"is_active": False}, {"is_staff": False}])
def test_it_is_not_sent_in_the_name_of_who_has_left(prepared, vibol, changes):
    type(vibol).objects.filter(pk=vibol.pk).update(**changes)
    the_hour_comes()
    embargo.start_due_mailings()
    assert not Mailing.objects.exists()


def test_what_cannot_be_started_is_left_to_the_staff(prepared):
    Update.objects.update(is_published=False)
    the_hour_comes()
    embargo.start_due_mailings()
    prepared.refresh_from_db()
    assert (Mailing.objects.exists(), prepared.mailing_by) == (False, None)


def test_another_update_is_not_sent_on_the_word_for_the_first(prepared, vibol):
    other = create_update(prepared.petition, "other", is_published=False)
    row, _until = set_hour(prepared, vibol, announcement=other)
    assert row.mailing_by is None


def test_there_is_no_mailing_to_ask_for_without_an_update(delivery, vibol):
    set_hour(delivery, vibol)
    with pytest.raises(NotNow, match="no hour to come"):
        embargo.ask_mailing(delivery=delivery, by=vibol, wanted=True)
