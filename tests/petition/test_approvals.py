"""Two people: who may ask, who may allow, and that what was allowed is used once, or for its hours."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from petition import approvals
from petition.models import Approval, AuditEntry
from tests.people import asked, create_staff

pytestmark = pytest.mark.django_db

ONCE, HOURS = "build_delivery", "fetch_packets"
TARGET = "delivery.delivery:1"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def bopha():
    return create_staff("bopha")


@pytest.fixture
def vibol():
    return create_staff("vibol")


def refused(verb, **arguments):
    """The sentence with which a verb refuses."""
    with pytest.raises(approvals.NotAllowed) as problem:
        verb(**arguments)
    return str(problem.value)


def use(by, kind=ONCE, target=TARGET):
    with transaction.atomic():
        return approvals.use(kind=kind, target=target, by=by)


def allowed(by, other, kind=ONCE):
    return approvals.allow(approval=asked(kind, TARGET, by), by=other)


def run_out(row):
    """As if its time were over."""
    Approval.objects.filter(pk=row.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))


def leave(user):
    user.is_active = False
    user.save(update_fields=["is_active"])


def states():
    return list(Approval.objects.order_by("pk").values_list("state", flat=True))


# -- asking and allowing -------------------------------------------------------------------------------------------


def test_who_asked_may_use_what_another_allowed(bopha, vibol):
    allowed(bopha, vibol)
    use(bopha)
    assert states() == ["used"]


def test_every_step_is_in_the_audit_trail(bopha, vibol):
    row = allowed(bopha, vibol)
    use(bopha)
    approvals.refuse(approval=asked(ONCE, TARGET, bopha), by=vibol)
    approvals.withdraw(approval=asked(ONCE, TARGET, bopha), by=bopha)

    entries = AuditEntry.objects.order_by("pk")
    assert list(entries.values_list("by", "act")) == [
        ("bopha", "ask_approval"),
        ("vibol", "allow_approval"),
        ("bopha", "use_approval"),
        ("bopha", "ask_approval"),
        ("vibol", "refuse_approval"),
        ("bopha", "ask_approval"),
        ("bopha", "withdraw_approval"),
    ]
    assert (entries[0].target, entries[0].detail) == (TARGET, {"kind": ONCE, "request": row.pk})


def test_the_reason_is_not_in_the_audit_trail(bopha):
    row = asked(ONCE, TARGET, bopha)
    assert row.why not in str(list(AuditEntry.objects.values()))


def test_nobody_allows_what_they_asked_for(vibol):
    row = asked(ONCE, TARGET, vibol)
    said = refused(approvals.allow, approval=row, by=vibol)
    assert said == "You have asked for it yourself: another person has to decide."


def test_the_database_holds_that_it_takes_two(vibol):
    row = asked(ONCE, TARGET, vibol)
    with pytest.raises(IntegrityError, match="approval_needs_two_people|two active people"), transaction.atomic():
        Approval.objects.filter(pk=row.pk).update(state="allowed", decided_by=vibol, decided_at=timezone.now())


def test_only_who_may_do_it_asks_for_it():
    said = refused(approvals.ask, kind=ONCE, target=TARGET, why="x", by=create_staff("chenda"))
    assert said == "You do not have the right to do this."


def test_who_may_neither_do_nor_allow_it_does_not_decide(bopha):
    row = asked(ONCE, TARGET, bopha)
    for verb in (approvals.allow, approvals.refuse):
        assert refused(verb, approval=row, by=create_staff_once("chenda")) == (
            "You do not have the right to decide this."
        )


def create_staff_once(name):
    return User.objects.filter(username=name).first() or create_staff(name)


def test_the_right_to_allow_is_enough_to_allow_and_not_to_do(bopha):
    chenda = create_staff("chenda")
    chenda.user_permissions.add(Permission.objects.get(codename="allow_approval"))
    approvals.allow(approval=asked(ONCE, TARGET, bopha), by=chenda)
    assert states() == ["allowed"]
    assert refused(approvals.ask, kind=HOURS, target=TARGET, why="x", by=chenda)


def test_the_same_is_asked_for_once_at_a_time(bopha, vibol):
    asked(ONCE, TARGET, bopha)
    said = refused(approvals.ask, kind=ONCE, target=TARGET, why="x", by=vibol)
    assert said == "Somebody has asked for the same, and waits for an answer."


def test_something_else_is_asked_for_beside_it(bopha):
    asked(ONCE, TARGET, bopha)
    asked(ONCE, "delivery.delivery:2", bopha)
    asked(HOURS, TARGET, bopha)
    assert states() == ["asked"] * 3


def test_what_is_allowed_is_not_asked_for_again(bopha, vibol):
    allowed(bopha, vibol)
    assert refused(approvals.ask, kind=ONCE, target=TARGET, why="x", by=bopha) == "This was allowed already."


@pytest.mark.parametrize("verb", [approvals.allow, approvals.refuse])
def test_what_was_decided_is_not_decided_again(bopha, vibol, verb):
    row = allowed(bopha, vibol)
    assert refused(verb, approval=row, by=vibol) == "This request is no longer open."


def test_what_was_refused_can_not_be_used_and_can_be_asked_for_anew(bopha, vibol):
    approvals.refuse(approval=asked(ONCE, TARGET, bopha), by=vibol)
    assert refused(use, by=bopha) == "A second person has to allow this first."
    allowed(bopha, vibol)
    assert states() == ["refused", "allowed"]


def test_what_was_allowed_can_be_taken_back(bopha, vibol):
    approvals.withdraw(approval=allowed(bopha, vibol), by=bopha)
    assert refused(use, by=bopha) == "A second person has to allow this first."


def test_only_who_asked_takes_it_back(bopha, vibol):
    row = asked(ONCE, TARGET, bopha)
    assert refused(approvals.withdraw, approval=row, by=vibol) == "Only who has asked for it can take it back."


# -- using ---------------------------------------------------------------------------------------------------------


def test_nothing_is_used_that_was_not_allowed(bopha):
    assert refused(use, by=bopha) == "A second person has to allow this first."
    asked(ONCE, TARGET, bopha)
    assert refused(use, by=bopha) == "A second person has to allow this first."


def test_it_is_used_once(bopha, vibol):
    allowed(bopha, vibol)
    use(bopha)
    assert refused(use, by=bopha) == "A second person has to allow this first."


def test_only_who_asked_uses_it(bopha, vibol):
    allowed(bopha, vibol)
    assert refused(use, by=vibol) == "A second person has to allow this first."


def test_it_holds_for_its_target_and_its_kind_alone(bopha, vibol):
    allowed(bopha, vibol)
    assert refused(use, by=bopha, target="delivery.delivery:2")
    assert refused(use, by=bopha, kind=HOURS)


def test_an_act_that_fails_leaves_it_unused(bopha, vibol):
    allowed(bopha, vibol)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        approvals.use(kind=ONCE, target=TARGET, by=bopha)
        raise ZeroDivisionError
    assert states() == ["allowed"]


def test_what_lasts_is_used_as_often_as_one_wants(bopha, vibol):
    row = allowed(bopha, vibol, HOURS)
    use(bopha, HOURS)
    use(bopha, HOURS)
    assert row.expires_at - row.decided_at == datetime.timedelta(hours=8)
    assert AuditEntry.objects.filter(act="use_approval").count() == 2


def test_who_lost_the_right_uses_nothing(bopha, vibol):
    allowed(bopha, vibol)
    bopha.groups.clear()
    assert refused(use, by=User.objects.get(pk=bopha.pk)) == "You do not have the right to do this."


# -- time, and people who leave ------------------------------------------------------------------------------------


def test_a_request_is_open_for_a_day(bopha, vibol):
    row = asked(ONCE, TARGET, bopha)
    assert row.expires_at - row.asked_at == datetime.timedelta(hours=24)
    run_out(row)
    assert refused(approvals.allow, approval=row, by=vibol) == "This request is no longer open."
    assert not approvals.open_requests().exists()


def test_what_has_run_out_stands_in_nobodys_way(bopha, vibol):
    run_out(asked(ONCE, TARGET, bopha))
    row = allowed(bopha, vibol)
    run_out(row)
    asked(ONCE, TARGET, bopha)
    assert states() == ["expired", "expired", "asked"]


@pytest.mark.parametrize("kind", [ONCE, HOURS])
def test_what_was_allowed_runs_out(bopha, vibol, kind):
    run_out(allowed(bopha, vibol, kind))
    assert refused(use, by=bopha, kind=kind) == "A second person has to allow this first."


def test_the_request_of_one_who_left_is_not_allowed_and_can_be_refused(bopha, vibol):
    row = asked(ONCE, TARGET, bopha)
    leave(bopha)
    assert refused(approvals.allow, approval=row, by=vibol) == "Who has asked for it may no longer do it."
    approvals.refuse(approval=row, by=vibol)
    assert states() == ["refused"]


def test_who_left_uses_nothing(bopha, vibol):
    allowed(bopha, vibol)
    leave(bopha)
    assert refused(use, by=bopha) == "You do not have the right to do this."


@pytest.mark.parametrize("kind", [ONCE, HOURS])
def test_the_word_of_one_who_left_is_worth_nothing(bopha, vibol, kind):
    allowed(bopha, vibol, kind)
    leave(vibol)
    assert refused(use, by=bopha, kind=kind) == "A second person has to allow this first."
    assert approvals.standing(kind=kind, target=TARGET, by=bopha).allowed is None


def test_after_one_who_left_another_can_allow_it(bopha, vibol):
    allowed(bopha, vibol)
    leave(vibol)
    allowed(bopha, User.objects.create_superuser("root"))
    use(bopha)
    assert states() == ["expired", "used"]


def test_who_left_does_not_count_among_those_who_may_allow(bopha, vibol):
    assert list(approvals.who_may_allow(approvals.kinds[ONCE])) == [bopha, vibol]
    leave(vibol)
    assert approvals.standing(kind=ONCE, target=TARGET, by=bopha).others == []


# -- what the database holds ---------------------------------------------------------------------------------------


def held(row, **values):
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        Approval.objects.filter(pk=row.pk).update(**values)
    return fault.value.__cause__.diag.constraint_name


def test_a_request_begins_as_asked(bopha, vibol):
    now = timezone.now()
    row = {"kind": ONCE, "target": TARGET, "why": "x", "asked_by": bopha, "asked_at": now, "expires_at": now}
    with pytest.raises(IntegrityError, match="begins as asked"), transaction.atomic():
        Approval.objects.create(**row, state="allowed", decided_by=vibol, decided_at=now)


@pytest.mark.parametrize("field", ["kind", "target", "why"])
def test_a_request_is_not_altered(bopha, field):
    assert held(asked(ONCE, TARGET, bopha), **{field: "other"}) == "approval_steps"


def test_a_request_is_nobody_elses(bopha, vibol):
    assert held(allowed(bopha, vibol), asked_by=User.objects.create_superuser("root")) == "approval_steps"


def test_who_allowed_it_is_not_altered(bopha, vibol):
    assert held(allowed(bopha, vibol), decided_by=User.objects.create_superuser("root")) == "approval_steps"


def test_what_was_used_is_not_allowed_again(bopha, vibol):
    row = allowed(bopha, vibol)
    use(bopha)
    assert held(row, state="allowed") == "approval_steps"


def test_what_nobody_allowed_is_not_used(bopha, vibol):
    row = asked(ONCE, TARGET, bopha)
    assert held(row, state="used", decided_by=vibol, decided_at=timezone.now()) == "approval_steps"


def test_what_has_run_out_is_not_used(bopha, vibol):
    row = allowed(bopha, vibol)
    run_out(row)
    assert held(row, state="used") == "approval_steps"


def test_nothing_lasts_longer_than_it_was_given(bopha, vibol):
    row = allowed(bopha, vibol, HOURS)
    assert held(row, expires_at=row.expires_at + datetime.timedelta(hours=1)) == "approval_steps"


def test_nothing_is_given_for_more_than_a_day(bopha, vibol):
    row, now = asked(ONCE, TARGET, bopha), timezone.now()
    days = now + datetime.timedelta(days=2)
    assert held(row, state="allowed", decided_by=vibol, decided_at=now, expires_at=days) == "approval_runs_out"


def test_one_who_left_allows_nothing(bopha, vibol):
    row = asked(ONCE, TARGET, bopha)
    leave(vibol)
    assert held(row, state="allowed", decided_by=vibol, decided_at=timezone.now()) == "approval_steps"


def test_what_is_allowed_names_who_allowed_it(bopha):
    assert held(asked(ONCE, TARGET, bopha), state="refused") == "approval_decided_is_whole"


def test_one_person_has_one_word_for_the_same(bopha, vibol):
    allowed(bopha, vibol)
    now = timezone.now()
    row = Approval.objects.create(
        kind=ONCE, target=TARGET, why="x", asked_by=bopha, asked_at=now, expires_at=now + approvals.OPEN_FOR
    )
    assert held(row, state="allowed", decided_by=vibol, decided_at=now) == "approval_allowed_once"


def test_no_request_is_deleted(bopha):
    row = asked(ONCE, TARGET, bopha)
    with pytest.raises(IntegrityError, match="not deleted"), transaction.atomic():
        row.delete()
