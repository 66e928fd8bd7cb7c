import datetime

from signatures.delivery.sample_form import form_csv, form_pdf
from signatures.delivery.sampling import Place
from tests.signatures.delivery import bundles
from tests.signatures.delivery.reading import pages, paper, squeezed

PLACES = [Place(7, 1, 2), Place(25_060, 2, 3)]


def form(found=PLACES):
    petition = bundles.description()["petition"]
    return form_pdf(
        petition=petition,
        ordinal=2,
        frozen_at=datetime.datetime(2027, 10, 22, 18, 30, tzinfo=datetime.UTC),
        root="0123456789abcdef" * 4,
        seed="dice of 24 October: 4 1 6",
        total=50_000,
        found=found,
    )


def test_form_says_what_was_drawn_from_what_in_both_languages():
    text = paper(form())
    for expected in (
        bundles.TITLE_EN,
        bundles.TITLE_KM,
        "2, frozen on 23 October 2027",
        "50,000 · ៥០.០០០",
        "dice of 24 October: 4 1 6",
        "01234567 89abcdef 01234567",
        "7 1 2",
        "25060 2 3",
        "signature of the observer",
        "សូមកុំសរសេរឈ្មោះអ្នកណាលើទម្រង់នេះ។",
    ):
        assert squeezed(expected) in text


def test_long_form_has_its_heads_on_every_page():
    found = pages(form([Place(number, 1, 2 + number // 50) for number in range(1, 301)]))
    assert len(found) > 5
    assert all("Remark" in page for page in found[:-1])


def test_form_is_archival_and_accessible_and_equal_each_time():
    pdf = form()
    assert pdf == form()
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert mark in pdf


def test_table_has_a_row_for_each_line():
    assert form_csv(PLACES).decode().split("\r\n") == [
        "number,volume,page,printed_is_listed,leads_to_root,sheet_is_there,remark",
        "7,1,2,,,,",
        "25060,2,3,,,,",
        "",
    ]
