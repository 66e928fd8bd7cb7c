import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from signatures import names

khmer = st.text(st.sampled_from([chr(code) for code in range(0x1780, 0x17DE)]), max_size=12)
any_text = st.one_of(
    khmer,
    st.text(max_size=60),
    st.text(st.characters(), max_size=20),
    st.text("កតដេីាុ៊្រំ ' -.\u200b\u0301aA", max_size=20),
)
CLEANERS = (names.clean_name, names.clean_city, names.clean_comment)


def code_of(clean, text):
    with pytest.raises(ValidationError) as raised:
        clean(text)
    assert raised.value.messages
    return raised.value.code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស្ត្រី", "ស្រ្តី"),
        ("ខ្ញុំ", "ខ្ញំុ"),
        ("ដើម", "ដេីម"),
        ("កោះ", "កេាះ"),
        ("ប៉ា", "បា៉"),
        ("ក្រុម", "កុ្រម"),
        ("ប្រាំ", "ប្រំា"),
        ("អ៊ុំ", "អុំ៊"),
        ("សុខ ដារ៉ា", "  សុខ\u200b \t ដារ៉ា\u00a0"),
        ("O'Neil", "O’Neil"),
        ("Anne-Marie", "Anne\u2011Marie"),
        ("José", "Jose\u0301"),
    ],
)
def test_what_is_typed_in_two_ways_is_stored_in_one(one, other):
    assert one != other
    assert names.stored_form(one) == names.stored_form(other)
    assert names.match_key(one) == names.match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស៊ី", "សុី"),
        ("ស៊ើ", "សុើ"),
        ("កណ្តាល", "កណ្ដាល"),
        ("ឱ្យ", "ឲ្យ"),
        ("José Đặng", "jose dang"),
        ("Anne-Marie", "Annemarie"),
    ],
)
def test_two_spellings_of_one_name_meet_in_the_key_alone(one, other):
    assert names.stored_form(one) != names.stored_form(other)
    assert names.match_key(one) == names.match_key(other)


@pytest.mark.parametrize("name", ["José", "ស្ត្រី", "កណ្ដាល", "ឲ្យ", "Nguyễn Văn Ạn", "'t Hooft"])
def test_stored_form_changes_no_spelling(name):
    assert names.stored_form(name) == name


@given(any_text)
def test_stored_form_is_stored_as_itself(text):
    stored = names.stored_form(text)
    assert names.stored_form(stored) == stored


@given(any_text)
def test_key_is_that_of_the_stored_form(text):
    assert names.match_key(names.stored_form(text)) == names.match_key(text)


@given(any_text)
@example("\ud800")
@example("\x00")
def test_every_text_is_taken_in_its_stored_form_or_refused_in_words(text):
    for clean in CLEANERS:
        try:
            taken = clean(text)
        except ValidationError as fault:
            assert fault.code
            "".join(fault.messages).encode()
        else:
            assert clean(taken) == taken
            taken.encode()


