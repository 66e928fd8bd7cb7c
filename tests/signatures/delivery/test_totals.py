import datetime

import pytest

from signatures.delivery.totals import by_time, totals_pdf
from tests.signatures.delivery import bundles
from tests.signatures.delivery.reading import pages, paper, squeezed

COUNTS = {
    "confirmed": 2_045,
    "named": 1_500,
    "withheld": 545,
    "by_country": {"KH": 2_000, "FR": 30, "US": 10, "LA": 3, "IS": 2},
    "by_day": {"2027-01-31": 2_000, "2027-06-01": 40, "2027-06-02": 5},
    "by_origin": {"web": 2_000, "paper": 40, "stall": 5},
}
ROOT = "0123456789abcdef" * 4


def totals(discloses="names", languages=("en",), **counts):
    description = bundles.description() | {"counts": COUNTS | counts}
    return totals_pdf(description, discloses=discloses, languages=list(languages), root=ROOT)


def test_totals_say_all_in_english():
    text = paper(totals())
    for expected in (
        "Signatures in numbers One million signatures for a clean river",
        "Delivery 2. The signatures were counted on 23 October 2027.",
        "Confirmed signatures 2,045",
        "of them, whose signers let their names be passed on 1,500",
        "of them, whose signers withhold their names 545",
        "given on the petition’s site and confirmed by e-mail 2,000",
        "given by hand on a paper sheet 40",
        "given at a stall 5",
        "Goal of the petition 1,000,000",
        "Cambodia 2,000 France 30 United States 10 Laos 3 Iceland 2",
        "January 2027 2,000 June 2027 45",
        "Root of the book of signatures 01234567 89abcdef 01234567",
    ):
        assert squeezed(expected) in text


def test_totals_without_names_show_no_small_country():
    text = paper(totals("totals"))
    assert squeezed("United States 10 Elsewhere (countries with fewer than 10 signatures) 5") in text
    assert "Laos" not in text
    assert "Iceland" not in text
    assert squeezed("No name is part of this packet.") in text


def test_totals_in_khmer():
    text = paper(totals("totals", ["km"]))
    for expected in (
        "ហត្ថលេខាជាតួលេខ",
        bundles.TITLE_KM,
        "ហត្ថលេខាដែលបានបញ្ជាក់ ២.០៤៥",
        "កម្ពុជា ២.០០០",
        "កន្លែងផ្សេងទៀត (ប្រទេសដែលមានហត្ថលេខាតិចជាង ១០) ៥",
        "ខែមិថុនា ឆ្នាំ២០២៧ ៤៥",
    ):
        assert squeezed(expected) in text


def test_totals_in_french():
    text = paper(totals(languages=["fr"]))
    for expected in ("Signatures confirmées 2 045", "Cambodge 2 000", "juin 2027 45", "comptées le 23 octobre 2027"):
        assert squeezed(expected) in text


PREVIOUS = {
    "ordinal": 1,
    "frozen_at": "2026-10-22T18:30:00+00:00",
    "confirmed": 1_200,
    "root": None,
    "still": 1_150,
    "withdrawn": 50,
    "new": 895,
}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Since delivery 1 The signatures of delivery 1 were counted on 23 October 2026. "
            "Signatures in delivery 1 1,200 of them, also in this delivery 1,150 "
            "of them, withdrawn since then or no longer counted 50 New in this delivery 895",
        ),
        (
            "km",
            "ហត្ថលេខាក្នុងការប្រគល់ជូនលើកទី១ ១.២០០ ក្នុងនោះ មានក្នុងការប្រគល់ជូនលើកនេះដែរ ១.១៥០ "
            "ក្នុងនោះ បានដកវិញ ឬលែងរាប់បញ្ចូលតាំងពីពេលនោះមក ៥០ ហត្ថលេខាថ្មីក្នុងការប្រគល់ជូនលើកនេះ ៨៩៥",
        ),
        (
            "fr",
            "Signatures de la remise nᵒ 1 1 200 dont figurent aussi dans cette remise 1 150 "
            "dont ont été retirées depuis, ou ne sont plus comptées 50 Nouvelles dans cette remise 895",
        ),
    ],
)
def test_totals_of_a_later_delivery_say_what_is_new_since_the_last(language, expected):
    description = bundles.description() | {"counts": COUNTS, "previous": PREVIOUS}
    text = paper(totals_pdf(description, discloses="totals", languages=[language], root=ROOT))
    assert squeezed(expected) in text


def test_totals_of_a_first_delivery_say_nothing_of_one_before():
    assert squeezed("Since delivery") not in paper(totals())


def test_each_language_has_pages_of_its_own_in_the_recipients_order():
    texts = pages(totals(languages=["fr", "en"]))
    assert ["chiffres" in text for text in texts] == [True, False]
    assert ["in numbers" in text for text in texts] == [False, True]


def test_short_time_is_told_by_days():
    assert by_time({"by_day": {"2027-03-01": 1, "2027-03-03": 2}}, "en") == (
        "day",
        [("1 March 2027", "1"), ("3 March 2027", "2")],
    )


@pytest.mark.parametrize(("days", "unit"), [(61, "day"), (62, "month")])
def test_long_time_is_told_by_months(days, unit):
    first = datetime.date(2027, 1, 1)
    last = first + datetime.timedelta(days=days)
    assert by_time({"by_day": {first.isoformat(): 1, last.isoformat(): 1}}, "en")[0] == unit


def test_every_country_of_the_world_is_on_the_pages():
    codes = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXY"]
    counts = {code: 1_000 + place for place, code in enumerate(codes)}
    text = paper(totals(by_country=counts))
    assert [n for n in counts.values() if f"{n:,}" not in text] == []


def test_totals_are_archival_and_accessible_and_equal_each_time():
    pdf = totals("totals", ["km", "en"])
    assert pdf == totals("totals", ["km", "en"])
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<", b"/StructTreeRoot"):
        assert mark in pdf
