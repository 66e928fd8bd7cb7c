import datetime

import pytest

from signatures.delivery import wording


@pytest.mark.parametrize(
    ("language", "text"), [("en", "1,234,567"), ("km", "១.២៣៤.៥៦៧"), ("fr", "1\u202f234\u202f567")]
)
def test_number(language, text):
    assert wording.number(1_234_567, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "23 October 2017"), ("km", "ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧"), ("fr", "23 octobre 2017")],
)
def test_day(language, text):
    assert wording.day(datetime.date(2017, 10, 23), language) == text


def test_first_of_a_month_in_french():
    assert wording.day(datetime.date(2027, 3, 1), "fr") == "1er mars 2027"


@pytest.mark.parametrize(("language", "text"), [("en", "fewer than 10"), ("km", "តិចជាង ១០"), ("fr", "moins de 10")])
def test_count_that_is_too_small_to_tell(language, text):
    assert wording.fewer_than(10, language) == text


def test_day_is_that_of_phnom_penh():
    assert wording.local_day(datetime.datetime(2027, 10, 22, 18, 30, tzinfo=datetime.UTC)) == datetime.date(
        2027, 10, 23
    )


def test_khmer_country_names_hold_no_hints():
    names = [wording.country(code, "km") for code in ("KH", "US", "FR", "GB", "AU", "NZ", "LA")]
    assert (names[0], "\u200b" in "".join(names)) == ("កម្ពុជា", False)


@pytest.mark.parametrize(("code", "text"), [("US", "the United States"), ("KH", "Cambodia"), ("XX", "XX")])
def test_english_country_in_a_sentence(code, text):
    assert wording.country_in_sentence(code, "en") == text


@pytest.mark.parametrize(
    ("count", "language", "text"),
    [(1, "en", "1 volume"), (2, "en", "2 volumes"), (1, "fr", "1 volume"), (50, "km", "៥០ ភាគ")],
)
def test_volumes(count, language, text):
    assert wording.volumes(count, language) == text
