import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from signatures import erasure, moderation, networks, signing, suspicion, tasks, trends
from signatures.models import HourMark, HourTrend, Signature, TrendLimit
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, create_staff, person, sign, signed

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2027, 1, 30, 12, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    user = create_staff("chenda")
    user.email = "chenda@example.org"
    user.save(update_fields=["email"])
    return user


def write(after=0):
    """The look at so many hours after the first one."""
    return trends.write_hour(now=NOON + after * HOUR)


def row(petition):
    return HourTrend.objects.filter(petition=petition).latest("hour")


# -- the hours -----------------------------------------------------------------------------------------------------


def test_mark_is_the_highest_number_at_the_end_of_its_hour(petition):
    first = signed(petition, SOKHA)
    write()
    second = signed(petition, DARA)
    write(1)
    marks = list(HourMark.objects.order_by("hour").values_list("hour", "last_id"))
    assert marks == [(NOON - HOUR, first.pk), (NOON, second.pk)]


def test_mark_of_an_empty_site_is_nought():
    write()
    assert HourMark.objects.get().last_id == 0


def test_first_hour_only_begins_the_marks(petition):
    signed(petition, SOKHA)
    assert (write(), HourTrend.objects.count()) == ([], 0)


def test_hour_is_written_once(petition):
    write()
    signed(petition, SOKHA)
    write(1)
    signed(petition, DARA)
    assert (write(1), row(petition).taken) == ([], 1)


def test_hour_holds_what_came_in_and_what_became_of_all(petition, chenda):
    confirmed(petition, SOKHA)
    write()
    signed(petition, DARA)
    suspicious = signed(petition, MARIE)
    Signature.objects.filter(pk=suspicious.pk).update(score=suspicion.HOLD_AT, signals=["listed"])
    signing.confirm(signature=suspicious)
    write(1)
    found = row(petition)
    assert (found.hour, found.web, found.paper, found.stall) == (NOON, 2, 0, 0)
    assert (found.suspicious, found.confirmed_so_far, found.held_so_far) == (1, 1, 1)


def test_hour_tells_how_many_were_alike_and_never_who(petition):
    write()
    long_reason = "Because everybody should live in peace"
    for n in range(6):
        who = person(n, email=f"box{n}@attack.example" if n < 3 else f"box{n}@gmail.com")
        who = who._replace(visibility="public", comment=long_reason if n < 4 else "For peace")
        sign(petition, who._replace(name="Sok Sophea") if n < 2 else who, network=f"10.0.{n // 5}.0/24")
    write(1)
    found = row(petition)
    assert (found.top_network, found.top_domain, found.top_name, found.top_comment) == (5, 3, 2, 4)
    assert {type(getattr(found, field.attname)) for field in HourTrend._meta.concrete_fields} == {
        int,
        datetime.datetime,
    }


def test_withdrawn_and_unknown_are_alike_with_nobody(petition):
    write()
    for who in (SOKHA, DARA):
        erasure.withdraw(signature=signed(petition, who))
    sign(petition, MARIE, network="")
    write(1)
    found = row(petition)
    assert (found.taken, found.top_network, found.top_domain, found.top_name) == (3, 0, 1, 1)


def test_each_petition_has_its_row(petition):
    other = create_petition("water")
    create_petition("secret", state="draft")
    write()
    signed(other, SOKHA)
    write(1)
    rows = HourTrend.objects.order_by("petition_id")
    assert [(row.petition_id, row.taken) for row in rows] == [(petition.pk, 0), (other.pk, 1)]


def test_hours_are_written_in_as_many_statements_however_many_petitions(petition, django_assert_num_queries):
    write()
    for slug in ("water", "air"):
        create_petition(slug)
    networks.day_key(timezone.localdate())
    with django_assert_num_queries(12):
        write(1)


def test_hours_are_forgotten_with_the_hashes_of_networks(petition):
    now = timezone.now()
    for days in (8, 6):
        hour = trends.last_whole_hour(now - datetime.timedelta(days=days))
        HourMark.objects.create(hour=hour, last_id=1)
        HourTrend.objects.create(petition=petition, hour=hour)
    assert (erasure.purge(dry_run=True).hours, erasure.purge().hours, erasure.purge().hours) == (2, 2, 0)
    assert (HourMark.objects.count(), HourTrend.objects.count()) == (1, 1)


# -- who is told ---------------------------------------------------------------------------------------------------


def test_every_limit_has_a_row_that_begins_with_the_numbers_of_the_registry():
    rows = {row.code: (row.is_on, row.least, row.percent) for row in TrendLimit.objects.all()}
    assert rows == {t.code: (True, t.least, t.percent) for t in suspicion.TRENDS.values()}


