import pytest

from signatures.delivery.certificate import certificate_pdf, countries
from tests.signatures.delivery import bundles
from tests.signatures.delivery.reading import pages, paper, squeezed

COUNTS = {
    "confirmed": 2_052,
    "named": 1_500,
    "withheld": 552,
    "by_country": {"KH": 1_900, "US": 60, "FR": 30, "AU": 20, "CA": 15, "JP": 12, "NZ": 10, "LA": 3, "IS": 2},
    "by_day": {"2027-01-31": 2_052},
    "by_origin": {"web": 2_000, "paper": 52},
}
ROOT = "0123456789abcdef" * 4
KEY = "SHA256:uNiVztksCsDhcc0u9e8BrrJFbmIDcGeZ1LuYnvYNRPs"
NAMES, TOTALS = "names", "totals"


def described(**more):
    return bundles.description() | {"counts": COUNTS} | more


def certificate(languages=("en",), discloses=NAMES, country="FR", **more):
    recipient = {"country": country, "discloses": discloses}
    return certificate_pdf(described(**more), recipient, languages=list(languages), root=ROOT)


def told(discloses=NAMES, country="FR", languages=("en",)):
    found = countries(described(), {"country": country, "discloses": discloses}, list(languages))
    return {" ".join(labels): number for labels, number in found}


def test_certificate_says_all_in_english():
    text = paper(certificate(signing_key=KEY, site_url="https://river.example.org"))
    for expected in (
        "The River Committee",
        "Certificate of the count",
        bundles.TITLE_EN,
        "Delivery 2, 23 October 2027. The signatures were counted on 23 October 2027.",
        "2,052 confirmed signatures",
        "may be passed on 1,500",
        "withheld by the signer’s choice 552",
        "on the petition’s site 2,000",
        "by hand, on paper 52",
        "Cambodia 1,900",
        "one person has copied it from the sheet and a second checked it",
        "Root of the book of signatures 01234567 89abcdef 01234567 89abcdef",
        KEY,
        "https://river.example.org/en/petitions/clean-river/verify/",
        "For the committee",
    ):
        assert squeezed(expected) in text


def test_certificate_in_khmer():
    text = paper(certificate(["km"], TOTALS, "KH", site_url="https://river.example.org"))
    for expected in (
        "វិញ្ញាបនបត្រចំនួនហត្ថលេខា",
        bundles.TITLE_KM,
        "២.០៥២",
        "កម្ពុជា ១.៩០០",
        "ការប្រគល់ជូនលើកទី២ ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០២៧។",
        "/km/petitions/clean-river/verify/",
    ):
        assert squeezed(expected) in text


def test_second_language_stands_on_the_same_page():
    (page,) = pages(certificate(["fr", "en"]))
    for expected in ("Certificat de décompte", "Certificate of the count", "2 052", "2,052 confirmed signatures"):
        assert squeezed(expected) in squeezed(page)


def test_what_is_not_known_is_left_out():
    text = paper(certificate(counts=COUNTS | {"by_origin": {"web": 2_052}}))
    for absent in ("Key with which", "Check it at", "given on paper"):
        assert squeezed(absent) not in text


@pytest.mark.parametrize("languages", [["en"], ["km"], ["fr", "en"], ["en", "km"], ["km", "fr", "en"]])
def test_certificate_is_one_page_however_long_its_words_are(languages):
    description = described(signing_key=KEY, site_url="https://river.example.org")
    long = {"km": bundles.TITLE_KM * 6, "en": f"{bundles.TITLE_EN} " * 6}
    organiser = {"km": "គណៈកម្មាធិការទន្លេ" * 6, "en": "The River Committee " * 6, "short": ""}
    petition = description["petition"] | {"title": long, "title_hints_km": "", "organiser": organiser}
    recipient = {"country": "KH", "discloses": NAMES}
    pdf = certificate_pdf(description | {"petition": petition}, recipient, languages=languages, root=ROOT)
    assert len(pages(pdf)) == 1


def test_largest_countries_are_told_and_the_others_together():
    assert told(country=None) == {
        "Cambodia": "1,900",
        "United States": "60",
        "France": "30",
        "Australia": "20",
        "Canada": "15",
        "Japan": "12",
        "Other countries": "15",
    }


def test_recipient_s_own_country_is_always_told():
    found = told(country="NZ")
    assert (found["New Zealand"], found["Other countries"], "Japan" in found) == ("10", "17", False)


def test_own_small_country_is_told_to_who_gets_names():
    found = told(country="IS")
    assert (found["Iceland"], found["Other countries"]) == ("2", "25")


def test_who_gets_totals_sees_no_small_country_by_itself():
    found = told(TOTALS, country="IS")
    # All that the others are together holds Iceland's two as well, so nobody can subtract.
    assert (found["Iceland"], found["Other countries"]) == ("fewer than 10", "27")


def test_small_countries_alone_are_told_together_where_no_name_goes():
    description = described(counts=COUNTS | {"confirmed": 5, "by_country": {"LA": 3, "IS": 2}})
    found = countries(description, {"country": None, "discloses": TOTALS}, ["en"])
    assert found == [(["Other countries"], "5")]


def test_countries_are_named_in_each_language():
    assert told(languages=("fr", "km"))["Cambodge កម្ពុជា"] == "1\u202f900"


def test_certificate_is_archival_and_accessible_and_equal_each_time():
    pdf = certificate(["km", "en"], TOTALS)
    assert pdf == certificate(["km", "en"], TOTALS)
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<", b"/StructTreeRoot"):
        assert mark in pdf


def test_each_packet_has_its_certificate(built):
    found = sorted(path.parent.name for path in built.folder.glob("packets/*/certificate.pdf"))
    assert found == ["01-1-anne-durand", "02-1-pham-van-hai", "03-1-sok-vibol"]
