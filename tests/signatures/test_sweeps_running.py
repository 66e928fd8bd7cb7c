"""What a sweep touches, and what undoing it gives back."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from petition.models import AuditEntry
from signatures import blind, erasure, moderation, networks, queries, signing, sweep_scope, sweeps, sweeps_running
from signatures.choices import Review
from signatures.models import NetworkKey, Signature, Sweep
from tests.people import NETWORK_DAYS, confirmed, create_petition, made_old, person, signed
from tests.sweeps import made, numbers, refreshed, shown, signers, started, states, swept, undone, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda():
    return User.objects.create_user("chenda")


def kept(signature):
    """What a sweep may change of a signature."""
    signature.refresh_from_db()
    return (signature.state, signature.held_reason, signature.review, signature.review_reason, signature.sweep_id)


# -- counting ------------------------------------------------------------------------------------------------------


def test_counting_touches_nothing_and_tells_how_many_of_each_state(petition, chenda):
    signers(petition, 3)
    signed(petition, person(4))
    row = made(petition, chenda)
    assert (row.state, row.matched, numbers(row)) == ("ready", {"confirmed": 3, "pending": 1}, {"total": 3})
    assert states(petition) == {"confirmed": 3, "pending": 1}


def test_the_sample_is_of_what_would_be_touched(petition, chenda):
    rows = signers(petition, 3)
    signed(petition, person(4))
    assert made(petition, chenda).sample == [row.pk for row in rows]


@pytest.mark.parametrize("by", ["name_hash", "domain_hash", "network_hashes"])
@pytest.mark.parametrize("n", [0, 1, 9])
def test_few_that_are_found_by_a_hash_are_told_as_none_are(petition, chenda, by, n):
    """Whoever may sweep cannot try whether somebody of a certain name, or from a certain network, has signed."""
    rows = signers(petition, n, name="Signer b")
    looked_for = bytes(getattr(rows[0], by.removesuffix("es"))) if rows else b"nobody has it"
    row = made(petition, chenda, conditions={}, **{by: [looked_for] if by.endswith("es") else looked_for})
    told = {name: getattr(row, name) for name in ("state", "matched", "total", "sample", "fault", "after", "reached")}
    nothing = {"matched": {}, "total": 0, "sample": [], "after": 0, "reached": 0}
    assert told == {"state": "ready", "fault": "few"} | nothing
    with pytest.raises(sweeps.NotNow):
        sweeps.start(sweep=row, number=n, by=chenda)


def test_who_looks_for_a_name_is_seen_and_the_name_is_not(petition, chenda):
    made(petition, chenda, conditions={"country": "KH", "domain": "example.org"}, domain_hash=b"x", name_hash=b"y")
    (entry,) = AuditEntry.objects.all()
    assert (entry.by, entry.act) == ("chenda", "count")
    assert entry.detail == {"conditions": ["country", "domain", "domain_hash", "name_hash"]}


# -- touching ------------------------------------------------------------------------------------------------------


def test_hold_takes_them_out_of_the_count_and_points_back(petition, chenda):
    rows = signers(petition, 3)
    abroad = confirmed(petition, person(9, country="US"))
    row = swept(petition, chenda)
    assert (row.state, numbers(row), queries.count(petition)) == ("done", {"total": 3, "touched": 3}, 1)
    assert {kept(one) for one in rows} == {("held", "fraud", "none", "", row.pk)}
    assert kept(abroad) == ("confirmed", "", "none", "", None)


def test_release_counts_them_again(petition, chenda):
    rows = signers(petition, 2)
    moderation.hold(ids=[one.pk for one in rows], reason="duplicate", by=chenda)
    row = swept(petition, chenda, "release")
    assert (numbers(row), queries.count(petition)) == ({"total": 2, "touched": 2}, 2)


def test_hide_hides_words_and_leaves_the_count(petition, chenda):
    waiting, approved, hidden = (confirmed(petition, shown(number)) for number in (1, 2, 3))
    moderation.approve(ids=[approved.pk], by=chenda)
    moderation.hide(ids=[hidden.pk], reason="abuse", by=chenda)
    row = swept(petition, chenda, "hide", reason="advertising")
    assert (numbers(row), queries.count(petition)) == ({"total": 2, "touched": 2}, 3)
    assert kept(waiting)[2:] == kept(approved)[2:] == ("hidden", "advertising", row.pk)
    assert kept(hidden)[2:] == ("hidden", "abuse", None)


def test_who_signs_after_the_count_is_not_in_it(petition, chenda):
    signers(petition, 1)
    row = started(petition, chenda)
    later = confirmed(petition, person(2))
    assert (numbers(worked(row)), kept(later)[0]) == ({"total": 1, "touched": 1}, "confirmed")


def test_another_petition_is_never_touched(petition, chenda):
    other = confirmed(create_petition("water"), person(1))
    confirmed(petition, person(1))
    swept(petition, chenda)
    assert kept(other)[0] == "confirmed"


def test_who_withdraws_before_their_turn_is_left_alone(petition, chenda):
    rows = signers(petition, 2)
    row = started(petition, chenda)
    erasure.withdraw(signature=rows[0])
    assert (numbers(worked(row)), kept(rows[0])[0]) == ({"total": 2, "touched": 1}, "withdrawn")


def test_it_goes_through_any_number_in_batches_and_back(petition, chenda):
    signers(petition, 7)
    row = started(petition, chenda)
    found = []
    for _ in range(4):
        sweeps_running.touch(refreshed(row), size=2)
        found.append((refreshed(row).state, row.touched))
    sweeps.undo(sweep=row, by=chenda)
    for _ in range(5):
        sweeps_running.give_back(refreshed(row), size=2)
        found.append((refreshed(row).state, row.restored))
    assert found[:4] == [("running", 2), ("running", 4), ("running", 6), ("done", 7)]
    assert found[4:] == [("undoing", 2), ("undoing", 4), ("undoing", 6), ("undoing", 7), ("undone", 7)]


def test_a_batch_that_is_done_again_does_nothing(petition, chenda):
    signers(petition, 2)
    stale = started(petition, chenda)
    sweeps_running.touch(stale)
    sweeps_running.touch(stale)
    assert numbers(stale) == {"total": 2, "touched": 2}
    assert AuditEntry.objects.filter(act="end").count() == 1


def test_a_million_touched_are_one_row_of_the_audit_trail(petition, chenda):
    signers(petition, 3)
    row = swept(petition, chenda)
    acts = list(AuditEntry.objects.order_by("id").values_list("by", "act", "target", "detail"))
    target = f"signatures.sweep:{row.pk}"
    assert acts == [
        ("chenda", "count", target, {"conditions": ["country"]}),
        ("chenda", "start", target, {"does": "hold", "reason": "fraud", "signatures": 3}),
        ("system", "end", target, {"touched": 3}),
    ]


# -- undoing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["hold", "release", "hide"])
def test_undone_each_is_exactly_what_it_was(petition, chenda, act):
    rows = [confirmed(petition, shown(number)) for number in range(1, 7)]
    moderation.approve(ids=[rows[1].pk], by=chenda)
    moderation.hide(ids=[rows[2].pk], reason="abuse", by=chenda)
    moderation.hold(ids=[rows[3].pk], reason="duplicate", by=chenda)
    moderation.hold(ids=[rows[4].pk], reason="suspicious", by=chenda)
    before = [kept(one) for one in rows]
    row = swept(petition, chenda, act)
    assert [kept(one) for one in rows] != before
    row = undone(row, chenda)
    assert (row.state, row.restored, row.left_alone) == ("undone", row.touched, 0)
    assert [kept(one) for one in rows] == before


def test_what_somebody_decided_since_stays(petition, chenda):
    released, again, untouched = signers(petition, 3)
    row = swept(petition, chenda)
    moderation.release(ids=[released.pk, again.pk], by=chenda)
    moderation.hold(ids=[again.pk], reason="fraud", by=chenda)
    row = undone(row, chenda)
    assert [kept(one)[0] for one in (released, again, untouched)] == ["confirmed", "held", "confirmed"]
    assert (row.restored, row.left_alone) == (1, 2)


def test_words_that_were_hidden_again_in_the_queue_stay_hidden(petition, chenda):
    signature = confirmed(petition, shown(1))
    moderation.approve(ids=[signature.pk], by=chenda)
    row = swept(petition, chenda, "hide")
    words = {"public_name": "Signer b", "comment": "Nobody has read this.", "wants_updates": False}
    signing.choose(signature=signature, visibility="public", **words)
    signature.refresh_from_db()
    decision = moderation.Decision(Review.HIDDEN, "fraud", moderation.mark(signature))
    assert moderation.decide(decisions={signature.pk: decision}, by=chenda).made
    row = undone(row, chenda)
    assert (kept(signature)[2], row.restored, row.left_alone) == ("hidden", 0, 1)


def test_new_words_of_a_signer_are_not_approved_by_undoing(petition, chenda):
    signature = confirmed(petition, shown(1))
    moderation.approve(ids=[signature.pk], by=chenda)
    row = swept(petition, chenda, "hide")
    words = {"public_name": "Signer b", "comment": "Nobody has read this.", "wants_updates": False}
    signing.choose(signature=signature, visibility="public", **words)
    row = undone(row, chenda)
    assert (kept(signature)[2], row.restored, row.left_alone) == ("waiting", 0, 1)


def test_who_withdrew_since_is_not_brought_back(petition, chenda):
    gone, there = signers(petition, 2)
    row = swept(petition, chenda)
    erasure.withdraw(signature=gone)
    row = undone(row, chenda)
    assert (kept(gone), kept(there)[0]) == (("withdrawn", "", "none", "", None), "confirmed")
    assert (row.restored, row.left_alone) == (1, 1)


def test_what_a_later_sweep_took_is_given_back_by_that_one(petition, chenda):
    (one,) = signers(petition, 1)
    first = swept(petition, chenda)
    second = swept(petition, chenda, "release")
    assert (undone(first, chenda).left_alone, kept(one)[0]) == (1, "confirmed")
    assert (undone(second, chenda).restored, kept(one)[:2]) == (1, ("held", "fraud"))


def test_undoing_twice_at_one_place_gives_back_once(petition, chenda):
    signers(petition, 2)
    row = swept(petition, chenda)
    sweeps.undo(sweep=row, by=chenda)
    row.refresh_from_db()
    sweeps_running.give_back(row)
    sweeps_running.give_back(row)
    assert (numbers(row)["restored"], worked(row).state) == (2, "undone")


# -- what is forgotten ---------------------------------------------------------------------------------------------


def test_at_its_end_a_sweep_forgets_what_it_looked_for(petition, chenda):
    one = signers(petition, 10, name="Signer b")[0]
    hashes = {"network_hashes": [bytes(one.network_hash)], "domain_hash": bytes(one.domain_hash)}
    row = swept(petition, chenda, conditions={}, name_hash=bytes(one.name_hash), **hashes)
    assert numbers(row) == {"total": 10, "touched": 10}
    assert (row.network_hashes, bytes(row.domain_hash), bytes(row.name_hash)) == ([], b"", b"")
    assert not sweep_scope.in_scope(row).exists()


def test_hashes_of_networks_go_with_their_keys_and_then_find_nothing(petition, chenda):
    one = signers(petition, 10)[0]
    row = made(petition, chenda, conditions={}, network_hashes=[bytes(one.network_hash)])
    sweeps.start(sweep=row, number=10, by=chenda)
    sweeps.pause(sweep=row, by=chenda)
    Sweep.objects.update(made_at=timezone.now() - datetime.timedelta(days=NETWORK_DAYS, hours=1))
    sweeps_running.clear_up()
    sweeps.resume(sweep=row, by=chenda)
    assert (numbers(worked(row)), kept(one)[0]) == ({"total": 10}, "confirmed")


def test_what_nobody_starts_is_dropped_and_what_was_started_never(petition, chenda):
    signers(petition, 1)
    old, done = made(petition, chenda), swept(petition, chenda)
    Sweep.objects.update(made_at=timezone.now() - datetime.timedelta(days=2))
    fresh = made(petition, chenda)
    sweeps_running.clear_up()
    assert list(Sweep.objects.order_by("pk").values_list("pk", flat=True)) == [old.pk, done.pk, fresh.pk]
    Sweep.objects.exclude(pk=fresh.pk).filter(state="ready").update(
        counted_at=timezone.now() - datetime.timedelta(days=2)
    )
    sweeps_running.clear_up()
    assert list(Sweep.objects.order_by("pk").values_list("pk", flat=True)) == [done.pk, fresh.pk]


# -- conditions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"country": "US"}, [2]),
        ({"language": "en"}, [3]),
        ({"origin": "paper"}, [4]),
        ({"state": "held"}, [5]),
        ({"score_from": 50}, [6, 7]),
        ({"score_from": 50, "score_to": 60}, [6]),
        ({"signal": ["burst"]}, [7]),
        ({"signed_to": "2017-10-23"}, [8]),
        ({"signed_from": "2017-10-23", "signed_to": "2017-10-23", "country": "KH"}, [8]),
        ({"signed_from": "2017-10-23", "country": "US"}, [2]),
        ({"country": "FR"}, []),
    ],
)
def test_all_conditions_must_be_met(petition, chenda, conditions, found):
    rows = dict(enumerate(signers(petition, 8), start=1))
    changes = {
        2: {"country": "US"},
        3: {"language": "en"},
        4: {"origin": "paper"},
        5: {"state": "held", "held_reason": "fraud"},
        6: {"score": 50},
        7: {"score": 90, "signals": ["burst", "other"]},
        8: {"signed_on": "2017-10-23"},
    }
    for number, fields in changes.items():
        Signature.objects.filter(pk=rows[number].pk).update(**fields)
    row = made(petition, chenda, conditions=conditions)
    assert list(sweep_scope.in_scope(row).order_by("pk")) == [rows[number] for number in found]


def test_a_range_of_numbers_is_a_condition(petition, chenda):
    rows = signers(petition, 4)
    row = made(petition, chenda, conditions={"first": rows[1].pk, "last": rows[2].pk})
    assert list(sweep_scope.in_scope(row).order_by("pk")) == rows[1:3]


def test_a_network_is_found_on_each_day_whose_key_still_lives(petition, chenda):
    networks.day_key.cache_clear()
    network, today = "198.51.100.0/24", timezone.localdate()
    days = [today - datetime.timedelta(days=back) for back in range(3)]
    NetworkKey.objects.bulk_create([NetworkKey(day=day, key=bytes([n]) * 32) for n, day in enumerate(days[1:])])
    rows = [signed(petition, person(number), network) for number in (1, 2, 3)]
    for row, key in zip(rows[1:], NetworkKey.objects.filter(day__lt=today).order_by("-day"), strict=True):
        Signature.objects.filter(pk=made_old(row, (today - key.day).days).pk).update(
            network_hash=blind.network(network, bytes(key.key))
        )
    signed(petition, person(4))
    hashes = sweep_scope.network_hashes(network)
    row = made(petition, chenda, conditions={}, network_hashes=list(hashes.values()))
    assert (list(hashes), list(sweep_scope.in_scope(row).order_by("pk"))) == (days[::-1], rows)