@pytest.mark.parametrize(
    ("numbers", "codes"),
    [
        ({"web": 0}, []),
        ({"web": 200, "top_domain": 50}, ["top_domain"]),
        ({"web": 200, "top_domain": 49}, []),
        ({"web": 501, "top_domain": 50}, []),
        ({"web": 3000}, ["taken"]),
        ({"web": 400, "suspicious": 40, "top_network": 300, "top_name": 20}, ["suspicious", "top_network", "top_name"]),
    ],
)
def test_hour_is_over_a_limit_by_number_and_share(numbers, codes):
    assert trends.over(HourTrend(**numbers), trends.limits()) == codes


def test_limit_of_nought_is_over_with_one():
    limits = trends.limits() | {"top_name": trends.Limit(True, 0, 0)}
    assert [trends.over(HourTrend(web=n, top_name=n), limits) for n in (0, 1)] == [[], ["top_name"]]


def test_staff_set_the_limits(petition):
    TrendLimit.objects.filter(code="taken").update(least=1)
    TrendLimit.objects.filter(code="top_name").update(is_on=False)
    assert trends.over(HourTrend(web=30, top_name=30), trends.limits()) == ["taken"]


def attacked(petition):
    """An hour in which 60 came from one mail domain."""
    write()
    for n in range(60):
        sign(petition, person(n, email=f"box{n}@attack-marker.example"), network=f"10.0.{n}.0/24")


def test_organisers_with_an_address_are_told(petition, chenda):
    create_staff("vibol")  # an administrator without an address
    attacked(petition)
    assert write(1) == [chenda.pk]


def test_nobody_is_told_of_an_hour_like_any_other(petition, chenda):
    write()
    signed(petition, SOKHA)
    assert write(1) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"email": ""}])
def test_who_is_no_staff_any_more_is_not_told(petition, chenda, change):
    User.objects.filter(pk=chenda.pk).update(**change)
    assert list(trends.listeners()) == []


def test_who_has_the_right_twice_is_told_once(chenda):
    chenda.groups.add(Group.objects.get(name="administrators"))
    assert list(trends.listeners()) == [chenda]


def test_delivery_staff_are_not_told():
    bopha = create_staff("bopha")
    User.objects.filter(pk=bopha.pk).update(email="bopha@example.org")
    assert list(trends.listeners()) == []


def test_mail_says_what_happened_and_what_to_do_in_both_languages(petition, chenda, mailoutbox):
    attacked(petition)
    write(1)
    trends.tell(user_id=chenda.pk, hour=NOON)
    [mail] = mailoutbox
    assert (mail.to, mail.subject.startswith("ហត្ថលេខាគួរឱ្យសង្ស័យ · Suspicious signatures")) == ([chenda.email], True)
    for text in (mail.body, mail.alternatives[0].content):
        assert "60 of 60 signatures came from one mail domain" in text
        assert "ក្នុងចំណោមហត្ថលេខាចំនួន៦០ មាន៦០" in text
        assert "19:00" in text and "១៩:០០" in text  # by the clock of Phnom Penh
        assert "/admin/signatures/hourtrend/" in text and "/admin/signatures/signature/suspicious/" in text


def test_mail_holds_nothing_of_a_person(petition, chenda, mailoutbox):
    attacked(petition)
    write(1)
    trends.tell(user_id=chenda.pk, hour=NOON)
    [mail] = mailoutbox
    text = f"{mail.subject}{mail.body}{mail.alternatives[0].content}"
    assert [word for word in ("attack-marker", "Signer", "10.0.", "/s/") if word in text] == []


def test_mail_is_not_sent_to_who_may_not_hear_it_any_more(petition, chenda, mailoutbox):
    attacked(petition)
    write(1)
    chenda.groups.clear()
    trends.tell(user_id=chenda.pk, hour=NOON)
    assert mailoutbox == []


def test_worker_writes_the_hour_and_queues_a_mail_for_each(petition, chenda):
    now = timezone.now()
    trends.write_hour(now=now - HOUR)
    for n in range(60):
        sign(petition, person(n, email=f"box{n}@attack.example"), network=f"10.0.{n}.0/24")
    for _ in range(2):
        tasks.look_at_the_hour(timestamp=0)
    jobs = ProcrastinateJob.objects.filter(task_name="signatures.tasks.send_alarm")
    assert [job.args for job in jobs] == [{"user_id": chenda.pk, "hour": trends.last_whole_hour(now).isoformat()}]


def test_worker_mails_the_alarm(petition, chenda, mailoutbox):
    attacked(petition)
    write(1)
    tasks.send_alarm(user_id=chenda.pk, hour=NOON.isoformat())
    assert [mail.to for mail in mailoutbox] == [[chenda.email]]


def test_held_by_hand_is_held_too(petition, chenda):
    write()
    moderation.hold(ids=[confirmed(petition, SOKHA).pk], reason="fraud", by=chenda)
    write(1)
    assert (row(petition).held_so_far, row(petition).confirmed_so_far) == (1, 0)
