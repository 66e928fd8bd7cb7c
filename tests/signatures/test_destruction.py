"""What the purge destroys at a petition's end, and the signed records of it."""

import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from nacl.signing import VerifyKey

from petition.models import Petition
from signatures import destruction, erasure, queries, seal, signing
from signatures.delivery import freeze
from signatures.delivery.models import Delivery, Packet
from signatures.models import Destroyed, EndedPetition, Signature
from tests.people import (
    DARA,
    MARIE,
    SOKHA,
    confirmed,
    create_petition,
    create_recipient,
    made_old,
    person,
    signed,
    withdrawn,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def day(n):
    return TODAY + datetime.timedelta(days=n)


@pytest.fixture
def petition():
    return create_petition()


def ended(petition, ago):
    Petition.objects.filter(pk=petition.pk).update(state="closed")
    erasure.note_ends(TODAY)
    EndedPetition.objects.update(since=day(-ago))


def delivered(petition, ago, **packet):
    row = Delivery.objects.create(petition=petition, ordinal=1, planned_on=day(-ago), state="handed_over")
    Packet.objects.create(delivery=row, recipient=create_recipient(petition), handed_over_on=day(-ago), **packet)


def refused_by(act):
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        act()
    return refused.value.__cause__.diag.constraint_name


# -- at the end of a petition --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "is_kept"), [(0, True), (90, True), (91, False)])
def test_address_goes_so_long_after_the_end(petition, ago, is_kept):
    signature = confirmed(petition, DARA)
    ended(petition, ago)
    assert erasure.purge().addresses == int(not is_kept)
    signature.refresh_from_db()
    assert (signature.sealed_email is not None, signature.wants_updates) == (is_kept, is_kept)
    assert signature.sealed_identity and signature.mailbox_hash and queries.count(petition) == 1


def test_open_petition_keeps_its_addresses(petition):
    made_old(confirmed(petition, DARA), 4000)
    assert erasure.purge().addresses == 0


def test_petition_that_opens_again_counts_its_days_anew(petition):
    confirmed(petition, DARA)
    ended(petition, 91)
    Petition.objects.update(state="open")
    erasure.purge()
    Petition.objects.update(state="closed")
    assert (erasure.purge().addresses, EndedPetition.objects.get().since) == (0, TODAY)


def test_last_day_of_a_petition_ends_it_as_well(petition):
    Petition.objects.update(closes_on=day(-1))
    erasure.purge()
    assert EndedPetition.objects.get().since == TODAY


@pytest.mark.parametrize(("ago", "is_kept"), [(180, True), (181, False)])
def test_identity_goes_so_long_after_the_last_packet(petition, ago, is_kept):
    signature = confirmed(petition, DARA)
    delivered(petition, ago)
    ended(petition, 400)
    assert erasure.purge().identities == int(not is_kept)
    signature.refresh_from_db()
    left = [signature.sealed_identity, signature.name_hash, signature.mailbox_hash, signature.network_hash]
    assert (left == [None] * 4) is not is_kept
    assert (signature.state, queries.count(petition)) == ("confirmed", 1)


def test_identity_waits_for_the_last_answer(petition):
    confirmed(petition, DARA)
    delivered(petition, 300, answered_on=day(-10))
    ended(petition, 400)
    assert erasure.purge().identities == 0


@pytest.mark.parametrize("state", ["planned", "handed_over"])
def test_identity_stays_while_a_delivery_is_to_come_and_where_there_was_none(petition, state):
    confirmed(petition, DARA)
    if state == "planned":
        delivered(petition, 300)
        Delivery.objects.create(petition=petition, ordinal=2, planned_on=day(10))
    ended(petition, 400)
    assert erasure.purge().identities == 0


def test_approved_words_stay_and_others_go_with_the_identity(petition):
    shown, waiting = confirmed(petition, MARIE), confirmed(petition, MARIE._replace(email="b@example.org"))
    Signature.objects.filter(pk=shown.pk).update(review="approved")
    delivered(petition, 200)
    ended(petition, 400)
    erasure.purge()
    words = dict(Signature.objects.values_list("pk", "public_name"))
    assert words == {shown.pk: MARIE.name, waiting.pk: ""}


def test_who_is_forgotten_can_still_withdraw_by_the_link(petition, client):
    signature = confirmed(petition, DARA)
    delivered(petition, 200)
    ended(petition, 400)
    erasure.purge()
    assert client.get(f"/en/s/{signature.token}/").status_code == 200
    client.post(f"/en/s/{signature.token}/withdraw/")
    assert (Signature.objects.get().state, queries.count(petition)) == ("withdrawn", 0)


@pytest.mark.parametrize("ago", [30, 31])
def test_number_of_who_refused_goes_too_and_that_of_who_withdrew_stays(petition, ago):
    refused, gone = signed(petition, SOKHA), withdrawn(petition, DARA)
    erasure.reject(signature=refused)
    for row in (refused, gone):
        made_old(row, ago)
    assert erasure.purge().rejected == int(ago > 30)
    assert Signature.objects.filter(pk=gone.pk).exists()


# -- what the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "erased",
    [
        {"sealed_email": None, "address_erased_on": TODAY},
        {
            "sealed_email": None,
            "sealed_identity": None,
            "name_hash": None,
            "mailbox_hash": None,
            "seat": None,
            "network_hash": None,
            "identity_erased_on": TODAY,
        },
    ],
)
def test_nothing_is_forgotten_before_the_end(petition, erased):
    row = confirmed(petition, DARA)
    assert refused_by(lambda: Signature.objects.filter(pk=row.pk).update(**erased)) == (
        "signature_forgotten_after_the_end"
    )


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"sealed_email": None}, "signature_mailbox_is_whole"),
        ({"address_erased_on": TODAY}, "signature_mailbox_is_whole"),
        ({"sealed_identity": None}, "signature_identity_is_sealed"),
        ({"identity_erased_on": TODAY}, "signature_identity_is_sealed"),
        (
            {"identity_erased_on": TODAY, "sealed_identity": None, "name_hash": None, "network_hash": None},
            "signature_mailbox_is_whole",
        ),
    ],
)
def test_no_signature_is_half_forgotten(petition, changes, constraint):
    row = confirmed(petition, DARA)
    ended(petition, 100)
    assert refused_by(lambda: Signature.objects.filter(pk=row.pk).update(**changes)) == constraint


