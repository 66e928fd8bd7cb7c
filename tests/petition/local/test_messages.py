import gettext
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from babel.messages.catalog import Message

from petition.local import Trouble, messages

PYTHON = """
from django.utils.translation import gettext as _t, gettext_lazy as _, ngettext, pgettext
LABEL = _("Full name")
def page():
    text = _t("One " "text")
    return ngettext("%(n)s name", "%(n)s names", 2), pgettext("of a page", "Open"), f"{text}"
"""
TEMPLATE = """{% load i18n %}
  {% translate "Sign" %} {% translate "Close" context "of a window" as close %}
{{ _("Read") }} {{ page.title|default:_("No title") }}
    {% blocktranslate trimmed asvar heading with goal=petition.goal %}
      Goal:
      {{ goal }}
    {% endblocktranslate %}
{% blocktranslate trimmed count shown=count %}{{ shown }} person{% plural %}{{ shown }} people{% endblocktranslate %}
{# a comment with (one bracket #} it's text, "quoted
"""
FOUND = {
    (None, "Full name"),
    (None, "One text"),
    (None, "%(n)s name"),
    ("of a page", "Open"),
    (None, "Sign"),
    ("of a window", "Close"),
    (None, "Read"),
    (None, "No title"),
    (None, "Goal: %(goal)s"),
    (None, "%(shown)s person"),
}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "petition").mkdir()
    (tmp_path / "petition" / "views.py").write_text(PYTHON)
    (tmp_path / "templates" / "parts").mkdir(parents=True)
    (tmp_path / "templates" / "parts" / "form.html").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def whole(root):
    """The same project with a catalog that lacks nothing."""
    messages.extract(root)
    catalog = messages.read(root / messages.OURS)
    for message in catalog:
        if isinstance(message.id, tuple):
            message.string = (f"ក {message.id[1].split()[0]}",)
        elif message.id:
            message.string = "ក %(goal)s" if "goal" in message.id else "ក"
    messages.write(root / messages.OURS, catalog)
    return root


def po(root, text, path=messages.OURS):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def replace(root, old, new):
    path = root / messages.OURS
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_strings_of_python_and_of_templates_are_found(root):
    messages.extract(root)
    catalog = messages.read(root / messages.OURS)
    assert {messages._key(message) for message in catalog if message.id} == FOUND
    assert catalog.get("%(shown)s person").id == ("%(shown)s person", "%(shown)s people")


def test_catalog_is_the_same_when_extracted_again(root):
    messages.extract(root)
    first = (root / messages.OURS).read_bytes()
    messages.extract(root)
    assert (root / messages.OURS).read_bytes() == first
    assert b"form.html" not in first


def test_extracting_tells_what_is_untranslated(root):
    assert {messages._key(message) for message in messages.extract(root)} == FOUND


def test_khmer_is_kept_and_the_unused_dropped(root):
    po(root, 'msgid "Sign"\nmsgstr "ចុះហត្ថលេខា"\n\nmsgid "Gone"\nmsgstr "ក"\n')
    messages.extract(root)
    catalog = messages.read(root / messages.OURS)
    assert catalog.get("Sign").string == "ចុះហត្ថលេខា"
    assert catalog.get("Gone") is None


def test_parts_fill_what_is_untranslated_and_no_more(root):
    po(root, 'msgid "Sign"\nmsgstr "ចុះហត្ថលេខា"\n')
    part = po(root, 'msgid "Sign"\nmsgstr "ខ"\n\nmsgid "Read"\nmsgstr "អាន"\n\nmsgid "Else"\nmsgstr "គ"\n', "part.po")
    messages.extract(root, [part])
    catalog = messages.read(root / messages.OURS)
    assert [catalog.get("Sign").string, catalog.get("Read").string] == ["ចុះហត្ថលេខា", "អាន"]
    assert catalog.get("Else") is None


def test_whole_catalog_has_no_faults(whole):
    assert messages.check(whole) == []


def test_missing_catalog_is_told(root):
    assert messages.check(root) == ["locale/km/LC_MESSAGES/django.po: is missing"]


def test_string_that_is_not_in_the_catalog_is_named(whole):
    (whole / "petition" / "more.py").write_text('_("One more")')
    assert messages.check(whole) == ["locale/km/LC_MESSAGES/django.po: “One more” is missing"]


