"""The printed rows, read back by copying."""

import datetime
import re

import pypdfium2
import pytest

from petition.glyphs import MARK
from signatures.delivery.bundle import Chunk, Row
from signatures.delivery.volumes import print_volume
from tests.signatures.delivery import bundles
from tests.signatures.delivery.reading import pages, squeezed

# Pairs of khmer.md in their stored form, and what printing has gone wrong with elsewhere.
KHMER = "ស្ត្រី ខ្ញុំ ដើម កោះ ប៉ា ក្រុម ប្រាំ អ៊ុំ ស៊ី កណ្តាល កណ្ដាល ឱ្យ ឲ្យ ព្រះ ញ៉ែម សុភ័ក្ត្រ ចន្ទ្រា ឥន្ទ្រ ឫទ្ធិ ធម៌ ហ៊្វាន់ លក្ខណ៍".split()
OTHERS = [
    "Nguyễn Thị Hồng Ạ ạ ệ",
    "Łukasz Żółć",
    "José-María O'Neill",
    "Владимир Иванов",
    '#panic("x") *b* $x$ `c` <d> @e \\u{41} [f] {g} // h',
    "=SUM(A1:A9)",
    "a,b;c\"d'e",
]
LONG = ["Wwwwwwwww " * 9 + "Wwwwwwwwww", "ក្រុម" * 20, "i" * 100, ("សុវណ្ណារ៉ា " * 9).strip()]
FRONT = [0, 0, 0, 0]  # cover, the petition in Khmer and in English, how to read the book
TRANSLITERATED = {"สมชาย ใจดี": f"smchay aichdi {MARK}", "王小明": f"WangXiaoMing {MARK}"}


def row(number, name, city="", is_named=True):
    return Row(number, name, city, "KH", "2027-01-31", "web", is_named)


def printed(rows, first=1, volumes=3):
    chunk = Chunk(2, "rows/0002.csv", first, first + len(rows) - 1, "")
    return print_volume(bundles.description(), chunk, volumes, rows)


def lines_of(pdf):
    """The text of each numbered line, white space squeezed out: a narrowed name may come with more of it."""
    found = {}
    for page in pages(pdf)[len(FRONT) :]:
        for line in page.splitlines():
            if match := re.match(r"(\d+) (.*)", line):
                found[int(match[1])] = squeezed(match[2])
    return found


def test_names_are_copied_letter_for_letter():
    names = [*KHMER, *OTHERS, *LONG, *TRANSLITERATED]
    lines = lines_of(printed([row(number, name) for number, name in enumerate(names, start=1)]))
    expected = [squeezed(TRANSLITERATED.get(name, name)) + "Cambodia2027-01-31web" for name in names]
    assert [lines[number] for number in range(1, len(names) + 1)] == expected


def test_cities_are_copied_letter_for_letter():
    cities = ["ព្រះសីហនុ", "Llanfairpwllgwyngyllgogerychwyrndrobwll", "ទីក្រុងដែលមានឈ្មោះវែងណាស់", "กรุงเทพ"]
    lines = lines_of(printed([row(number, "Sok", city) for number, city in enumerate(cities, start=1)]))
    assert [line.removeprefix("Sok").removesuffix("Cambodia2027-01-31web") for line in lines.values()] == [
        *cities[:3],
        f"krungethph{MARK}",
    ]


def test_withheld_row_has_its_number_and_says_so_in_both_languages():
    lines = lines_of(printed([row(1, "", is_named=False)]))
    assert lines == {1: squeezed("name withheld · មិនបង្ហាញឈ្មោះ Cambodia2027-01-31web")}


def test_every_number_stands_in_order_on_pages_of_fifty():
    pdf = printed([row(number, "Sok Dara") for number in range(20_001, 20_121)], first=20_001)
    assert list(lines_of(pdf)) == list(range(20_001, 20_121))
    assert [len(re.findall("Sok Dara", page)) for page in pages(pdf)] == [*FRONT, 50, 50, 20]


def test_page_says_which_volume_which_numbers_and_which_page():
    last = pages(printed([row(number, "Sok") for number in range(20_001, 20_061)], first=20_001))[-1]
    assert "Signature book, volume 2 of 3" in last
    assert "Numbers 20051–20060 · លេខ ២០០៥១–២០០៦០" in last
    assert "Page 2 of 2 · ទំព័រ ២ នៃ ២" in last


