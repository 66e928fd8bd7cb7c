import time

import pytest
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st

from signatures import noticing, stamps, suspicion

PETITION, ANOTHER = 7, 8
HERE, THERE = b"here", b"there"


@pytest.fixture(autouse=True)
def no_uses_yet(settings, db):
    caches[settings.RATELIMIT_USE_CACHE].clear()


def send(text, *, mailbox=b"sokha", network=HERE, petition=PETITION):
    """The signals of a form that comes in with this stamp."""
    sent = stamps.Sent(text, petition, network=network, mailbox_hash=mailbox)
    return sent.signals(caches["limits"].hit(sent.hits()) if sent.hits() else {})


def made(seconds_ago, *, personal=False, monkeypatch):
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now - seconds_ago)
        return stamps.make(PETITION, personal=personal)


@pytest.mark.parametrize("personal", [True, False])
def test_stamp_is_read_back(personal):
    stamp = stamps.read(stamps.make(PETITION, personal=personal), PETITION)
    assert stamp is not None and stamp.is_personal == personal and 0 <= stamp.age < 60


def test_shared_stamp_is_the_same_for_everyone(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.5)
    assert stamps.make(PETITION, personal=False) == stamps.make(PETITION, personal=False)


def test_personal_stamps_differ():
    assert stamps.make(PETITION, personal=True) != stamps.make(PETITION, personal=True)


def test_stamp_of_another_petition_is_none():
    assert stamps.read(stamps.make(ANOTHER, personal=False), PETITION) is None


@given(st.text(max_size=80))
def test_any_text_is_read_or_is_none(text):
    assert stamps.read(text, PETITION) is None


@given(st.integers(0, 70), st.characters())
def test_stamp_with_one_letter_changed_is_none(place, letter):
    stamp = stamps.make(PETITION, personal=True)
    place %= len(stamp)
    changed = stamp[:place] + letter + stamp[place + 1 :]
    assert (stamps.read(changed, PETITION) is None) == (changed != stamp)


def test_no_stamp_and_a_bad_one_are_noticed():
    assert (send(""), send("forged"), send("x" * 100_000)) == (["no_stamp"], ["odd_stamp"], ["odd_stamp"])


@pytest.mark.parametrize(
    ("seconds", "personal", "signals"),
    [
        (0, False, ["quick"]),
        (0, True, []),  # who mends one answer
        (60, False, []),
        (60 * 60 * 24, False, []),
        (60 * 60 * 24 * 3, False, ["old_stamp"]),
    ],
)
def test_age_of_a_form_is_noticed(monkeypatch, seconds, personal, signals):
    assert send(made(seconds, personal=personal, monkeypatch=monkeypatch)) == signals


def test_personal_stamp_serves_one_mailbox_however_often():
    stamp = stamps.make(PETITION, personal=True)
    assert [send(stamp), send(stamp), send(stamp, mailbox=b"dara"), send(stamp, network=THERE, mailbox=b"marie")] == [
        [],
        [],
        ["worn_stamp"],
        ["worn_stamp"],
    ]


def test_shared_stamp_serves_as_many_of_a_network_as_may_have_got_the_same_page(monkeypatch):
    stamp = made(60, monkeypatch=monkeypatch)
    sent = [send(stamp, mailbox=b"%d" % number) for number in range(stamps.SHARED_BY + 1)]
    assert sent == [[]] * stamps.SHARED_BY + [["worn_stamp"]]
    assert send(stamp, network=THERE) == []


def test_no_stamp_holds_a_signature_by_itself():
    codes = ("no_stamp", "odd_stamp", "old_stamp", "quick", "worn_stamp")
    assert max(noticing.score([code]) for code in codes) < suspicion.HOLD_AT
