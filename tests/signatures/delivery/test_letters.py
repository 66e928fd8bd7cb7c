"""The letters' text, and which of it reaches whom."""

import pytest

from signatures.delivery.letters import BLOCKS, PLACEHOLDERS, check, letter_pdf
from tests.signatures.delivery import bundles
from tests.signatures.delivery.reading import pages, paper, squeezed

MINISTER, SECRETARY, GOVERNOR = range(3)
ALL = "\n\n".join(f"{name}: {{{name}}}." for name in PLACEHOLDERS if name not in BLOCKS) + "\n\n{demands}\n\n{totals}"
PREVIOUS = {"ordinal": 1, "frozen_at": "2026-10-22T18:30:00+00:00", "confirmed": 9_000, "new": 12_300}
ROOT = "0123456789abcdef" * 4


def described(by_country=None):
    counts = {
        "confirmed": 21_234,
        "named": 14_000,
        "withheld": 7_234,
        "by_country": {"KH": 20_000, "FR": 1_225, "US": 9} if by_country is None else by_country,
        "by_day": {"2027-01-31": 21_234},
        "by_origin": {"web": 21_234},
    }
    return bundles.description() | {"counts": counts, "volume_rows": 20_000, "root": ROOT}


def letter(recipient, language, body=None, subject=None, description=None, **changes):
    """The PDF of a letter to one of the three recipients; `changes` are made to the recipient."""
    description = description or described()
    role = changes.pop("role", "")
    entry = description["recipients"][recipient] | changes
    form = next((form for form in entry["letters"] if form["language"] == language), entry["letters"][0])
    form = form | {"language": language, "role": role}
    if body is not None:
        form["body"] = body
    if subject is not None:
        form["subject"] = subject
    return letter_pdf(description, entry, form)


def test_english_letter_says_all_in_order():
    text = paper(letter(MINISTER, "en"))
    expected = [
        "គណៈកម្មាធិការទន្លេ",
        "The River Committee",
        "Reference: RC/2027/2/01.1/EN",
        "23 October 2027",
        "Her Excellency Ms. Anne Durand",
        "Minister of Rivers",
        "French Republic",
        "Subject: One million signatures for a clean river: 21,234 signatures",
        "Excellency,",
        "On behalf of 21,234 people, The River Committee asks:",
        "1. Stop the dumping of waste into the river.",
        "2. Publish what is measured in it, every month.",
        "14,000 of them give you their names; 7,234 signed and withhold theirs.",
        "Of the signers, 1,225 live in France.",
        "The list was frozen on 23 October 2027.",
        "Yours,",
        "For the committee, on behalf of all who have signed:",
        "The River Committee",
        "Enclosed: 1. totals.pdf, the totals by country, by day and by origin",
        "2. certificate.pdf, the certificate of the count",
        "3. book/, the book of signatures (2 volumes) with its register by country, and the same list as tables",
        "4. check.py, a short program that checks all of it without a network",
        "How to check this letter",
        "One number stands for every line of the book of signatures, its root:",
        "01234567 89abcdef " * 4,
        "The program check.py, which comes with this letter, checks the same without a network.",
    ]
    assert text == squeezed("".join(expected))


def test_french_letter_has_french_numbers_and_names_of_countries():
    text = paper(letter(MINISTER, "fr"))
    for expected in (
        "23 octobre 2027",
        "Objet : Remise de 21 234 signatures",
        "Au nom de 21 234 personnes, The River Committee demande :",
        "1. Stop the dumping of waste into the river.",
        "Parmi elles, 1 225 vivent dans le pays suivant : France.",
        "Veuillez agréer l’assurance de notre considération.",
        "le livre des signatures (2 volumes)",
    ):
        assert squeezed(expected) in text


