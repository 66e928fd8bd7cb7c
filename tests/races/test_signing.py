"""Signing and confirming, fifty at once."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from signatures import counting, erasure, networks, queries, signing
from signatures.models import NetworkKey, Signature
from tests.people import (
    DARA,
    PENDING_DAYS,
    confirmed,
    create_petition,
    form,
    person,
    queued_mails,
    rows_of,
    sign,
    signed,
)
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


@pytest.fixture
def petition():
    return create_petition()


def test_fifty_signings_of_one_address_make_one_row_and_all_are_answered_alike(petition, settings):
    settings.SIGN_LIMIT_MAILBOX = "100/h"
    caches[settings.RATELIMIT_USE_CACHE].clear()

    def post():
        answer = Client().post("/en/petitions/peace/sign/", form(DARA))
        return answer.status_code, answer.headers["Location"]

    answers = together([post] * MANY)
    assert answers == [(303, "/en/petitions/peace/sent/")] * MANY
    pk = Signature.objects.get().pk
    assert {mail["signature_id"] for mail in queued_mails()} == {pk}
    assert len(queued_mails()) == 2  # the first, and one for all that came again


def test_fifty_names_from_one_address_take_two_seats(petition):
    family = [person(n, email=DARA.email) for n in range(MANY)]
    faults = together([lambda who=who: sign(petition, who) for who in family])
    assert faults == [None] * MANY
    assert [row.seat for row in sorted(rows_of(petition, DARA), key=lambda row: row.seat)] == [1, 2]


def test_fifty_people_are_fifty_rows(petition):
    people = [person(n) for n in range(MANY)]
    assert together([lambda who=who: sign(petition, who) for who in people]) == [None] * MANY
    assert (Signature.objects.count(), len(queued_mails())) == (MANY, MANY)


def test_fifty_confirmations_of_one_signature_add_one(petition):
    signature = signed(petition, DARA)
    done = together([lambda: signing.confirm(signature=signature)] * MANY)
    assert (sorted(done), queries.count(petition)) == ([False] * (MANY - 1) + [True], 1)


def test_fifty_presses_of_one_button_add_one_and_are_answered_alike(petition):
    page = f"/en/s/{signed(petition, DARA).token}/confirm/"

    def press():
        answer = Client().post(page)
        return answer.status_code, answer.headers["Location"]

    assert together([press] * MANY) == [(303, "/en/petitions/peace/thanks/")] * MANY
    assert queries.count(petition) == 1


def test_fifty_people_confirm_at_once(petition):
    rows = [signed(petition, person(n, country=("KH", "US", "FR")[n % 3])) for n in range(MANY)]
    assert together([lambda row=row: signing.confirm(signature=row) for row in rows]) == [True] * MANY
    assert (queries.count(petition), counting.differences()) == (MANY, [])


def test_first_confirmations_of_two_petitions_do_not_wait_in_a_circle():
    petitions = [create_petition(slug) for slug in ("peace", "water")]
    rows = [signed(petitions[n % 2], person(n)) for n in range(20)]
    assert together([lambda row=row: signing.confirm(signature=row) for row in rows]) == [True] * 20


@pytest.mark.parametrize("other", [erasure.withdraw, erasure.reject])
def test_confirming_against_erasing_leaves_one_truth(petition, other):
    rows = [signed(petition, person(n)) for n in range(20)]
    acts = [lambda row=row, act=act: act(signature=row) for row in rows for act in (signing.confirm, other)]
    faults = [fault for fault in together(acts) if isinstance(fault, Exception)]
    states = set(Signature.objects.values_list("state", flat=True))
    assert (faults, states <= {"confirmed", "withdrawn"}, counting.differences()) == ([], True, [])


def test_signing_again_against_the_purge_keeps_the_signature(petition):
    people = [person(n) for n in range(20)]
    for who in people:
        signed(petition, who)
    old = timezone.localdate() - datetime.timedelta(days=PENDING_DAYS + 1)
    Signature.objects.update(signed_on=old)
    acts = [lambda who=who: sign(petition, who) for who in people]
    acts[10:10] = [erasure.purge] * 3
    faults = [fault for fault in together(acts) if isinstance(fault, Exception)]
    assert (faults, Signature.objects.filter(signed_on=timezone.localdate()).count()) == ([], 20)


def test_day_begins_for_all_with_one_key(petition):
    NetworkKey.objects.all().delete()
    networks.day_key.cache_clear()
    hashes = together([lambda: networks.stored_hash("203.0.113.0/24")] * MANY)
    assert (len(set(hashes)), NetworkKey.objects.count()) == (1, 1)


def test_signing_again_does_not_wait_for_whoever_holds_the_row(petition):
    signature = confirmed(petition, DARA)

    def again():
        try:
            sign(petition, DARA)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        Signature.objects.select_for_update().get(pk=signature.pk)
        thread.submit(again).result(timeout=60)
    assert queued_mails()[-1]["signature_id"] == signature.pk


def test_confirming_against_a_third_name_leaves_one_truth(petition):
    for n in range(10):
        first = confirmed(petition, person(n))
        second = signed(petition, person(n, name=f"Second {first.pk % 7 * 'a'}b"))
        third = person(n, name="Third One")
        together([lambda row=second: signing.confirm(signature=row), lambda who=third: sign(petition, who)])
        states = sorted(row.state for row in rows_of(petition, person(n)))
        assert states in (["confirmed", "confirmed"], ["confirmed", "pending"])
    assert counting.differences() == []