def test_string_that_no_source_has_is_named(whole):
    (whole / "petition" / "views.py").write_text(PYTHON.replace("Full name", "Name"))
    assert messages.check(whole) == [
        "locale/km/LC_MESSAGES/django.po: “Name” is missing",
        "locale/km/LC_MESSAGES/django.po: “Full name” is no longer used",
    ]


def test_obsolete_entry_is_named(whole):
    replace(whole, 'msgid "Full name"', '#~ msgid "Old"\n#~ msgstr "ក"\n\nmsgid "Full name"')
    assert messages.check(whole) == ["locale/km/LC_MESSAGES/django.po: “Old” is no longer used"]


def test_string_that_django_does_not_have_is_named(whole):
    po(whole, 'msgid "Log in"\nmsgstr "ចូល"\n\nmsgid "Log inn"\nmsgstr "ចូល"\n', messages.FRAMEWORK / "django.po")
    assert messages.check(whole) == ["locale/framework/km/LC_MESSAGES/django.po: Django has no “Log inn”"]


@pytest.mark.parametrize(
    ("source", "khmer", "fault"),
    [
        ("Sign", "", ["is untranslated"]),
        (("%(n)s name", "%(n)s names"), ("",), ["is untranslated"]),
        ("%(a)s of %(b)s", "%(a)s ក", ["has other placeholders in Khmer: %(a)s ក"]),
        ("%(a)s", "%(A)s", ["has other placeholders in Khmer: %(A)s"]),
        ("{name}", "{}", ["has other placeholders in Khmer: {}"]),
        ("Sign %s", "ក %s%s", ["has other placeholders in Khmer: ក %s%s"]),
        ("Sign", "ចុះ\u200bហត្ថលេខា", ["holds invisible break hints: ចុះ\u200bហត្ថលេខា"]),
        ("Sign", "ចុចលើ sign", ["has Latin words (sign) in Khmer: ចុចលើ sign"]),
        ("%(a)s of %(b)s", "%(b)s ក %(a)s", []),
        (("%(n)s name", "%(n)s names"), ("ឈ្មោះ %(n)s",), []),
        (("one name", "%(n)s names"), ("ឈ្មោះ %(n)s",), []),
        ("See <a href='%(url)s'>it</a> on Facebook, 100%%", "<a href='%(url)s'>ក</a> Facebook 100%%", []),
        ("such as name@example.org", "ដូចជា name@example.org", []),
    ],
)
def test_translation_is_refused_for_its_fault(source, khmer, fault):
    assert list(messages.faults(Message(source, khmer))) == fault


def test_fuzzy_translation_is_refused():
    assert list(messages.faults(Message("Sign", "ក", flags=["fuzzy"]))) == ["is fuzzy"]


def mo(path):
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def test_compiled_catalog_is_read_by_gettext(whole):
    made = messages.compile_all(whole)
    assert made == [whole / "locale/km/LC_MESSAGES/django.mo"]
    translations = mo(made[0])
    assert translations.pgettext("of a page", "Open") == "ក"
    assert translations.ngettext("%(n)s name", "%(n)s names", 1) == "ក %(n)s"


def test_only_what_is_older_is_compiled(whole):
    [path] = messages.compile_all(whole)
    assert messages.compile_all(whole) == []
    os.utime(path, (1, 1))
    assert messages.compile_all(whole) == [path]


def test_many_may_compile_at_once(whole):
    target = whole / "locale/km/LC_MESSAGES/django.mo"

    def compile_and_read(_turn):
        messages.compile_all(whole)
        return mo(target).gettext("Sign")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(compile_and_read, range(32))) == {"ក"}
    assert sorted(path.name for path in target.parent.iterdir()) == ["django.mo", "django.po"]


def test_broken_catalog_is_one_sentence(root):
    path = po(root, 'msgid "Sign"\nmsgtext "ចុះ"\n')
    with pytest.raises(Trouble, match="cannot be read"):
        messages.compile_all(root)
    assert not path.with_suffix(".mo").exists()


def test_commands_end_with_their_exit_code(capsys):
    assert messages.main(["compile"]) == 0
    assert capsys.readouterr().out == ""