@pytest.mark.parametrize("changes", [{"state": "open"}, {"state": "paused"}, {"state": "draft"}])
def test_petition_that_has_forgotten_does_not_open_again(petition, changes):
    confirmed(petition, DARA)
    ended(petition, 91)
    erasure.purge()
    assert refused_by(lambda: Petition.objects.update(**changes)) == "petition_stays_ended"
    row = Petition.objects.get()
    for name, value in changes.items():
        setattr(row, name, value)
    if row.state != "draft":
        with pytest.raises(ValidationError):
            row.full_clean()


def test_petition_that_has_forgotten_is_not_frozen_again(petition):
    confirmed(petition, DARA)
    delivered(petition, 200)
    ended(petition, 400)
    erasure.purge()
    with pytest.raises(freeze.FreezeRefused):
        freeze.freeze(petition=petition, by=None)


# -- the records ---------------------------------------------------------------------------------------------------


def destroy(petition, n=1):
    for number in range(n):
        made_old(signed(petition, person(number)), 100 + number)
        erasure.purge()


def test_record_says_what_how_much_and_by_which_promise_and_nothing_else(petition):
    destroy(petition)
    row = Destroyed.objects.get(what="unconfirmed")
    said = json.loads(destruction.message(row))
    assert said == {
        "at": row.at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "before": day(-14).isoformat(),
        "days": 14,
        "petition": None,
        "previous": row.previous,
        "rows": 1,
        "what": "unconfirmed",
    }


def test_anyone_with_the_public_key_can_check_a_record(petition):
    destroy(petition)
    row = Destroyed.objects.first()
    key = VerifyKey(bytes.fromhex(destruction.public_key()))
    assert key.verify(destruction.message(row), bytes.fromhex(row.signature))


def test_records_hold_and_follow_each_other(petition):
    destroy(petition, 3)
    rows = list(Destroyed.objects.order_by("pk"))
    assert [row.previous for row in rows] == [destruction.FIRST, *map(destruction.sum_of, rows[:-1])]
    assert (list(destruction.faults()), destruction.head()) == ([], destruction.sum_of(rows[-1]))


def test_purge_that_finds_nothing_leaves_no_record(petition):
    erasure.purge()
    assert not Destroyed.objects.exists()


def test_dry_run_leaves_no_record(petition):
    made_old(signed(petition, SOKHA), 100)
    erasure.purge(dry_run=True)
    assert not Destroyed.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE signatures_destroyed SET rows = 0", "DELETE FROM signatures_destroyed"])
def test_records_only_grow(petition, statement):
    destroy(petition)

    def act():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    assert refused_by(act) == "destroyed_append_only"


def test_record_of_nothing_is_refused():
    assert refused_by(lambda: destruction.record(what="networks", rows=0, days=7, before=TODAY)) == (
        "destroyed_something"
    )


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        ("UPDATE signatures_destroyed SET rows = rows + 1 WHERE id = %s", "is not signed"),
        ("UPDATE signatures_destroyed SET days = 1 WHERE id = %s", "is not signed"),
        ("UPDATE signatures_destroyed SET signature = repeat('0', 128) WHERE id = %s", "is not signed"),
        ("UPDATE signatures_destroyed SET signature = 'x' WHERE id = %s", "is not signed"),
        ("DELETE FROM signatures_destroyed WHERE id = %s", "does not follow"),
    ],
)
def test_record_that_somebody_altered_past_the_trigger_is_found(petition, capsys, tamper, fault):
    destroy(petition, 3)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signatures_destroyed DISABLE TRIGGER USER")
        cursor.execute(tamper, [Destroyed.objects.order_by("pk")[1].pk])
    assert any(fault in said for said in destruction.faults())
    with pytest.raises(CommandError):
        call_command("purge", "--verify")


def test_verify_prints_the_records_the_key_and_the_last_sum(petition, capsys):
    destroy(petition, 2)
    capsys.readouterr()
    call_command("purge", "--verify")
    lines = capsys.readouterr().out.splitlines()
    n = Destroyed.objects.count()
    assert lines[-2:] == [f"{n} records hold. Key {destruction.public_key()}", f"Last sum {destruction.head()}"]
    assert len(lines) == n + 2


def test_batches_are_bounded_and_each_has_its_record(petition):
    for number in range(5):
        made_old(signed(petition, person(number)), 100)
    assert erasure.purge(batch=2).unconfirmed == 5
    assert list(Destroyed.objects.filter(what="unconfirmed").values_list("rows", flat=True)) == [2, 2, 1]


def test_sealed_rows_still_open_where_nothing_is_due(petition):
    signature = confirmed(petition, DARA)
    erasure.purge()
    signature.refresh_from_db()
    assert seal.open_email(bytes(signature.sealed_email)) == DARA.email
    assert not signing.confirm(signature=signature)
