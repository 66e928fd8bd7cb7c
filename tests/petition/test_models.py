import datetime

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone, translation

from petition.models import (
    FormOfAddress,
    Petition,
    Recipient,
    RecoveryCode,
    SecurityKey,
    Tag,
    TotpApp,
    Update,
    UpdatePicture,
)
from petition.models.petition import WORDING, split_paragraphs
from tests.people import create_petition, create_picture, create_recipient, create_tag, create_update

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def create_form(recipient, **fields):
    defaults = {"language": "en", "name_line": "n", "office_lines": "o", "salutation": "s"}
    return FormOfAddress.objects.create(recipient=recipient, **defaults | fields)


# -- what the database holds ---------------------------------------------------------------------------------------

BROKEN = {
    "petition_state_known": lambda p: create_petition("b", state="lost"),
    "petition_goal_positive": lambda p: create_petition("b", goal=0),
    "petition_slug_is_ascii_words": lambda p: create_petition("សន្តិភាព"),
    "petition_closes_after_it_opens": lambda p: create_petition("b", closes_on=datetime.date(2017, 10, 22)),
    "petition_one_featured": lambda p: [create_petition(slug, is_featured=True) for slug in "bc"],
    "recipient_place_is_unique": lambda p: [create_recipient(p), create_recipient(p)],
    "recipient_discloses_known": lambda p: create_recipient(p, discloses="all"),
    "recipient_place_is_positive": lambda p: create_recipient(p, number=0),
    "address_one_a_language": lambda p: [create_form(r) for r in [create_recipient(p)] * 2],
    "address_language_known": lambda p: create_form(create_recipient(p), language="de"),
    "update_slug_once_a_petition": lambda p: [create_update(p), create_update(p)],
    "update_slug_is_ascii_words": lambda p: create_update(p, "Not-This"),
    "update_public_in_both_languages_or_said_so": lambda p: create_update(p, body_en=""),
    "picture_number_once_an_update": lambda p: [create_picture(update) for update in [create_update(p)] * 2],
    "picture_digest_is_sha256": lambda p: create_picture(create_update(p), digest="../secret"),
    "picture_has_number_and_size": lambda p: create_picture(create_update(p), number=0),
    "picture_is_described": lambda p: create_picture(create_update(p), alt_km="", alt_en=""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_constraint_refuses(name):
    petition = create_petition()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BROKEN[name](petition)
    assert refused.value.__cause__.diag.constraint_name == name


def test_each_constraint_is_broken_above():
    models = [Petition, Recipient, FormOfAddress, Update, UpdatePicture, Tag]
    assert {c.name for model in models for c in model._meta.constraints} == set(BROKEN)


@pytest.mark.parametrize("slug", ["", "-", "a-", "-a", "a--b", "A", "a b", "a\n", "សន្តិភាព"])
def test_address_that_is_no_ascii_words_is_refused_by_the_form_too(slug):
    with pytest.raises(ValidationError) as refused:
        create_petition()._meta.get_field("slug").clean(slug, None)
    assert refused.value.messages


def test_two_petitions_do_not_share_an_address():
    create_petition()
    with pytest.raises(IntegrityError), transaction.atomic():
        create_petition()


# -- the wording that was signed -----------------------------------------------------------------------------------


@pytest.fixture
def locked():
    return create_petition(wording_locked_at=timezone.now())


@pytest.mark.parametrize("column", WORDING)
def test_locked_wording_can_not_change(locked, column):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Petition.objects.filter(pk=locked.pk).update(**{column: "other words"})
    assert refused.value.__cause__.diag.constraint_name == "petition_wording_locked"


def test_lock_can_not_be_taken_away(locked):
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=locked.pk).update(wording_locked_at=None)


def test_what_is_no_wording_stays_open(locked):
    locked.goal, locked.short_title_en, locked.state = 5, "Other", "closed"
    locked.save(update_fields=["goal", "short_title_en", "state"])
    locked.refresh_from_db()
    assert (locked.goal, locked.short_title_en, locked.is_wording_locked) == (5, "Other", True)


def test_unlocked_wording_can_change():
    petition = create_petition()
    Petition.objects.filter(pk=petition.pk).update(title_en="Better")
    petition.refresh_from_db()
    assert (petition.title_en, petition.is_wording_locked) == ("Better", False)


# -- one-line truths -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "opened_on", "closes_on", "today"),
    [
        ("draft", TODAY, None, "draft"),
        ("open", TODAY, None, "open"),
        ("open", TODAY + DAY, None, "upcoming"),
        ("open", TODAY - DAY, TODAY, "open"),
        ("open", TODAY - DAY, TODAY - DAY, "closed"),
        ("paused", TODAY + DAY, None, "paused"),
        ("paused", TODAY - DAY, TODAY - DAY, "paused"),
        ("closed", TODAY, TODAY + DAY, "closed"),
        ("removed", TODAY, TODAY + DAY, "removed"),
    ],
)
def test_petition_is_open_from_its_first_day_to_its_last(state, opened_on, closes_on, today):
    petition = Petition(state=state, opened_on=opened_on, closes_on=closes_on)
    assert (petition.state_today, petition.is_open) == (today, today == "open")


@pytest.mark.parametrize(
    ("state", "can"), [("draft", False), ("open", True), ("paused", True), ("closed", False), ("removed", False)]
)
def test_who_has_signed_can_confirm_while_the_petition_goes_on(state, can):
    assert Petition(state=state, opened_on=TODAY).can_still_confirm == can