@pytest.mark.parametrize(
    "name",
    [
        "សុខ ដារ៉ា",
        "ស៊ីម៉ុន ហ៊ុន",
        "ពេជ្រ រ័ត្ន",
        "អ៊ឹង ហួរ",
        "Jean-Luc O'Neil Jr.",
        "Nguyễn Văn Ạn",
        "J.R.R. Tolkien",
        "St.John Smith",
        "'t Hooft",
        "ʻIolani",
        "M.ª Pérez",
        "Иван Петров",
        "محمد علي",
        "मोहन राव",
        "สมชาย กำธร",
        "ຄຳ ສີ",
        "ဦးသန့်",
        "李小龙",
        "佐々木 ラミー",
        "김 철수",
        "សុខ Sok",
        "Xi",
    ],
)
def test_names_of_every_script_are_taken(name):
    assert names.clean_name(name) == names.stored_form(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "required"),
        (" \u200b\u00a0 ", "required"),
        ("X", "too_short"),
        ("a" * 101, "too_long"),
        ("A\x00B", "unreadable"),
        ("A\x1bB", "unreadable"),
        ("A\ufffdB", "unreadable"),
        ("A\ud800B", "unreadable"),
        ("A\ue000B", "unreadable"),
        ("A\ufffeB", "unreadable"),
        ("=SUM", "beginning"),
        ("+Sok", "beginning"),
        ("-Sok", "beginning"),
        ("@sok", "beginning"),
        ("្ក", "beginning"),
        ("123", "beginning"),
        ("😀 Sok", "beginning"),
        ("..", "beginning"),
        ("Sok 2", "character"),
        ("សុខ ២", "character"),
        ("Sok 😀", "character"),
        ("Sok, Dara", "character"),
        ("<b>Sok</b>", "beginning"),
        ("Sok<br>", "character"),
        ("𝐒𝐨𝐤", "beginning"),
        ("S𝐨𝐤", "character"),
        ("Sok\u20dd", "character"),
        ("Sok - - Dara", "separators"),
        ("Sok...", "separators"),
        ("Sooook", "repeated"),
        ("Sooook".upper(), "repeated"),
        ("Sokសុខ", "scripts"),
        ("Pаul", "scripts"),  # its second letter is Cyrillic
        ("ក្ក្ក្ក្ក", "spelling"),
        ("កខ្", "spelling"),
        ("ដារ៉ា ៗ", "spelling"),
        ("So\u0301\u0301\u0301\u0301k", "spelling"),
        ("Sok \u0301Dara", "spelling"),
        ("www.example.org", "link"),
        ("http://example", "link"),
        ("example.com", "link"),
        ("t.me", "link"),
    ],
)
def test_what_is_no_name_is_refused_for_its_reason(name, code):
    assert code_of(names.clean_name, name) == code


@pytest.mark.parametrize("name", ["Al", "x" + "ab" * 49 + "y"])
def test_shortest_and_longest_name_are_taken(name):
    assert names.clean_name(name) == name


def test_invisible_characters_do_not_count():
    assert names.clean_name("ab" * 50 + "\u200b" * 100) == "ab" * 50


@pytest.mark.parametrize(("clean", "most"), list(zip(CLEANERS, ("១០០", "១០០", "៥០០"), strict=True)))
@pytest.mark.parametrize("character", ["ក", " ", "\x00", "\u200b", "\n"])
def test_a_million_characters_are_told_how_many_may_be(clean, most, character):
    with translation.override("km"), pytest.raises(ValidationError) as raised:
        clean(character * 1_000_000)
    assert raised.value.code == "too_long"
    assert raised.value.params == {"most": most}


@pytest.mark.parametrize(
    "city",
    ["", "ភ្នំពេញ ១២", "Phnom Penh 12", "Paris (15e)", "Washington, D.C.", "10000 Hanoi", "Å", "'s-Hertogenbosch", "ភូមិ៥"],
)
def test_places_are_taken_with_their_digits(city):
    assert names.clean_city(city) == city


def test_no_place_is_no_fault():
    assert names.clean_city(" \u200b\n") == ""


@pytest.mark.parametrize(
    ("city", "code"),
    [
        ("=1", "beginning"),
        ("(Paris)", "beginning"),
        ("Paris; Lyon", "character"),
        ("Paris\x07", "unreadable"),
        ("example.com", "link"),
        ("a" * 101, "too_long"),
        ("Parisប", "scripts"),
    ],
)
def test_what_is_no_place_is_refused_for_its_reason(city, code):
    assert code_of(names.clean_city, city) == code


@pytest.mark.parametrize(
    ("comment", "stored"),
    [
        ("", ""),
        (" \r\n ", ""),
        ("One\r\ntwo\rthree", "One\ntwo\nthree"),
        ("One\n\n\n\n two  words ", "One\n\ntwo words"),
        ("ខ្ញំុ\nស្រ្តី", "ខ្ញុំ\nស្ត្រី"),
        ("Peace. 😀", "Peace. 😀"),
        ("peace.Live together", "peace.Live together"),
        ("<b>1 < 2</b>", "<b>1 < 2</b>"),
    ],
)
def test_reasons_keep_their_lines(comment, stored):
    assert names.clean_comment(comment) == stored


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("see https://example", "link"),
        ("សូមមើលwww.example", "link"),
        ("join t.me/peace", "link"),
        ("write to me@example.org", "link"),
        ("short.ly/abc", "link"),
        ("a\x00", "unreadable"),
        ("a\x08", "unreadable"),
        ("ab " * 168, "too_long"),
    ],
)
def test_what_can_not_be_a_reason_is_refused_for_its_reason(comment, code):
    assert code_of(names.clean_comment, comment) == code
