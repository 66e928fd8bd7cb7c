"""The rules that the database itself holds: each is broken here by a raw row, and refused by its name."""

import datetime
import uuid

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from signatures.choices import Origin, Review, State, Visibility
from signatures.models import CountByCountry, CountByDay, MailboxRule, NetworkKey, Signature
from tests.people import create_petition

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 9, 1)
MAILBOX, NAME, NETWORK = b"m" * 32, b"n" * 32, b"w" * 32

PENDING = {
    "state": "pending",
    "country": "KH",
    "language": "km",
    "origin": "web",
    "visibility": "count",
    "signed_on": DAY,
    "sealed_email": b"sealed e-mail",
    "sealed_identity": b"sealed identity",
    "mailbox_hash": MAILBOX,
    "name_hash": NAME,
    "network_hash": NETWORK,
    "seat": 1,
}
CONFIRMED = PENDING | {"state": "confirmed", "confirmed_on": DAY}
HELD = CONFIRMED | {"state": "held", "held_reason": "fraud"}
NO_MAILBOX = {"sealed_email": None, "mailbox_hash": None, "seat": None}
PAPER = CONFIRMED | NO_MAILBOX | {"origin": "paper", "network_hash": None}
PUBLIC = CONFIRMED | {"visibility": "public", "public_name": "Marie", "comment": "Peace.", "review": "waiting"}
HIDDEN = PUBLIC | {"review": "hidden", "review_reason": "abuse"}
WITHDRAWN = (
    CONFIRMED
    | NO_MAILBOX
    | {
        "state": "withdrawn",
        "sealed_identity": None,
        "name_hash": None,
        "network_hash": None,
    }
)


def create(fields, **changes):
    petition = changes.pop("petition", None) or create_petition()
    return Signature.objects.create(**{"petition": petition} | fields | changes)


@pytest.mark.parametrize("fields", [PENDING, CONFIRMED, HELD, PAPER, PUBLIC, HIDDEN, WITHDRAWN])
def test_signature_in_order_is_taken(fields):
    row = create(fields)
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in ("state", "visibility", "origin", "review", "seat")} == {
        "visibility": "count",
        "review": "none",
    } | {name: fields[name] for name in ("state", "visibility", "origin", "review", "seat") if name in fields}


def refuses(name, fields, **changes):
    petition = create_petition()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        create(fields, petition=petition, **changes)
    assert refused.value.__cause__.diag.constraint_name == name


BROKEN = [
    ("signature_state_known", CONFIRMED, {"state": "lost"}),
    ("signature_visibility_known", PENDING, {"visibility": "all"}),
    ("signature_origin_known", PENDING, {"origin": "fax"}),
    ("signature_review_known", PENDING, {"review": "maybe"}),
    ("signature_country_is_iso", PENDING, {"country": "kh"}),
    ("signature_country_is_iso", PENDING, {"country": "K"}),
    ("signature_country_is_iso", PENDING, {"country": ""}),
    ("signature_country_is_iso", PENDING, {"country": "K\n"}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"sealed_email": b"x"}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"sealed_identity": b"x"}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"mailbox_hash": MAILBOX}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"name_hash": NAME}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"network_hash": NETWORK}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"domain_hash": MAILBOX}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"receipt_hash": MAILBOX}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"signals": ["burst"]}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"score": 1}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"seat": 1}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"wants_updates": True}),
    ("signature_withdrawn_is_erased", WITHDRAWN, {"sweep_id": 1, "swept_from": "confirmed"}),
    (
        "signature_withdrawn_is_erased",
        WITHDRAWN,
        {"visibility": "public", "public_name": "Marie", "review": "waiting"},
    ),
    ("signature_identity_is_sealed", PENDING, {"sealed_identity": None}),
    ("signature_identity_is_sealed", PAPER, {"name_hash": None}),
    ("signature_mailbox_is_whole", PENDING, {"sealed_email": None}),
    ("signature_mailbox_is_whole", PENDING, {"mailbox_hash": None}),
    ("signature_mailbox_is_whole", PENDING, {"seat": None}),
    ("signature_mailbox_is_whole", PENDING, {"seat": 3}),
    ("signature_mailbox_is_whole", PENDING, {"seat": 0}),
    ("signature_mailbox_is_whole", PENDING, NO_MAILBOX),
    ("signature_mailbox_is_whole", PAPER, {"sealed_email": b"x"}),
    ("signature_mailbox_is_whole", PAPER, {"seat": 1}),
    ("signature_confirmed_has_a_day", CONFIRMED, {"confirmed_on": None}),
    ("signature_confirmed_has_a_day", HELD, {"confirmed_on": None}),
    ("signature_pending_has_no_day", PENDING, {"confirmed_on": DAY}),
    ("signature_held_has_a_reason", HELD, {"held_reason": ""}),
    ("signature_held_has_a_reason", CONFIRMED, {"held_reason": "fraud"}),
    ("signature_swept_says_from_what", HELD, {"sweep_id": 1}),
    ("signature_swept_says_from_what", HELD, {"swept_from": "confirmed"}),
    ("signature_swept_says_from_what", CONFIRMED, {"swept_from_reason": "fraud"}),
    ("signature_shows_only_what_was_chosen", PENDING, {"public_name": "Sokha"}),
    ("signature_shows_only_what_was_chosen", PENDING, {"comment": "Peace."}),
    ("signature_shows_only_what_was_chosen", PENDING, {"review": "waiting"}),
    ("signature_shows_only_what_was_chosen", PUBLIC, {"public_name": ""}),
    ("signature_shows_only_what_was_chosen", PUBLIC, {"visibility": "deliver"}),
    ("signature_shows_only_what_was_chosen", PUBLIC, {"visibility": "count"}),
    ("signature_shows_only_what_was_chosen", PUBLIC, {"review": "none"}),
    ("signature_hints_go_with_the_words", PENDING, {"flags": "phone"}),
    ("signature_hidden_has_a_reason", HIDDEN, {"review_reason": ""}),
    ("signature_hidden_has_a_reason", PUBLIC, {"review_reason": "abuse"}),
]


