import pytest
from django.db import connection
from django.utils import timezone

from signatures import blind, erasure, mailbox, moderation, networks, queries, seal, signing, suspicion
from signatures.forms import SignForm
from signatures.mail_sending import ABOUT_SIGNING, SEATS_TAKEN
from signatures.models import NetworkKey, Signature
from tests.people import (
    DARA,
    MARIE,
    NETWORK,
    PENDING_DAYS,
    SOKHA,
    confirmed,
    create_petition,
    create_staff,
    form,
    made_old,
    person,
    queued_mails,
    rows_of,
    sign,
    signed,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def petition():
    return create_petition()


def state(signature):
    return Signature.objects.get(pk=signature.pk).state


# -- taking in -----------------------------------------------------------------------------------------------------


def test_signature_is_taken_pending(petition):
    row = signed(petition, DARA)
    kept = (
        "state",
        "country",
        "language",
        "origin",
        "visibility",
        "signed_on",
        "confirmed_on",
        "seat",
        "wants_updates",
    )
    assert {name: getattr(row, name) for name in kept} == {
        "state": "pending",
        "country": "US",
        "language": "en",
        "origin": "web",
        "visibility": "deliver",
        "signed_on": TODAY,
        "confirmed_on": None,
        "seat": 1,
        "wants_updates": True,
    }


def test_address_opens_with_the_mail_key_and_name_and_city_with_the_delivery_key(petition):
    row = signed(petition, SOKHA)
    identity = seal.open_identity(bytes(row.sealed_identity), seal.private_keys("DELIVERY_PRIVATE_KEY"))
    assert (seal.open_email(bytes(row.sealed_email)), identity) == (SOKHA.email, (SOKHA.name, SOKHA.city))


def test_network_is_stored_under_the_key_of_the_day(petition):
    networks.day_key.cache_clear()
    row = signed(petition, SOKHA)
    key = bytes(NetworkKey.objects.get(day=TODAY).key)
    assert bytes(row.network_hash) == blind.network(NETWORK, key)


def test_unknown_network_is_none(petition):
    assert signed(petition, SOKHA, network="").network_hash is None


def test_domain_is_stored_blind(petition):
    row = signed(petition, SOKHA)
    assert bytes(row.domain_hash) == blind.domain(SOKHA.email.rpartition("@")[2])


@pytest.mark.parametrize(
    ("visibility", "shown"),
    [
        ("count", ("", "", "none")),
        ("deliver", ("", "", "none")),
        ("public", (MARIE.name, MARIE.comment, "waiting")),
    ],
)
def test_words_are_kept_only_where_they_shall_be_shown(petition, visibility, shown):
    row = signed(petition, MARIE._replace(visibility=visibility))
    assert (row.public_name, row.comment, row.review) == shown


def stored() -> str:
    """Every row of every table, as the database would write it to a file."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def spellings(text):
    """A text as it could stand in a dump: plain, in hexadecimal, in JSON."""
    return {text, text.lower(), text.encode().hex(), text.encode("unicode_escape").decode()}


@pytest.mark.parametrize("who", [SOKHA, DARA])
def test_database_holds_neither_name_nor_address_nor_city(petition, who):
    confirmed(petition, who)
    found = stored()
    for secret in (who.name, who.email, who.email.split("@")[0], who.city, mailbox.canonical(who.email), NETWORK):
        assert not any(spelling in found for spelling in spellings(secret)), secret


def test_what_is_to_be_shown_is_found_in_it(petition):
    confirmed(petition, MARIE)
    assert MARIE.name in stored()
    assert MARIE.email not in stored()


# -- the same mailbox again ----------------------------------------------------------------------------------------


def test_one_mailbox_signs_once_for_a_name(petition):
    for email in (SOKHA.email, SOKHA.email.upper(), "sokha.sok+x@example.org"):
        sign(petition, SOKHA._replace(email=email))
    assert len(rows_of(petition, SOKHA)) == 1


def test_one_name_typed_in_two_orders_is_one(petition):
    for name in ("ខ្ញុំ ស្ត្រី", "ខ្ញំុ ស្រ្តី"):
        sign(petition, SOKHA._replace(name=name))
    assert len(rows_of(petition, SOKHA)) == 1


def test_couple_signs_from_one_mailbox(petition):
    sign(petition, DARA)
    sign(petition, DARA._replace(name="Sophea Chan"))
    assert [row.seat for row in rows_of(petition, DARA)] == [1, 2]


def test_third_name_takes_the_place_of_an_unconfirmed_one(petition):
    first = confirmed(petition, DARA)
    second = signed(petition, DARA._replace(name="Sophea Chan"))
    third = signed(petition, DARA._replace(name="Bora Chan"))
    assert [row.pk for row in rows_of(petition, DARA)] == [first.pk, third.pk]
    assert (third.seat, Signature.objects.filter(pk=second.pk).exists()) == (2, False)


def test_third_name_is_not_taken_where_both_are_confirmed(petition):
    both = [confirmed(petition, DARA._replace(name=name)).pk for name in ("Dara Chan", "Sophea Chan")]
    sign(petition, DARA._replace(name="Bora Chan"))
    assert [row.pk for row in rows_of(petition, DARA)] == both
    assert queued_mails()[-1] == {"kind": SEATS_TAKEN, "signature_id": both[0]}


def test_seat_of_who_has_withdrawn_is_free_again(petition):
    for name in ("Dara Chan", "Sophea Chan"):
        confirmed(petition, DARA._replace(name=name))
    erasure.withdraw(signature=rows_of(petition, DARA)[0])
    third = confirmed(petition, DARA._replace(name="Bora Chan"))
    assert (third.state, third.seat) == ("confirmed", 1)


def test_who_has_withdrawn_may_sign_anew(petition):
    erasure.withdraw(signature=confirmed(petition, SOKHA))
    assert confirmed(petition, SOKHA).state == "confirmed"


def test_one_mailbox_signs_each_petition(petition):
    other = create_petition("water")
    sign(petition, SOKHA)
    sign(other, SOKHA)
    assert Signature.objects.count() == 2


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        ("public", "count", ("count", "", "", "none")),
        ("public", "deliver", ("deliver", "", "", "none")),
        ("deliver", "count", ("count", "", "", "none")),
        ("count", "public", ("count", "", "", "none")),
        ("count", "deliver", ("count", "", "", "none")),
        ("deliver", "public", ("deliver", "", "", "none")),
        ("public", "public", ("public", MARIE.name, MARIE.comment, "waiting")),
    ],
)
def test_unconfirmed_signature_sent_again_shows_less_but_never_more(petition, before, now, after):
    sign(petition, MARIE._replace(visibility=before))
    row = signed(
        petition, MARIE._replace(visibility=now, comment="Another reason." if now != before else MARIE.comment)
    )
    assert (row.visibility, row.public_name, row.comment, row.review) == after


def test_confirmed_signature_is_not_changed_by_who_knows_the_address(petition):
    before = confirmed(petition, MARIE)
    sign(petition, MARIE._replace(visibility="count", country="KH", city="Takeo", wants_updates=True))
    after = Signature.objects.get(pk=before.pk)
    fields = [field.attname for field in Signature._meta.concrete_fields]
    assert {name: getattr(after, name) for name in fields} == {name: getattr(before, name) for name in fields}


def test_unconfirmed_signature_sent_again_has_the_whole_time_once_more(petition):
    signature = signed(petition, SOKHA)
    made_old(signature, PENDING_DAYS)
    again = signed(petition, SOKHA)
    assert (again.pk, again.signed_on) == (signature.pk, TODAY)


def test_link_that_ran_out_and_is_not_purged_yet_works_again_when_sent_again(petition):
    signature = signed(petition, SOKHA)
    made_old(signature, PENDING_DAYS + 1)
    assert signing.confirm(signature=signed(petition, SOKHA))


# -- the mail ------------------------------------------------------------------------------------------------------


def test_signing_queues_one_mail_and_only_the_row_in_it(petition):
    signature = signed(petition, SOKHA)
    assert queued_mails() == [{"kind": ABOUT_SIGNING, "signature_id": signature.pk}]


def test_known_address_gets_a_mail_as_well(petition):
    signature = confirmed(petition, SOKHA)
    sign(petition, SOKHA)
    assert queued_mails() == [{"kind": ABOUT_SIGNING, "signature_id": signature.pk}] * 2


def test_of_many_the_known_address_gets_one_at_a_time(petition):
    confirmed(petition, SOKHA)
    for _ in range(3):
        sign(petition, SOKHA)
    assert len(queued_mails()) == 2


# -- confirming ----------------------------------------------------------------------------------------------------


def test_confirming_counts_from_today(petition):
    signature = signed(petition, SOKHA)
    assert signing.confirm(signature=signature)
    signature.refresh_from_db()
    assert (signature.state, signature.confirmed_on) == ("confirmed", TODAY)


def test_confirming_twice_does_it_once(petition):
    signature = signed(petition, SOKHA)
    assert [signing.confirm(signature=signature) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("days", [0, 1, PENDING_DAYS])
def test_link_works_for_its_days(petition, days):
    signature = signed(petition, SOKHA)
    made_old(signature, days)
    assert signing.confirm(signature=signature)


def test_link_that_is_too_old_confirms_nothing(petition):
    signature = signed(petition, SOKHA)
    made_old(signature, PENDING_DAYS + 1)
    assert (signing.confirm(signature=signature), state(signature)) == (False, "pending")


def test_held_signature_is_not_brought_back_by_its_owner(petition):
    signature = confirmed(petition, SOKHA)
    moderation.hold(ids=[signature.pk], reason="fraud", by=create_staff("chenda"))
    assert (signing.confirm(signature=signature), state(signature)) == (False, "held")


@pytest.mark.parametrize(
    ("score", "became"),
    [(0, ("confirmed", "")), (suspicion.HOLD_AT - 1, ("confirmed", "")), (suspicion.HOLD_AT, ("held", "suspicious"))],
)
def test_too_suspicious_signature_is_held_and_not_counted(petition, score, became):
    signature = signed(petition, SOKHA)
    Signature.objects.filter(pk=signature.pk).update(score=score)
    assert signing.confirm(signature=signature)
    row = Signature.objects.get(pk=signature.pk)
    assert (row.state, row.held_reason) == became
    assert queries.count(petition) == (1 if row.state == "confirmed" else 0)


def test_withdrawn_signature_is_not_brought_back(petition):
    signature = confirmed(petition, SOKHA)
    erasure.withdraw(signature=signature)
    assert (signing.confirm(signature=signature), state(signature)) == (False, "withdrawn")


def test_two_signers_with_one_name_are_two(petition):
    for number in range(2):
        confirmed(petition, person(number, name="Sokha Chan"))
    assert queries.count(petition) == 2


def test_form_of_the_cast_is_what_the_site_asks_for():
    assert SignForm(form(MARIE)).is_valid()
