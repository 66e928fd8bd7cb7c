import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from signatures import erasure, moderation, queries
from signatures.models import NetworkKey, Signature
from tests.people import (
    DARA,
    MARIE,
    NETWORK_DAYS,
    PENDING_DAYS,
    SOKHA,
    confirmed,
    create_petition,
    create_staff,
    made_old,
    signed,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
PERSONAL = ("sealed_email", "sealed_identity", "mailbox_hash", "name_hash", "network_hash", "domain_hash", "seat")
NONE = erasure.Purged(*[0] * len(erasure.Purged._fields))
WORDS = ("public_name", "comment", "review_reason", "held_reason", "mail_fault")


@pytest.fixture
def petition():
    return create_petition()


def days_ago(days):
    return TODAY - datetime.timedelta(days=days)


def is_erased(signature):
    row = Signature.objects.get(pk=signature.pk)
    gone = {name: getattr(row, name) for name in (*PERSONAL, *WORDS)}
    return (
        row.state == "withdrawn"
        and not row.wants_updates
        and gone == dict.fromkeys(PERSONAL) | dict.fromkeys(WORDS, "")
    )


# -- withdrawing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [SOKHA, DARA, MARIE])
@pytest.mark.parametrize("take", [signed, confirmed])
def test_withdrawn_is_erased(petition, who, take):
    signature = take(petition, who)
    assert erasure.withdraw(signature=signature)
    assert is_erased(signature)


def test_held_and_hidden_signature_is_erased_as_well(petition):
    signature, chenda = confirmed(petition, MARIE), create_staff("chenda")
    moderation.hide(ids=[signature.pk], reason="abuse", by=chenda)
    moderation.hold(ids=[signature.pk], reason="fraud", by=chenda)
    erasure.withdraw(signature=signature)
    assert is_erased(signature)


def test_row_stays_as_a_number_with_what_is_coarse(petition):
    signature = confirmed(petition, SOKHA)
    erasure.withdraw(signature=signature)
    row = Signature.objects.get(pk=signature.pk)
    assert (row.handle, row.country, row.confirmed_on) == (signature.handle, "KH", TODAY)


def test_withdrawing_twice_does_it_once(petition):
    signature = confirmed(petition, SOKHA)
    assert [erasure.withdraw(signature=signature) for _ in range(2)] == [True, False]


def test_nobody_else_is_erased(petition):
    confirmed(petition, DARA)
    erasure.withdraw(signature=confirmed(petition, SOKHA))
    assert queries.count(petition) == 1


# -- 'it was not me' -----------------------------------------------------------------------------------------------


def test_rejected_is_erased(petition):
    signature = signed(petition, MARIE)
    assert erasure.reject(signature=signature)
    assert is_erased(signature)


def test_confirmed_signature_can_not_be_rejected(petition):
    signature = confirmed(petition, SOKHA)
    assert not erasure.reject(signature=signature)
    assert Signature.objects.get().state == "confirmed"


# -- what is due ---------------------------------------------------------------------------------------------------


def test_unconfirmed_signature_goes_after_its_days(petition):
    made_old(signed(petition, SOKHA), PENDING_DAYS + 1)
    alive = made_old(signed(petition, DARA), PENDING_DAYS)
    assert erasure.purge().unconfirmed == 1
    assert list(Signature.objects.values_list("pk", flat=True)) == [alive.pk]


def test_confirmed_signature_stays_for_ever(petition):
    made_old(confirmed(petition, SOKHA), 4000)
    erasure.purge()
    assert queries.count(petition) == 1


@pytest.mark.parametrize(("days", "is_kept"), [(0, True), (NETWORK_DAYS, True), (NETWORK_DAYS + 1, False)])
def test_hash_of_a_network_and_its_key_go_after_a_week(petition, days, is_kept):
    signature = made_old(confirmed(petition, SOKHA), days)
    NetworkKey.objects.all().delete()
    NetworkKey.objects.create(day=days_ago(days), key=b"k" * 32)
    purged = erasure.purge()
    signature.refresh_from_db()
    assert (signature.network_hash is not None, NetworkKey.objects.exists()) == (is_kept, is_kept)
    assert (purged.networks, purged.network_keys) == (int(not is_kept), int(not is_kept))


def test_dry_run_only_counts(petition):
    made_old(signed(petition, SOKHA), 100)
    NetworkKey.objects.create(day=days_ago(100), key=b"k" * 32)
    assert erasure.purge(dry_run=True) == NONE._replace(unconfirmed=1, networks=1, network_keys=1)
    assert (Signature.objects.count(), NetworkKey.objects.filter(day=days_ago(100)).count()) == (1, 1)


def test_second_purge_finds_nothing(petition):
    made_old(signed(petition, SOKHA), 100)
    erasure.purge()
    assert erasure.purge() == NONE


@pytest.mark.django_db(transaction=True)
def test_purge_waits_for_nobody_who_is_at_a_signature(petition):
    signature = made_old(confirmed(petition, SOKHA), 8)

    def purge():
        try:
            return erasure.purge()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        Signature.objects.select_for_update().get(pk=signature.pk)
        beside = thread.submit(purge).result(timeout=60)
    assert (beside.networks, erasure.purge().networks) == (0, 1)
