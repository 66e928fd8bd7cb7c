import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from signatures import erasure, queries, retention
from signatures.choices import Kept
from signatures.models import RetentionPolicy, Signature
from signatures.models.retention import LONGEST, NOTICE_DAYS
from tests.people import DARA, PENDING_DAYS, SOKHA, create_petition, made_old, signed

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def day(n):
    return TODAY + datetime.timedelta(days=n)


def promise(kind, days, since, **fields):
    return RetentionPolicy.objects.create(kind=kind, days=days, since=since, note_km="ក", note_en="a", **fields)


def began(kind, ago):
    """As if the first promise of a kind had been made so long ago: for that the trigger must look away."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signatures_retentionpolicy DISABLE TRIGGER USER")
        cursor.execute("UPDATE signatures_retentionpolicy SET since = %s WHERE kind = %s", [day(-ago), kind])
        cursor.execute("ALTER TABLE signatures_retentionpolicy ENABLE TRIGGER USER")


def past(kind, days, ago):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signatures_retentionpolicy DISABLE TRIGGER USER")
        promise(kind, days, day(-ago))
        cursor.execute("ALTER TABLE signatures_retentionpolicy ENABLE TRIGGER USER")


def refused_by(act):
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        act()
    return refused.value.__cause__.diag.constraint_name


# -- what the migrations promise -----------------------------------------------------------------------------------


def test_every_kind_has_a_time_from_the_first_day():
    assert {term.kind: term.days for term in retention.terms()} == {
        Kept.UNCONFIRMED: PENDING_DAYS,
        Kept.REJECTED: 30,
        Kept.NETWORKS: 7,
        Kept.MAILINGS: 7,
        Kept.ADDRESSES: 90,
        Kept.IDENTITIES: 180,
        Kept.DELIVERY_FILES: 30,
    }


def test_every_kind_has_its_bound():
    assert set(LONGEST) == set(Kept)


# -- what the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kept)
def test_nothing_is_kept_longer_than_its_bound(kind):
    bound = LONGEST[kind]
    assert refused_by(lambda: promise(kind, bound + 1, day(60))) == "retention_within_bounds"
    assert promise(kind, bound, day(60)).pk


def test_no_time_of_no_days():
    assert refused_by(lambda: promise("networks", 0, day(60))) == "retention_within_bounds"


def test_unknown_kind():
    assert refused_by(lambda: promise("names", 7, day(60))) == "retention_within_bounds"


def test_longer_time_needs_its_notice():
    assert refused_by(lambda: promise("networks", 8, day(NOTICE_DAYS - 1))) == "retention_longer_is_announced"
    assert promise("networks", 8, day(NOTICE_DAYS)).pk


def test_shorter_time_holds_from_tomorrow_on_or_from_today():
    began("networks", 10)
    assert promise("networks", 5, TODAY).pk
    assert retention.days(Kept.NETWORKS) == 5


@pytest.mark.parametrize("since", [-1, 0])
def test_time_does_not_begin_before_the_one_that_holds(since):
    assert refused_by(lambda: promise("networks", 5, day(since))) == "retention_comes_last"


def test_times_are_announced_one_after_the_other():
    promise("networks", 5, day(10))
    assert refused_by(lambda: promise("networks", 4, day(9))) == "retention_comes_last"


@pytest.mark.parametrize("field", [{"days": 1}, {"since": TODAY}, {"kind": "mailings"}])
def test_promise_is_not_rewritten(field):
    row = promise("networks", 5, day(10))
    assert refused_by(lambda: RetentionPolicy.objects.filter(pk=row.pk).update(**field)) in (
        "retention_is_kept",
        "retention_one_a_day",
    )


def test_note_of_a_promise_can_be_mended():
    assert RetentionPolicy.objects.filter(kind="networks").update(note_en="Better words.") == 1


def test_promise_that_holds_is_not_taken_back():
    assert refused_by(lambda: RetentionPolicy.objects.filter(kind="networks").delete()) == "retention_is_kept"


def test_shorter_time_that_was_announced_is_not_taken_back():
    row = promise("networks", 5, day(10))
    assert refused_by(row.delete) == "retention_is_kept"


def test_longer_time_that_was_announced_can_be_taken_back():
    promise("networks", 10, day(40)).delete()
    assert RetentionPolicy.objects.filter(kind="networks").count() == 1


@pytest.mark.parametrize(
    ("days", "since", "field"), [(15, 60, "days"), (8, 10, "since"), (5, -1, "since"), (5, 0, "since")]
)
def test_form_says_before_the_database_does(days, since, field):
    row = RetentionPolicy(kind="networks", days=days, since=day(since), note_km="ក", note_en="a")
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert field in refused.value.message_dict


# -- from when on --------------------------------------------------------------------------------------------------


def test_one_time_alone_ends_what_is_older_than_its_days():
    assert retention.first_kept(Kept.NETWORKS, TODAY) == day(-7)


def test_time_to_come_changes_nothing_yet():
    promise("networks", 3, day(5))
    assert retention.first_kept(Kept.NETWORKS, TODAY) == day(-7)


def test_shorter_time_holds_for_what_is_there_already():
    began("networks", 10)
    promise("networks", 3, TODAY)
    assert retention.first_kept(Kept.NETWORKS, TODAY) == day(-3)


def test_longer_time_holds_only_for_what_came_since():
    began("networks", 50)
    past("networks", 14, 10)
    # Of ten days ago and later: fourteen days. What came before was promised seven, which are over.
    assert retention.first_kept(Kept.NETWORKS, TODAY) == day(-10)
    assert retention.first_kept(Kept.NETWORKS, day(10)) == day(-4)


def test_purge_and_link_go_by_the_same_promise():
    began("unconfirmed", 50)
    promise("unconfirmed", 5, TODAY)
    petition = create_petition()
    made_old(signed(petition, SOKHA), 6)
    kept = made_old(signed(petition, DARA), 5)
    assert queries.oldest_pending_day(TODAY) == day(-5)
    assert erasure.purge().unconfirmed == 1
    assert Signature.objects.get().pk == kept.pk


def test_mail_and_page_name_the_days_that_hold_now(client, mailoutbox):
    began("unconfirmed", 50)
    promise("unconfirmed", 5, TODAY)
    create_petition()
    assert "5 days" in " ".join(client.get("/en/petitions/peace/sent/").content.decode().split())


def test_two_policies_of_one_day_are_one_too_many():
    promise("networks", 5, day(10))
    with pytest.raises(IntegrityError), transaction.atomic():
        promise("networks", 4, day(10))
