"""The page of the recipients: in the petition's order, with what became of each letter."""

import datetime

import pytest
from django.utils import timezone

from signatures.delivery import samples
from signatures.delivery.models import Delivery, Packet
from tests.pages import Page
from tests.people import create_petition, create_recipient, create_staff
from tests.signatures.delivery.test_samples import SEED, checked, drawn, frozen

pytestmark = pytest.mark.django_db

LANGUAGES = ["km", "en"]
DAY = datetime.date(2017, 10, 23)


@pytest.fixture
def petition():
    return create_petition()


def address(lang="en", slug="peace"):
    return f"/{lang}/petitions/{slug}/recipients/"


def words(client, lang="en"):
    return Page(client.get(address(lang))).words


def hand_over(recipient, ordinal=1, day=DAY, **fields):
    delivery, _ = Delivery.objects.get_or_create(
        petition=recipient.petition, ordinal=ordinal, defaults={"planned_on": day, "state": "handed_over"}
    )
    return Packet.objects.create(delivery=delivery, recipient=recipient, handed_over_on=day, **fields)


def test_recipients_stand_in_the_order_of_the_petition(petition, client):
    for place in [(2, 1), (10, 1), (1, 2), (1, 1)]:
        create_recipient(petition, *place)
    found = words(client)
    places = [found.index(f"Recipient {place}") for place in ("1.1", "1.2", "2.1", "10.1")]
    assert places == sorted(places)


@pytest.mark.parametrize(("lang", "line"), [("km", "លោកអគ្គលេខាធិការ"), ("en", "The Secretary-General")])
def test_recipient_stands_as_printed_in_the_pages_language(petition, client, lang, line):
    create_recipient(petition, as_printed="The Secretary-General", as_printed_km="លោកអគ្គលេខាធិការ")
    assert line in words(client, lang)


@pytest.mark.parametrize(("lang", "day"), [("km", "ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧"), ("en", "23 October 2017")])
def test_hand_over_is_told_with_its_day(petition, client, lang, day):
    hand_over(create_recipient(petition))
    assert words(client, lang).count(day) == 2  # of the delivery, and of the packet


def test_latest_hand_over_is_the_one_that_is_told(petition, client):
    recipient = create_recipient(petition)
    hand_over(recipient)
    hand_over(recipient, ordinal=2, day=datetime.date(2018, 10, 23))
    assert "handed over on 23 October 2018" in words(client)


@pytest.mark.parametrize(("lang", "answer"), [("km", "សូមអរគុណ"), ("en", "We thank you.")])
def test_answer_is_shown_in_the_pages_language(petition, client, lang, answer):
    hand_over(create_recipient(petition), answered_on=DAY, answer_km="សូមអរគុណ", answer_en="We thank you.")
    assert answer in words(client, lang)


def test_notes_for_the_committee_are_shown_to_nobody(petition, client):
    recipient = create_recipient(petition, notes="calls back on Mondays")
    hand_over(recipient, note="left with the doorman")
    found = client.get(address()).content.decode()
    assert [secret for secret in ("Mondays", "doorman") if secret in found] == []


def test_petition_without_recipients_is_a_page(petition, client):
    assert client.get(address()).status_code == 200


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", ["draft", "nowhere"])
def test_draft_and_unknown_petition_are_not_found(client, slug, lang):
    create_petition("draft", state="draft")
    answer = client.get(address(lang, slug))
    assert (answer.status_code, Page(answer).lang) == (404, lang)


# -- the petition's own page ---------------------------------------------------------------------------------------


def petition_words(client):
    return Page(client.get("/en/petitions/peace/")).words


def test_closed_petition_that_was_handed_over_says_so(client):
    hand_over(create_recipient(create_petition(state="closed")))
    assert "Delivered The signatures were handed over on 23 October 2017." in petition_words(client)


def test_closed_petition_that_was_answered_says_by_how_many(client):
    petition = create_petition(state="closed")
    for number in (1, 2):
        hand_over(create_recipient(petition, number), answered_on=DAY)
    hand_over(create_recipient(petition, 3))
    found = petition_words(client)
    assert "Delivered, and answered The signatures were handed over, the last of them on 23 October 2017." in found
    assert "2 recipients have answered so far." in found


def test_open_petition_goes_on_after_a_hand_over_and_names_the_next_one(petition, client):
    hand_over(create_recipient(petition), answered_on=DAY)
    Delivery.objects.create(petition=petition, ordinal=2, planned_on=datetime.date(2027, 10, 23))
    found = petition_words(client)
    assert "23 October 2027 Planned: the letters and the signatures are handed over." in found
    assert "On 23 October 2027 each recipient is handed a letter and the totals." in found
    assert "Name 1.1 has answered. Read the answer" in found
    assert "Sign this petition" in found


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "895 of them are new since the signatures of the delivery before were counted, on 23 October 2026."),
        ("km", "ហត្ថលេខាចំនួន ៨៩៥ ជាហត្ថលេខាថ្មី"),
    ],
)
def test_later_delivery_tells_how_many_are_new(petition, client, lang, line):
    previous = {"ordinal": 1, "frozen_at": "2026-10-22T18:30:00+00:00", "new": 895}
    for ordinal, told in ((1, None), (2, previous)):
        Delivery.objects.create(
            petition=petition,
            ordinal=ordinal,
            planned_on=DAY,
            state="built",
            frozen_at=timezone.now(),
            confirmed=2_045,
            previous=told,
        )
    assert words(client, lang).count(line) == 1


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Of 3 drawn lines 3 were found right. If more than 630 lines of the whole book (63.0 %) were wrong,"),
        ("km", "ក្នុងចំណោម ៣ បន្ទាត់ដែលចាប់ឆ្នោតបាន ត្រឹមត្រូវ ៣ បន្ទាត់។"),
    ],
)
def test_published_sample_is_told_with_what_follows(petition, client, lang, sentence):
    bopha = create_staff("bopha")
    sample = checked(drawn(bopha, frozen(petition)), bopha)
    assert sentence not in words(client, lang)
    samples.publish(sample=sample, by=bopha)
    assert sentence in words(client, lang)
    assert SEED in words(client, lang)


def test_how_often_lines_were_drawn_is_told(petition, client):
    bopha = create_staff("bopha")
    sample = checked(drawn(bopha, frozen(petition)), bopha)
    samples.publish(sample=sample, by=bopha)
    assert "Samples drawn" not in words(client)
    drawn(bopha, sample.delivery, seed="another")
    assert "Samples drawn of this book so far: 2." in words(client)
