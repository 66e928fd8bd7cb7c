"""Limits over a real database: what is taken, what is asked for work, what is refused."""

import base64
import json

import altcha
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory

from petition.addresses import parse_networks
from signatures import blind, noticing, suspicion, work
from signatures.throttle import check

pytestmark = pytest.mark.django_db

PETITION, ANOTHER = 1, 2
SOKHA, DARA = "sokha@gmail.com", "dara@gmail.com"


@pytest.fixture(autouse=True)
def limits(settings):
    settings.SIGN_LIMIT_NETWORK, settings.SIGN_LIMIT_NETWORK_HARD = "4/h", "6/h"
    settings.SIGN_LIMIT_DOMAIN, settings.SIGN_LIMIT_DOMAIN_HARD = "3/h", "5/h"
    settings.SIGN_LIMIT_PETITION, settings.SIGN_LIMIT_PETITION_HARD = "1000/m", "1000/m"
    settings.SIGN_LIMIT_MAILBOX = "2/h"
    settings.TRUSTED_PROXIES = []
    caches[settings.RATELIMIT_USE_CACHE].clear()


def sign(email=SOKHA, *, peer="203.0.113.7", petition=PETITION, sent=None, **headers):
    return check(RequestFactory().post("/", sent or {}, REMOTE_ADDR=peer, **headers), petition_id=petition, email=email)


def sign_many(number, **kwargs):
    """So many people of one network, each with a mailbox of their own at a domain that all use."""
    return [sign(f"person{place}@gmail.com", **kwargs) for place in range(number)]


def solution(petition=PETITION):
    challenge = altcha.Challenge.from_dict(json.loads(work.challenge(petition)))
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


# -- a mailbox -----------------------------------------------------------------------------------------------------


