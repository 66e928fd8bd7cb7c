import pytest
from django.utils import translation

from petition import countries

LANGUAGES = ("km", "en", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_without_invisible_characters(language):
    names = [countries.name(code, language) for code in countries.CODES]
    assert len(set(names)) == 249
    assert not [name for name in names if "\u200b" in name or name != name.strip()]


def test_names_are_those_of_the_language():
    assert [countries.name("KH", language) for language in LANGUAGES] == ["កម្ពុជា", "Cambodia", "Cambodge"]


def test_unknown_code_stays_as_it_is():
    assert countries.name("ZZ", "km") == "ZZ"


def test_latin_names_are_sorted_without_their_accents():
    with translation.override("en"):
        names = [name for _code, name in countries.choices()]
    assert len(names) == 249
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert names.index("Türkiye") + 1 == names.index("Turkmenistan")


def test_khmer_names_are_sorted_as_the_alphabet():
    with translation.override("km"):
        names = [name for _code, name in countries.choices()]
    assert names[0] == "កម្ពុជា"
    # The first letters of the alphabet, in its order.
    firsts = list(dict.fromkeys(name[0] for name in names))
    assert firsts == sorted(firsts)
