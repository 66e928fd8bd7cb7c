import pytest

from petition.glyphs import MARK, for_letter, for_print, has_glyph, lacking


@pytest.mark.parametrize("name", ["សុខ សុភ័ក្ត្រ", "Nguyễn Thị Ạ", "José-María O'Neill", "Владимир", "Αλέξανδρος", "Żółć"])
def test_name_that_the_fonts_have_is_printed_as_it_is(name):
    assert for_print(name) == name


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("สมชาย ใจดี", f"smchay aichdi {MARK}"),
        ("王小明", f"WangXiaoMing {MARK}"),
        ("ສົມຊາຍ", f"somxagn {MARK}"),
        ("សុខ 王", f"សុខ Wang {MARK}"),
        ("\U0010fffd", f"? {MARK}"),
    ],
)
def test_name_in_other_letters_is_printed_in_latin_ones_with_the_mark(name, printed):
    assert for_print(name) == printed


def test_unusual_space_is_an_ordinary_one():
    assert for_print("Sok\u3000Dara") == "Sok Dara"


def test_invisible_and_control_characters_are_not_printed():
    assert for_print("a\u2028b\x07\u2060c") == "a b c"


@pytest.mark.parametrize("letter", ["\ue000", "\U0010ffff", "\u0378", "\ud800"], ids=ascii)
def test_letter_that_nobody_knows_is_a_question_mark(letter):
    assert for_print(letter) == f"? {MARK}"
    assert for_print(f"Sok {letter} Dara") == f"Sok ? Dara {MARK}"
    assert for_print(f"Sok Da{letter}ra") == f"Sok Dara {MARK}"


def test_all_that_is_printed_has_a_glyph():
    names = ["สมชาย", "王", "محمد", "नमस्ते", "გიორგი", "🙂", "\u0300", "\udfff"]
    assert [letter for name in names for letter in for_print(name) if not has_glyph(letter)] == []


def test_letter_text_keeps_its_hints_and_gets_no_mark():
    assert for_letter("ទន្លេ\u200bស្អាត 王") == "ទន្លេ\u200bស្អាត Wang"


def test_what_the_fonts_lack_is_told_once_each():
    assert lacking("王 a 王\u200b\n明") == ["王", "明"]