def test_mailbox_may_sign_up_to_its_limit():
    waits = [sign().wait for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert 1 <= waits[2] <= 3600


def test_one_mailbox_does_not_stop_another():
    for _ in range(3):
        sign()
    assert sign(DARA).wait == 0


def test_spellings_of_one_mailbox_are_one():
    assert [sign(email).wait > 0 for email in (SOKHA, "s.okha@gmail.com", "SOKHA+x@googlemail.com")] == [0, 0, 1]


def test_who_asks_from_elsewhere_does_not_learn_that_a_mailbox_was_used():
    for _ in range(2):
        sign(peer="198.51.100.1")
    assert [sign().wait for _ in range(2)] == [0, 0]


# -- a network -----------------------------------------------------------------------------------------------------


def test_network_over_its_soft_limit_is_asked_for_work():
    assert [(terms.wait, terms.asks_for_work) for terms in sign_many(6)] == [(0, False)] * 4 + [(0, True)] * 2


def test_network_over_its_hard_limit_waits():
    assert [terms.wait > 0 for terms in sign_many(8)] == [False] * 6 + [True] * 2


def test_soft_limit_alone_is_never_refused_however_fast(settings):
    settings.SIGN_LIMIT_NETWORK, settings.SIGN_LIMIT_NETWORK_HARD = "5/h", "2/m, 5/h"
    assert [terms.wait for terms in sign_many(5)] == [0] * 5


def test_burst_is_refused_where_the_hour_still_has_room(settings):
    settings.SIGN_LIMIT_NETWORK, settings.SIGN_LIMIT_NETWORK_HARD = "1/h", "3/m, 100/h"
    waits = [terms.wait for terms in sign_many(4)]
    assert (waits[:3], 1 <= waits[3] <= 60) == ([0] * 3, True)


def test_day_is_asked_for_work_where_the_hour_still_has_room(settings):
    settings.SIGN_LIMIT_NETWORK = "100/h, 2/d"
    assert [terms.asks_for_work for terms in sign_many(3)] == [False, False, True]


def test_neighbours_are_one_network():
    for last in range(6):
        sign(f"person{last}@gmail.com", peer=f"203.0.113.{last}")
    assert sign(DARA, peer="203.0.113.99").wait > 0
    assert sign(DARA, peer="203.0.114.99").wait == 0


def test_strangers_do_not_choose_their_network():
    for number in range(6):
        sign(f"person{number}@gmail.com", HTTP_X_FORWARDED_FOR=f"198.51.{number}.1")
    assert sign(DARA, HTTP_X_FORWARDED_FOR="198.51.100.1").wait > 0


def test_clients_of_a_trusted_proxy_are_told_apart(settings):
    settings.TRUSTED_PROXIES = parse_networks("203.0.113.7")
    for number in range(8):
        terms = sign(f"person{number}@gmail.com", HTTP_X_FORWARDED_FOR=f"198.51.{number}.1")
        assert (terms.wait, terms.asks_for_work) == (0, False)


def test_all_are_counted_also_when_one_is_over():
    for _ in range(6):
        sign(SOKHA)
    # Four of the six were refused for the mailbox, and still count for the network.
    assert sign(DARA).wait > 0


# -- a domain, a petition ------------------------------------------------------------------------------------------


def sign_at(domain, number):
    return [sign(f"person{place}@{domain}", peer=f"198.51.{place}.1") for place in range(number)]


def test_domain_over_its_limits_is_asked_and_waits():
    terms = sign_at("flood.example", 6)
    assert [one.asks_for_work for one in terms] == [False] * 3 + [True] * 3
    assert [one.wait > 0 for one in terms] == [False] * 5 + [True]


def test_domain_of_millions_has_no_limit():
    assert [(one.asks_for_work, one.wait) for one in sign_at("gmail.com", 8)] == [(False, 0)] * 8


def test_petition_over_its_limits_is_asked_and_waits_and_another_is_not(settings):
    settings.SIGN_LIMIT_PETITION, settings.SIGN_LIMIT_PETITION_HARD = "2/m", "3/m"
    terms = sign_at("gmail.com", 4)
    assert [(one.asks_for_work, one.wait > 0) for one in terms[1:]] == [(False, False), (True, False), (True, True)]
    assert sign(DARA, petition=ANOTHER, peer="192.0.2.1").asks_for_work is False


def test_great_limit_is_counted_in_parts_that_sum_up_to_it(settings):
    settings.SIGN_LIMIT_PETITION = settings.SIGN_LIMIT_PETITION_HARD = "2000/m"
    sign_at("gmail.com", 40)
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM petition_rate_counter WHERE key LIKE '%sign-petition-60-%' ORDER BY n")
        parts = [n for (n,) in cursor.fetchall()]
    assert (len(parts), sum(parts)) == (2, 40)


# -- work ----------------------------------------------------------------------------------------------------------


def over_the_soft_limit():
    sign_many(5)


def test_work_is_taken_and_noticed_but_not_held():
    over_the_soft_limit()
    terms = sign(sent={"altcha": solution()})
    assert (terms.asks_for_work, "crowd" in terms.signals) == (False, True)
    assert noticing.score(terms.signals) < suspicion.HOLD_AT


def test_without_work_it_is_taken_and_held():
    over_the_soft_limit()
    terms = sign(sent={"without_work": "yes"})
    assert (terms.asks_for_work, terms.wait, "no_work" in terms.signals) == (False, 0, True)
    assert noticing.score(terms.signals) >= suspicion.HOLD_AT


def test_work_is_taken_once():
    over_the_soft_limit()
    done = solution()
    assert [sign(email, sent={"altcha": done}).asks_for_work for email in (SOKHA, DARA)] == [False, True]


def test_work_for_another_petition_is_none():
    over_the_soft_limit()
    assert sign(sent={"altcha": solution(ANOTHER)}).asks_for_work is True


def test_who_comes_back_with_work_is_counted_once_for_the_network():
    over_the_soft_limit()
    assert sign(SOKHA).asks_for_work is True
    assert sign(SOKHA, sent={"altcha": solution()}).wait == 0
    assert sign(DARA).wait > 0  # the seventh


def test_work_takes_nobody_past_the_limit_of_a_mailbox():
    for _ in range(2):
        sign(sent={"altcha": solution()})
    assert sign(sent={"altcha": solution()}).wait > 0


def test_nothing_is_noticed_of_it_where_nobody_was_asked():
    assert not {"crowd", "no_work"} & set(sign(sent={"without_work": "yes", "altcha": solution()}).signals)


@pytest.mark.parametrize("payload", ["", "x", "e30=", base64.b64encode(b"[]").decode(), "៥", "A" * 5000, "\x00"])
def test_what_is_no_work_is_none(payload):
    over_the_soft_limit()
    assert sign(sent={"altcha": payload}).asks_for_work is True


# -- what is kept --------------------------------------------------------------------------------------------------


def test_counters_hold_no_address_and_join_no_row():
    sign("sokha@flood.example")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(key, ' ') FROM petition_rate_counter")
        keys = cursor.fetchone()[0]
    known = [blind.mailbox("sokha@flood.example"), blind.domain("flood.example"), blind.network("203.0.113.0/24")]
    assert len(keys.split()) == 4
    for secret in ("203.0.113", "flood", *(one.hex() for one in known)):
        assert secret not in keys


def test_all_is_counted_in_one_statement(django_assert_num_queries, settings):
    sign("warm@flood.example")  # the rules of mailboxes are read
    with django_assert_num_queries(1):
        sign("sokha@flood.example", sent={"altcha": solution(), "stamp": "odd"})