def test_khmer_letter_is_copied_letter_for_letter():
    text = paper(letter(GOVERNOR, "km"))
    expected = [
        "គណៈកម្មាធិការទន្លេ",
        "The River Committee",
        "លេខយោង៖ RC/2027/2/03.1/KM",
        "ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០២៧",
        "ឯកឧត្តម សុខ វិបុល",
        "អភិបាលខេត្ត",
        "កម្មវត្ថុ៖ ហត្ថលេខាមួយលានដើម្បីទន្លេស្អាត",
        "សូមគោរពជូន ឯកឧត្តម",
        "ក្នុងនាមអ្នកចុះហត្ថលេខាចំនួន ២១.២៣៤ នាក់ គណៈកម្មាធិការទន្លេ សូមស្នើ៖",
        "១. បញ្ឈប់ការចាក់សំណល់ចូលទន្លេ។",
        "២. ផ្សព្វផ្សាយលទ្ធផលវាស់វែងរៀងរាល់ខែ។",
        "បញ្ជីនេះបានបិទនៅថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០២៧។",
        "សូមគោរព",
        "តំណាងគណៈកម្មាធិការ ក្នុងនាមអ្នកចុះហត្ថលេខាទាំងអស់៖",
        "គណៈកម្មាធិការទន្លេ",
        "ឯកសារភ្ជាប់៖ ១. totals.pdf ចំនួនសរុបតាមប្រទេស តាមថ្ងៃ និងតាមប្រភព",
        "២. certificate.pdf វិញ្ញាបនបត្រនៃការរាប់",
    ]
    assert text.startswith(squeezed("".join(expected)))


def test_every_placeholder_is_filled():
    text = paper(letter(MINISTER, "en", body=ALL, description=described() | {"previous": PREVIOUS}, role="You asked."))
    for expected in (
        "organiser: The River Committee.",
        "title: One million signatures for a clean river.",
        "count: 21,234.",
        "goal: 1,000,000.",
        "country: France.",
        "country_count: 1,225.",
        "named: 14,000.",
        "withheld: 7,234.",
        "frozen_on: 23 October 2027.",
        "role: You asked..",
        "how_to_answer: Please send your answer by the way on which this letter reached you, quoting RC/2027/2/01.1",
        "new_count: 12,300.",
        "previous_count: 9,000.",
        "previous_on: 23 October 2026.",
    ):
        assert squeezed(expected) in text
    assert "{" not in text


def test_recipient_without_a_country_reads_nothing_of_one():
    text = paper(letter(SECRETARY, "en"))
    assert squeezed("Of the signers,") not in text
    assert squeezed("14,000 of them give you their names") in text


def test_recipient_of_totals_reads_nothing_of_names_and_gets_no_book():
    text = paper(letter(GOVERNOR, "km", body=ALL))
    for left_out in ("named", "withheld", "book/", "អ្នកដែលមានឈ្មោះ"):
        assert left_out not in text
    assert squeezed("country: កម្ពុជា.") in text


def test_first_delivery_says_nothing_of_an_earlier_one():
    text = paper(letter(MINISTER, "en", body=ALL))
    assert "previous" not in text
    assert "new_count" not in text


def test_recipient_without_a_part_in_the_matter_reads_nothing_of_it():
    assert "role" not in paper(letter(MINISTER, "en", body=ALL))


@pytest.mark.parametrize(
    ("recipient", "language", "lines"),
    [
        (MINISTER, "en", "In all 21,234 From France 1,225 Signers whose name is in the book 14,000"),
        (SECRETARY, "en", "In all 21,234 Signers whose name is in the book 14,000"),
        (MINISTER, "fr", "Au total 21 234 Venant du pays suivant : France 1 225"),
        (GOVERNOR, "km", "សរុប ២១.២៣៤ មកពីប្រទេសកម្ពុជា ២០.០០០"),
    ],
)
def test_table_of_totals_has_what_the_recipient_gets(recipient, language, lines):
    assert squeezed(lines) in paper(letter(recipient, language, body="{totals}"))


def test_table_of_totals_says_what_is_new():
    text = paper(letter(GOVERNOR, "en", body="{totals}", description=described() | {"previous": PREVIOUS}))
    assert squeezed("From Cambodia 20,000 New since the delivery of 23 October 2026 12,300") in text


def test_letter_of_which_nothing_is_left_is_still_a_letter():
    text = paper(letter(GOVERNOR, "km", body="{named}"))
    assert squeezed("សូមគោរពជូន ឯកឧត្តម សូមគោរព តំណាងគណៈកម្មាធិការ") in text


@pytest.mark.parametrize("paragraphs", range(10, 24))
def test_closing_never_stands_alone_on_a_page(paragraphs):
    words = "It has some words, to fill a line or two of the page. " * 2
    last = pages(letter(SECRETARY, "en", body="\n\n".join(f"No. {n} {words}" for n in range(paragraphs))))[-1]
    assert f"No. {paragraphs - 1} " in last