@pytest.mark.parametrize(("name", "fields", "changes"), BROKEN)
def test_check_refuses(name, fields, changes):
    refuses(name, fields, **changes)


SECOND = {
    "signature_once_a_name": {"seat": 2},
    "signature_two_names_a_mailbox": {"name_hash": b"another name"},
    "signature_one_a_receipt": {"name_hash": b"another name", "seat": 2, "receipt_hash": b"receipt"},
}


@pytest.mark.parametrize("name", SECOND)
def test_second_signature_of_a_mailbox_is_refused(name):
    first = create(PENDING, receipt_hash=b"receipt")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        create(PENDING, petition=first.petition, **SECOND[name])
    assert refused.value.__cause__.diag.constraint_name == name


def test_each_rule_is_broken_above():
    rules = {rule.name for rule in Signature._meta.constraints}
    assert rules == {name for name, _, _ in BROKEN} | set(SECOND)


def test_handle_is_one_signatures_own():
    handle = uuid.uuid4()
    first = create(PENDING, handle=handle)
    with pytest.raises(IntegrityError), transaction.atomic():
        create(PENDING, petition=first.petition, handle=handle, seat=2, name_hash=b"another name")


@pytest.mark.parametrize("column", ["signed_on", "handle", "petition_id", "language", "visibility"])
def test_nothing_that_must_stand_may_be_missing(column):
    row = create(PENDING)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE signatures_signature SET {column} = NULL WHERE id = %s", [row.pk])


def test_public_name_of_101_characters_is_refused():
    with pytest.raises(DataError), transaction.atomic():
        create(PUBLIC, public_name="a" * 101)


# -- what must be possible -----------------------------------------------------------------------------------------


def test_couple_shares_a_mailbox():
    first = create(CONFIRMED)
    create(CONFIRMED, petition=first.petition, seat=2, name_hash=b"another name")
    assert Signature.objects.filter(mailbox_hash=MAILBOX).count() == 2


def test_one_person_signs_two_petitions():
    create(CONFIRMED)
    create(CONFIRMED, petition=create_petition("water"))
    assert Signature.objects.filter(mailbox_hash=MAILBOX).count() == 2


def test_sheets_of_paper_need_no_mailbox():
    first = create(PAPER)
    create(PAPER, petition=first.petition)
    assert Signature.objects.filter(origin="paper").count() == 2


def test_erased_rows_stay_as_numbers():
    first = create(WITHDRAWN)
    create(WITHDRAWN, petition=first.petition)
    assert Signature.objects.filter(state="withdrawn").count() == 2


def test_petition_with_signatures_is_not_deleted():
    with pytest.raises(ProtectedError):
        create(PENDING).petition.delete()


def test_row_says_no_more_than_its_number():
    row = create(PUBLIC)
    assert (str(row), repr(row)) == (str(row.pk), f"<Signature: {row.pk}>")


def test_words_of_a_signature_fit_their_columns():
    widths = {name: Signature._meta.get_field(name).max_length for name in ("state", "visibility", "origin", "review")}
    longest = {
        "state": max(map(len, State.values)),
        "visibility": max(map(len, Visibility.values)),
        "origin": max(map(len, Origin.values)),
        "review": max(map(len, Review.values)),
    }
    assert widths == longest


# -- the small tables ----------------------------------------------------------------------------------------------

OTHERS = {
    "count_once_a_country": lambda p: [CountByCountry.objects.create(petition=p, country="KH") for _ in range(2)],
    "count_country_not_negative": lambda p: CountByCountry.objects.create(petition=p, country="KH", confirmed=-1),
    "count_once_a_day": lambda p: [CountByDay.objects.create(petition=p, day=DAY) for _ in range(2)],
    "count_day_not_negative": lambda p: CountByDay.objects.create(petition=p, day=DAY, confirmed=-1),
    "rule_domain_is_lower_ascii": lambda p: MailboxRule.objects.create(domain="Example.org"),
    "rule_not_same_as_itself": lambda p: MailboxRule.objects.create(domain="a.org", same_as="a.org"),
    "signatures_mailboxrule_domain_key": lambda p: [MailboxRule.objects.create(domain="a.org") for _ in range(2)],
    "signatures_networkkey_day_key": lambda p: [NetworkKey.objects.create(day=DAY, key=b"k") for _ in range(2)],
}


@pytest.mark.parametrize("name", OTHERS)
def test_small_table_refuses(name):
    petition = create_petition()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        OTHERS[name](petition)
    assert refused.value.__cause__.diag.constraint_name == name


def test_each_rule_of_the_small_tables_is_broken_above():
    models = [CountByCountry, CountByDay, MailboxRule, NetworkKey]
    rules = {rule.name for model in models for rule in model._meta.constraints}
    assert rules == {name for name in OTHERS if not name.startswith("signatures_")}