def test_only_a_draft_is_not_public():
    assert [Petition(state=state).is_public for state in ("draft", "open", "paused", "closed")] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [("", []), ("one", ["one"]), ("one\ntwo", ["one\ntwo"]), ("one\n\n two \n \n\nthree\n", ["one", "two", "three"])],
)
def test_blank_lines_part_paragraphs(text, paragraphs):
    assert split_paragraphs(text) == paragraphs


@pytest.mark.parametrize(
    ("language", "title"),
    [("km", "សន្តិភាព"), ("en", "Peace now")],
)
def test_petition_speaks_the_language_of_the_page(language, title):
    with translation.override(language):
        assert str(create_petition()) == title


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_hints_km": "ហត្ថ\u200bលេខា"}, "title_hints_km"),
        ({"intro_hints_km": "another"}, "intro_hints_km"),
        ({"demands_hints_km": "សន្តិភាព"}, "demands_hints_km"),
        ({"demands_en": "Peace."}, "demands_en"),
        ({"closes_on": datetime.date(2017, 10, 1)}, "closes_on"),
    ],
)
def test_petition_that_contradicts_itself_is_refused_by_the_field(changes, field):
    petition = create_petition()
    for name, value in changes.items():
        setattr(petition, name, value)
    with pytest.raises(ValidationError) as refused:
        petition.clean()
    assert list(refused.value.message_dict) == [field]


def test_hints_that_are_the_text_itself_are_taken():
    create_petition(title_hints_km="ហត្ថលេខា\u200bមួយ\u200bលាន").clean()


@pytest.mark.parametrize(
    ("language", "as_printed_km", "shown"),
    [("en", "ខ្មែរ", "Recipient 1.1"), ("km", "ខ្មែរ", "ខ្មែរ"), ("km", "", "Recipient 1.1")],
)
def test_recipient_stands_as_printed(language, as_printed_km, shown):
    recipient = Recipient(as_printed="Recipient 1.1", as_printed_km=as_printed_km)
    with translation.override(language):
        assert recipient.shown_as == shown


@pytest.mark.parametrize(
    ("as_printed", "parts"),
    [("Mr. Sok Dara, Minister", ("Mr. Sok Dara", ", Minister")), ("The Minister", ("The Minister", ""))],
)
def test_printed_line_of_a_recipient_is_cut_behind_the_name(as_printed, parts):
    recipient = Recipient(as_printed=as_printed, name="Sok Dara")
    with translation.override("en"):
        assert recipient.shown_parts == parts


def test_recipients_stand_in_their_printed_order():
    petition = create_petition()
    for place in [(2, 1), (1, 2), (10, 1), (1, 1)]:
        create_recipient(petition, *place)
    assert [(r.number, r.position) for r in petition.recipients.all()] == [(1, 1), (1, 2), (2, 1), (10, 1)]


# -- updates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "lead", "has_more", "whole"),
    [
        ("all of it", "all of it", False, "all of it"),
        ("lead <!-- more --> rest", "lead", True, "lead  rest"),
        ("lead <!-- more --> ", "lead", False, "lead  "),
    ],
)
def test_lead_ends_where_more_stands(body, lead, has_more, whole):
    update = Update(body_en=body, body_km="")
    with translation.override("en"):
        assert (update.lead, update.has_more, update.body) == (lead, has_more, whole)


def test_update_speaks_the_language_of_the_page():
    update = create_update(create_petition())
    with translation.override("km"):
        assert (str(update), update.lead, str(create_tag())) == ("ដំណឹង news", "សង្ខេប", "ការប្រគល់ជូន")


def test_updates_are_newest_first():
    petition = create_petition()
    for slug, day in [("old", 1), ("new", 9), ("newer-that-day", 9)]:
        create_update(petition, slug, published_on=datetime.date(2018, 1, day))
    assert [row.slug for row in petition.updates.all()] == ["newer-that-day", "new", "old"]


def test_petition_with_updates_is_not_deleted():
    petition = create_petition()
    create_update(petition)
    with pytest.raises(ProtectedError):
        petition.delete()


@pytest.mark.parametrize(
    ("language", "name_km", "shown"),
    [("km", "នរោត្តម", "២.១ នរោត្តម"), ("km", "", "២.១ Name 2.1"), ("en", "នរោត្តម", "2.1 Name 2.1")],
)
def test_recipient_is_called_by_place_and_name_in_the_readers_language(db, language, name_km, shown):
    recipient = create_recipient(create_petition(), 2, 1, name_km=name_km)
    with translation.override(language):
        assert str(recipient) == shown
        assert recipient.code == "2.1 Name 2.1"


FACTORS = {
    "totp_secret_is_sealed": lambda user: TotpApp.objects.create(user=user, sealed_secret=b"A" * 32, last_step=1),
    "recovery_code_is_hashed": lambda user: RecoveryCode.objects.create(user=user, digest=b"abcdefghjk"),
    "recovery_code_once": lambda user: [RecoveryCode.objects.create(user=user, digest=b"x" * 32) for _time in "ab"],
    "petition_securitykey_credential_key": lambda user: [
        SecurityKey.objects.create(user=user, name=name, credential=b"x", public_key=b"x", uses=0) for name in "ab"
    ],
}


@pytest.mark.parametrize("name", FACTORS)
def test_constraint_of_a_factor_refuses(name):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        FACTORS[name](User.objects.create_user("chenda"))
    assert refused.value.__cause__.diag.constraint_name.startswith(name)