@pytest.mark.parametrize(("language", "said"), [("en", "fewer than 10"), ("km", "តិចជាង ១០"), ("fr", "moins de 10")])
@pytest.mark.parametrize("count", [0, 9])
def test_recipient_of_totals_is_not_told_a_small_count_of_its_country(language, said, count):
    description = described(by_country={"US": 21_225, "KH": count} if count else {"US": 21_234})
    text = paper(letter(GOVERNOR, language, body="= {country_count} =", description=description))
    assert squeezed(f"= {said} =") in text


def test_recipient_of_totals_is_told_a_count_that_is_large_enough():
    description = described(by_country={"US": 21_224, "KH": 10})
    assert squeezed("= 10 =") in paper(letter(GOVERNOR, "en", body="= {country_count} =", description=description))


def test_recipient_of_names_is_told_a_small_count():
    text = paper(letter(MINISTER, "en", body="= {country_count} from {country} =", country="US"))
    assert squeezed("= 9 from the United States =") in text


def test_letter_is_never_older_than_the_counts_in_it():
    description = described() | {"delivery": {"ordinal": 2, "planned_on": "2027-10-01"}}
    assert squeezed("23 October 2027") in paper(letter(SECRETARY, "en", body="x", description=description))


def test_text_of_an_organiser_is_no_program():
    body = '#panic("x") *b* $x$ `c` <d> @e [f] \\u // g'
    assert squeezed(body) in paper(letter(MINISTER, "en", body=body))


def test_form_of_address_in_letters_that_the_fonts_lack_is_printed_in_latin():
    form = described()["recipients"][MINISTER]["letters"][0] | {"name_line": "H.E. 王毅"}
    text = paper(letter(MINISTER, "en", letters=[form]))
    assert squeezed("H.E. WangYi") in text


def test_long_letter_says_which_page_it_is():
    body = "\n\n".join(["A paragraph of some length, said again and again. " * 6] * 12)
    texts = pages(letter(SECRETARY, "en", body=body))
    assert [f"page {number} of {len(texts)}" in text for number, text in enumerate(texts, start=1)] == [True] * len(
        texts
    )
    assert len(texts) > 1


def test_equal_data_gives_equal_bytes():
    assert letter(GOVERNOR, "km") == letter(GOVERNOR, "km")


def test_letter_is_archival_and_accessible():
    pdf = letter(GOVERNOR, "km")
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<", b"/Lang(km)", b"/StructTreeRoot"):
        assert mark in pdf


@pytest.mark.parametrize(
    ("body", "subject", "problem"),
    [
        ("{cuont}", "S", "There is no placeholder {cuont}."),
        ("{}", "S", "There is no placeholder {}."),
        ("x", "{cuont}", "There is no placeholder {cuont}."),
        ("x", "{demands}", "The placeholder {demands} cannot stand in the subject."),
        ("x", "{country}", "The placeholder {country} cannot stand in the subject."),
        ("x", "{named}", "The placeholder {named} cannot stand in the subject."),
        ("a { b", "S", "A curly bracket stands alone; placeholders look like {count}."),
        ("a }", "S", "A curly bracket stands alone; placeholders look like {count}."),
        ("{{count}}", "S", "A curly bracket stands alone; placeholders look like {count}."),
        ("x", "S\nT", "The subject must be one line."),
        ("x", " ", "The subject must be one line."),
        ("x", "{totals}", "The placeholder {totals} cannot stand in the subject."),
        ("x", "{role}", "The placeholder {role} cannot stand in the subject."),
        ("So many: {totals}", "S", "{totals} must stand alone, with a blank line before and after it."),
        ("We ask: {demands}", "S", "{demands} must stand alone, with a blank line before and after it."),
        ("We ask:\n{demands}", "S", "{demands} must stand alone, with a blank line before and after it."),
        ("x 王", "S", "The letter's fonts cannot print 王."),
        ("x", "S 🙂", "The letter's fonts cannot print 🙂."),
    ],
)
def test_text_that_can_not_be_made_into_a_letter_is_refused_by_name(body, subject, problem, settings):
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(ValueError) as caught:
        check(body, subject)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("body", "subject"), [(bundles.BODY[code], bundles.SUBJECT[code]) for code in ("en", "km", "fr")]
)
def test_text_that_is_in_order_is_taken(body, subject):
    check(body, subject)


def test_all_placeholders_are_taken():
    check(ALL, "{title} {count} {goal} {organiser} {frozen_on}")