def test_cover_says_what_it_is_in_both_languages():
    cover = squeezed(pages(printed([row(20_001, "Sok")], first=20_001))[0])
    for text in (bundles.TITLE_EN, bundles.TITLE_KM, "Volume 2 of 3", "ភាគទី២ នៃ ៣", "20,001", "២០.០០១"):
        assert squeezed(text) in cover
    for text in ("The list was closed on 23 October 2027", "បានបិទបញ្ជីនៅថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០២៧", "The River Committee"):
        assert squeezed(text) in cover


@pytest.mark.parametrize(("page", "language"), [(1, "km"), (2, "en")])
def test_petition_stands_behind_the_cover_as_it_was_signed(page, language):
    text = squeezed(pages(printed([row(1, "Sok")]))[page])
    petition = bundles.description()["petition"]
    signed = [petition["title"][language], *petition["intro"][language].split("\n\n"), *petition["demands"][language]]
    assert [words for words in signed if squeezed(words) not in text] == []
    assert squeezed(petition["organiser"][language]) in text


def test_petition_of_many_pages_does_not_change_the_numbers_of_the_pages_behind_it():
    description = bundles.description()
    description["petition"]["demands"]["en"] = ["Stop the dumping of waste into the river. " * 9] * 9
    rows = [row(number, "Sok") for number in range(1, 61)]
    found = pages(print_volume(description, Chunk(1, "", 1, 60, ""), 1, rows))
    first = next(place for place, page in enumerate(found) if "Page 1 of 2" in page)
    assert first > len(FRONT)
    assert first % 2 == 0  # the first of the volume is a right-hand page, and so is this
    assert "Page 2 of 2" in found[first + 1]


def test_long_khmer_title_without_hints_stays_on_the_page():
    description = bundles.description()
    description["petition"]["title"]["km"] = bundles.TITLE_KM * 4
    description["petition"]["title_hints_km"] = ""
    document = pypdfium2.PdfDocument(print_volume(description, Chunk(1, "", 1, 1, ""), 1, [row(1, "Sok")]))
    for page in (document[0], document[1]):
        text = page.get_textpage()
        ends = [text.get_charbox(place)[2] for place in range(text.count_chars())]
        assert max(ends) < page.get_width() - 20


def test_petition_whose_letters_the_fonts_lack_does_not_stop_the_book():
    description = bundles.description()
    description["petition"]["intro"]["en"] = "The river\n王 says"
    text = pages(print_volume(description, Chunk(1, "", 1, 1, ""), 1, [row(1, "Sok")]))[2]
    assert "The river\nWang says" in text


def test_outline_and_labels_lead_through_the_volume():
    document = pypdfium2.PdfDocument(printed([row(number, "Sok") for number in range(1, 1052)]))
    assert [(entry.get_title(), entry.get_dest().get_index()) for entry in document.get_toc()] == [
        ("Signature book", 0),
        ("The petition in Khmer · ញត្តិ", 1),
        ("The petition in English", 2),
        ("How to read this book", 3),
        ("Numbers 1 …", 4),
        ("Numbers 1,001 …", 24),
    ]
    assert [document.get_page_label(page) for page in (0, 3, 4, 25)] == ["i", "iv", "1", "22"]


def test_equal_rows_give_equal_bytes():
    rows = [row(number, name) for number, name in enumerate(KHMER, start=1)]
    assert printed(rows) == printed(rows)


def test_pdf_is_of_the_time_of_the_freeze():
    assert b"2027-10-22T18:30:00" in printed([row(1, "Sok")])
    frozen_at = datetime.datetime.fromisoformat(bundles.description()["frozen_at"])
    assert frozen_at.isoformat() == "2027-10-22T18:30:00+00:00"


@pytest.mark.parametrize("long_title", ["A title of a petition that does not end " * 7])
def test_long_title_does_not_move_the_rows(long_title):
    description = bundles.description()
    description["petition"]["title"]["en"] = long_title.strip()
    rows = [row(number, "Sok") for number in range(1, 101)]
    pdf = print_volume(description, Chunk(1, "", 1, 100, ""), 1, rows)
    assert [len(re.findall(r"\bSok\b", page)) for page in pages(pdf)] == [*FRONT, 50, 50]
