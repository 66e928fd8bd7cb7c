"""Who may read an update and when, in which language: as the models and the database hold it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone, translation

from petition.models import Update, UpdatePicture
from tests.people import create_petition, create_picture, create_update

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
KHMER, ENGLISH = ("title_km", "body_km"), ("title_en", "body_en")


@pytest.fixture
def petition():
    return create_petition()


# -- when ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_published", "away", "is_public"),
    [(True, None, True), (True, -HOUR, True), (True, HOUR, False), (False, None, False), (False, -HOUR, False)],
)
def test_update_is_public_when_it_is_published_and_its_time_has_come(petition, is_published, away, is_public):
    update = create_update(petition, is_published=is_published, publish_at=away and timezone.now() + away)
    assert (update.is_public, Update.objects.published().exists()) == (is_public, is_public)


def test_update_is_public_from_the_very_moment(petition):
    moment = timezone.now()
    update = create_update(petition, publish_at=moment)
    assert (update.is_public, petition.updates.published().get()) == (True, update)


# -- in which language ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
@pytest.mark.parametrize("missing", [["title_km"], ["body_km"], ["title_en"], ["body_en"], [*KHMER], [*ENGLISH]])
def test_database_publishes_nothing_with_a_language_missing(petition, missing, blank):
    with pytest.raises(IntegrityError, match="update_public_in_both_languages_or_said_so"):
        create_update(petition, **dict.fromkeys(missing, blank))


@pytest.mark.parametrize("fields", [{"is_published": True}, {"in_one_language": False}, {"title_km": ""}])
def test_database_does_not_let_a_public_update_lose_its_language(petition, fields):
    was = {"is_published": "is_published" not in fields, "in_one_language": True, "title_en": "", "body_en": ""}
    if fields == {"is_published": True}:
        was["in_one_language"] = False
    update = create_update(petition, **was)
    with pytest.raises(IntegrityError, match="update_public_in_both_languages_or_said_so"):
        Update.objects.filter(pk=update.pk).update(**fields)


def test_database_publishes_a_timed_update_no_easier(petition):
    with pytest.raises(IntegrityError, match="update_public_in_both_languages_or_said_so"):
        create_update(petition, title_en="", publish_at=timezone.now() + HOUR)


@pytest.mark.parametrize("missing", [KHMER, ENGLISH, ("title_km",), ("body_en",)])
def test_one_language_is_enough_where_the_organiser_says_so(petition, missing):
    update = create_update(petition, in_one_language=True, **dict.fromkeys(missing, ""))
    update.full_clean()
    assert Update.objects.published().get() == update


@pytest.mark.parametrize("missing", [("title_km", "title_en"), ("body_km", "body_en"), ("title_km", "body_en")])
def test_one_language_must_be_whole(petition, missing):
    with pytest.raises(IntegrityError, match="update_public_in_both_languages_or_said_so"):
        create_update(petition, in_one_language=True, **dict.fromkeys(missing, ""))


def test_draft_may_be_empty(petition):
    update = create_update(petition, is_published=False, **dict.fromkeys((*KHMER, *ENGLISH), ""))
    update.full_clean()
    assert str(update) == "news"


@pytest.mark.parametrize("body", ["", "  ", "<!-- more -->", "\n<!-- more -->\n"])
def test_each_missing_text_is_named(petition, body):
    update = create_update(petition, is_published=False, title_km="", body_en=body)
    update.is_published = True
    with pytest.raises(ValidationError) as refused:
        update.full_clean()
    assert sorted(refused.value.message_dict) == ["body_en", "title_km"]


@pytest.mark.parametrize("reader", ["km", "en"])
@pytest.mark.parametrize(("blank", "shown"), [(ENGLISH, "km"), (KHMER, "en"), (("body_en",), "km"), ((), None)])
def test_update_is_shown_in_the_readers_language_where_it_is_whole(petition, blank, shown, reader):
    update = create_update(petition, in_one_language=True, **dict.fromkeys(blank, ""))
    with translation.override(reader):
        title, lead = {"km": ("ដំណឹង news", "សង្ខេប"), "en": ("News news", "The lead.")}[shown or reader]
        assert (update.language, update.title, str(update), update.lead) == (shown or reader, title, title, lead)


@pytest.mark.parametrize("reader", ["km", "en"])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        dict.fromkeys(KHMER, ""),
        dict.fromkeys(ENGLISH, ""),
        {"body_en": " \n"},
        {"body_km": "<!-- more -->"},
        {"body_en": "\n<!-- more -->\n<!-- more --> "},
        {"body_km": "<!-- more -->\n\nសេចក្តីលម្អិត"},
    ],
)
def test_headline_is_in_the_language_of_the_update_and_leaves_its_texts_unread(petition, fields, reader):
    update = create_update(petition, in_one_language=True, **fields)
    headline = petition.updates.headlines().get()
    with translation.override(reader):
        assert (headline.language, headline.title) == (update.language, update.title)
    assert headline.get_deferred_fields() == {"body_km", "body_en"}


# -- when it changed -----------------------------------------------------------------------------------------------


def test_change_is_the_latest_of_date_publication_and_edit(petition):
    moments = [timezone.make_aware(datetime.datetime(2018, 1, day, 9)) for day in (1, 2)]
    noon = timezone.make_aware(datetime.datetime(2017, 11, 2, 12))
    update = create_update(petition)
    assert update.changed_at == noon
    update.publish_at, update.edited_at = moments
    assert update.changed_at == moments[1]
    update.publish_at, update.edited_at = reversed(moments)
    assert update.changed_at == moments[1]


# -- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"alt_km": " ", "alt_en": "\n"}, "picture_is_described"),
        ({"digest": "A" * 64}, "picture_digest_is_sha256"),
        ({"digest": ""}, "picture_digest_is_sha256"),
        ({"width": 0}, "picture_has_number_and_size"),
        ({"height": 0}, "picture_has_number_and_size"),
    ],
)
def test_database_takes_no_picture_that_is_none(petition, fields, rule):
    picture = create_picture(create_update(petition))
    with pytest.raises(IntegrityError, match=rule):
        UpdatePicture.objects.filter(pk=picture.pk).update(**fields)


def test_pictures_go_with_their_update(petition):
    picture = create_picture(create_update(petition))
    picture.update.delete()
    assert not UpdatePicture.objects.exists()


@pytest.mark.parametrize(
    ("body", "number"), [("![](2) ![](1)", 2), ("![a](9)\n\n![b](1)", 1), ("![](9)", None), ("none", None)]
)
def test_first_picture_is_the_first_that_the_text_names(petition, body, number):
    update = create_update(petition, body_en=body)
    for each in (1, 2):
        create_picture(update, each)
    with translation.override("en"):
        first = update.first_picture
        assert (first.number if first else None) == number
