"""A sweep against what signers, moderators and another sweep do at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction

from petition.models import AuditEntry
from signatures import counting, erasure, moderation, queries, signing, sweeps, sweeps_running
from signatures.models import Signature, Sweep
from signatures.sweeps import NotNow
from tests.people import confirmed, create_petition, person, sign, signed
from tests.races.together import together
from tests.sweeps import made, numbers, refreshed, signers, started, states, swept, worked

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 30


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return User.objects.create_user("chenda")


def faults(results):
    return [result for result in results if isinstance(result, Exception)]


def batches(row, size=4, step=sweeps_running.touch):
    """As a worker goes through it, in small batches."""

    def work():
        while (fresh := Sweep.objects.get(pk=row.pk)).state in (Sweep.State.RUNNING, Sweep.State.UNDOING):
            step(fresh, size=size)

    return work


def pointing(row):
    return Signature.objects.filter(sweep=row).count()


def is_true(row, petition):
    """Its numbers are those of the rows, and the kept counts those of the petition."""
    row.refresh_from_db()
    return (row.touched, counting.differences(), queries.count(petition)) == (
        pointing(row) + row.restored,
        [],
        states(petition).get("confirmed", 0),
    )


def test_two_workers_touch_each_signature_once(petition, chenda):
    signers(petition, SIZE)
    row = started(petition, chenda)
    assert faults(together([batches(row)] * 4)) == []
    assert (numbers(row), is_true(row, petition)) == ({"total": SIZE, "touched": SIZE}, True)
    assert AuditEntry.objects.filter(act="end").count() == 1


def test_two_workers_give_each_back_once(petition, chenda):
    signers(petition, SIZE)
    row = swept(petition, chenda)
    sweeps.undo(sweep=row, by=chenda)
    assert faults(together([batches(row, step=sweeps_running.give_back)] * 4)) == []
    assert (numbers(row)["restored"], states(petition)) == (SIZE, {"confirmed": SIZE})
    assert AuditEntry.objects.filter(act="end_undoing").count() == 1


def test_sweep_against_confirmations_leaves_the_counts_true(petition, chenda):
    signers(petition, SIZE)
    waiting = signers(petition, SIZE, how=signed, first=SIZE + 1)
    row = started(petition, chenda)
    acts = [lambda one=one: signing.confirm(signature=one) for one in waiting]
    acts[3:3] = [batches(row)] * 2
    assert faults(together(acts)) == []
    found = states(petition)
    assert (is_true(row, petition), row.touched >= SIZE, sum(found.values())) == (True, True, 2 * SIZE)
    assert found["held"] == row.touched


def test_sweep_against_withdrawals_erases_everyone_who_asked(petition, chenda):
    rows = signers(petition, SIZE)
    row = started(petition, chenda)
    acts = [lambda one=one: erasure.withdraw(signature=one) for one in rows]
    acts[3:3] = [batches(row)] * 2
    assert faults(together(acts)) == []
    assert (states(petition), pointing(row), counting.differences()) == ({"withdrawn": SIZE}, 0, [])


@pytest.mark.parametrize("decide", ["hold", "release", "hide"])
def test_sweep_against_moderators_leaves_what_they_decided(petition, chenda, decide):
    rows = [confirmed(petition, person(n, visibility="public", comment="For peace.")) for n in range(1, SIZE + 1)]
    row = started(petition, chenda)
    reason = {} if decide == "release" else {"reason": "duplicate"}
    verb = getattr(moderation, decide)
    acts = [lambda one=one: verb(ids=[one.pk], by=chenda, **reason) for one in rows]
    acts[3:3] = [batches(row)] * 2
    acts += [lambda: verb(ids=[one.pk for one in reversed(rows)], by=chenda, **reason)]
    assert faults(together(acts)) == []
    assert (counting.differences(), refreshed(row).state) == ([], "done")
    by_hand = list(Signature.objects.filter(sweep=None).order_by("pk").values_list("pk", flat=True))
    before = {one.pk: (one.state, one.held_reason, one.review) for one in Signature.objects.filter(pk__in=by_hand)}
    sweeps.undo(sweep=row, by=chenda)
    worked(row)
    after = {one.pk: (one.state, one.held_reason, one.review) for one in Signature.objects.filter(pk__in=by_hand)}
    assert before == after


def test_sweeps_that_overlap_never_wait_in_a_circle(petition, chenda):
    signers(petition, SIZE)
    first, second = started(petition, chenda), started(petition, chenda, reason="duplicate")
    assert faults(together([batches(first, 3), batches(second, 5), batches(first, 7), batches(second, 2)])) == []
    assert (is_true(first, petition), is_true(second, petition)) == (True, True)
    assert (first.touched + second.touched, states(petition)) == (SIZE, {"held": SIZE})


def test_sweep_against_its_opposite_leaves_the_counts_true(petition, chenda):
    rows = signers(petition, SIZE)
    moderation.hold(ids=[one.pk for one in rows[::2]], reason="fraud", by=chenda)
    hold, release = started(petition, chenda), started(petition, chenda, "release")
    assert faults(together([batches(hold, 3), batches(release, 5)])) == []
    found = states(petition)
    assert (sum(found.values()), counting.differences()) == (SIZE, [])
    assert queries.count(petition) == found.get("confirmed", 0)


def test_undoing_against_withdrawals_and_moderators_leaves_the_counts_true(petition, chenda):
    rows = signers(petition, SIZE)
    row = swept(petition, chenda)
    sweeps.undo(sweep=row, by=chenda)
    acts = [lambda one=one: erasure.withdraw(signature=one) for one in rows[::3]]
    acts += [lambda one=one: moderation.release(ids=[one.pk], by=chenda) for one in rows[1::3]]
    acts[3:3] = [batches(row, step=sweeps_running.give_back)] * 2
    assert faults(together(acts)) == []
    assert (counting.differences(), states(petition)) == ([], {"confirmed": SIZE * 2 // 3, "withdrawn": SIZE // 3})


def test_stop_against_batches_leaves_true_numbers(petition, chenda):
    signers(petition, SIZE)
    row = started(petition, chenda)
    results = together([batches(row, 1), batches(row, 1), lambda: sweeps.cancel(sweep=row, by=chenda)])
    assert [type(fault) for fault in faults(results)] in ([], [NotNow])
    assert is_true(row, petition)
    assert row.state in ("cancelled", "done")


def test_one_that_is_started_by_many_at_once_is_started_once(petition, chenda):
    signers(petition, 3)
    row = made(petition, chenda)
    done = together([lambda: sweeps.start(sweep=row, number=3, by=chenda)] * 8)
    assert [type(fault) for fault in faults(done)] == [NotNow] * 7
    assert AuditEntry.objects.filter(act="start").count() == 1


def test_one_that_is_started_while_it_is_cleared_up_is_there(petition, chenda):
    signers(petition, 3)
    row = made(petition, chenda)
    together([lambda: sweeps.start(sweep=row, number=3, by=chenda), sweeps_running.clear_up])
    assert numbers(worked(row)) == {"total": 3, "touched": 3}


def test_count_keeps_no_signer_waiting(petition, chenda):
    """While it is counted, people sign, confirm and withdraw."""
    one, another = signers(petition, 2)
    third = signed(petition, person(3))
    row = sweeps.make(petition=petition, act="hold", reason="fraud", conditions={"country": "KH"}, by=chenda)
    acts = [
        lambda: sign(petition, person(4)),
        lambda: signing.confirm(signature=third),
        lambda: erasure.withdraw(signature=one),
    ]

    def act(number):
        try:
            return acts[number]()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads, transaction.atomic():
        sweeps_running.count(row)
        done = [threads.submit(act, number) for number in range(3)]
        assert [future.result(timeout=10) for future in done] == [None, True, True]
    assert refreshed(row).total == 2
    assert another.pk


def test_count_that_takes_too_long_gives_up(petition, chenda):
    signers(petition, 1)
    row = sweeps.make(petition=petition, act="hold", reason="fraud", conditions={"country": "KH"}, by=chenda)
    locked, over = threading.Event(), threading.Event()

    def keep_away():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK TABLE signatures_signature IN ACCESS EXCLUSIVE MODE")
                locked.set()
                over.wait(30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        holding = thread.submit(keep_away)
        assert locked.wait(30)
        sweeps_running.count(row, seconds=0.1)
        over.set()
        holding.result(timeout=30)
    row.refresh_from_db()
    assert (row.state, row.fault, row.counted_at) == ("draft", "QueryCanceled", None)
    sweeps.recount(sweep=row, by=chenda)
    assert worked(row).total == 1
