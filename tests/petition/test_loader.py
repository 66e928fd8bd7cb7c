"""Loading content files: the founding one, the one that docs/content.md shows, and broken ones."""

from __future__ import annotations

import copy
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from petition import loader
from petition.contentfile import ContentError
from petition.models import AuditEntry, FormOfAddress, Petition, Recipient, Tag, Update
from signatures.delivery.models import Delivery, LetterChange, LetterTemplate, Packet
from tests.people import DARA, confirmed, create_petition, create_recipient

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
FOUNDING = ROOT / "petition" / "content" / "paris-peace-agreement.json"
MANUAL = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")
EXAMPLE = json.loads(MANUAL.partition("```json\n")[2].partition("```")[0])
LOADED = (Petition, Recipient, FormOfAddress, Tag, Update, Delivery, Packet, LetterTemplate, LetterChange)


@pytest.fixture
def load(tmp_path):
    """Load what stands in a dict, as a file."""

    def load(content: Any) -> Petition:
        path = tmp_path / "content.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return loader.load(path)

    return load


def put(content: Any, place: str, value: Any) -> Any:
    """A copy of the content with `value` at a place such as `recipients[0].country`."""
    whole = part = copy.deepcopy(content)
    *way, last = [int(word) if word.isdigit() else word for word in re.findall(r"\w+", place)]
    for step in way:
        part = part[step]
    part[last] = value
    return whole


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every row that a file can make."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in LOADED}
    return rows | {"tagged": list(Update.tags.through.objects.order_by("pk").values())}


# -- the founding petition -----------------------------------------------------------------------------------------


def test_founding_petition_is_whole():
    petition = loader.load(FOUNDING)
    packets = Packet.objects.filter(delivery__petition=petition)
    assert {
        "open and first": (petition.state, petition.is_featured),
        "recipients": petition.recipients.count(),
        "groups": petition.recipients.values("number").distinct().count(),
        "letters": FormOfAddress.objects.count(),
        "updates": petition.updates.filter(is_published=True, tags__slug="paris-peace-agreement").count(),
        "deliveries": list(petition.deliveries.order_by("ordinal").values_list("state", flat=True)),
        "handed over": packets.filter(handed_over_on="2017-10-23", delivery__ordinal=1).count(),
        "packets": packets.count(),
        "texts of letters": sorted(petition.letter_templates.values_list("language", flat=True)),
        "letters of one recipient": list(LetterChange.objects.values_list("recipient__name", "language")),
    } == {
        "open and first": ("open", True),
        "recipients": 24,
        "groups": 19,
        "letters": 32,
        "updates": 6,
        "deliveries": ["handed_over", "planned"],
        "handed over": 24,
        "packets": 24,
        "texts of letters": ["en", "fr", "km"],
        "letters of one recipient": [("Norodom Sihamoni", "km")],
    }


def test_wording_is_stored_as_the_file_has_it():
    petition = loader.load(FOUNDING)
    wording = json.loads(FOUNDING.read_text(encoding="utf-8"))["petition"]["wording"]
    for language, part in wording.items():
        assert {
            "title": getattr(petition, f"title_{language}"),
            "intro": getattr(petition, f"intro_{language}"),
            "demands": getattr(petition, f"demands_{language}").split("\n\n"),
            "sign_off": getattr(petition, f"sign_off_{language}"),
        } == part


@pytest.mark.parametrize("path", [FOUNDING, None], ids=["founding", "example"])
def test_loading_again_changes_nothing(load, path):
    loader.load(path) if path else load(EXAMPLE)
    before = stored()
    loader.load(path) if path else load(EXAMPLE)
    assert stored() == before


def test_each_loading_is_recorded(load):
    petition = load(EXAMPLE)
    load(EXAMPLE)
    entries = list(AuditEntry.objects.order_by("pk").values_list("by", "act", "target", "detail"))
    assert entries == [("system", "load", f"petition.petition:{petition.pk}", {"file": "content.json"})] * 2


# -- the example of the manual -------------------------------------------------------------------------------------


def test_example_of_the_manual_loads(load):
    petition = load(EXAMPLE)
    assert (petition.slug, petition.state, petition.demands_en) == (
        "a-library-for-our-town",
        "draft",
        "Open a library.\n\nLet everyone in free of charge.",
    )
    assert [model.objects.count() for model in LOADED] == [1, 1, 1, 1, 1, 1, 0, 1, 0]


def test_draft_is_seen_by_nobody(load, client):
    load(EXAMPLE)
    assert client.get("/en/petitions/a-library-for-our-town/").status_code == 404


def names_in(content: Any) -> set[str]:
    if isinstance(content, list):
        return {name for part in content for name in names_in(part)}
    if isinstance(content, dict):
        return set(content) | {name for part in content.values() for name in names_in(part)}
    return set()


def test_manual_names_every_field_of_the_founding_file():
    fields = names_in(json.loads(FOUNDING.read_text(encoding="utf-8")))
    assert {name for name in fields if f"`{name}`" not in MANUAL} == {"format"}


def test_optional_fields_may_be_left_out(load):
    bare = put(EXAMPLE, "petition.hints", None)
    for name in (
        "as_printed_km",
        "name_km",
        "honorific",
        "office_km",
        "role_note",
        "country",
        "signatory_1991",
        "notes",
    ):
        bare["recipients"][0].pop(name, None)
    del bare["petition"]["closes_on"], bare["updates"][0]["byline"], bare["updates"][0]["tags"]
    del bare["recipients"][0]["letters"][0]["closing"], bare["petition"]["wording"]["en"]["sign_off"]
    assert load(bare).recipients.get().country == ""


def test_file_with_a_byte_order_mark_loads(tmp_path):
    path = tmp_path / "content.json"
    path.write_text(json.dumps(EXAMPLE), encoding="utf-8-sig")
    assert loader.load(path).slug == "a-library-for-our-town"


# -- what staff have set, and what was there -----------------------------------------------------------------------


def test_file_refreshes_what_it_says(load):
    petition = load(EXAMPLE)
    load(put(put(EXAMPLE, "petition.goal", 700), "updates[0].title.en", "We have begun"))
    petition.refresh_from_db()
    assert (petition.goal, petition.updates.get().title_en) == (700, "We have begun")


def test_state_and_place_on_the_home_page_stay_as_staff_set_them(load):
    petition = load(put(EXAMPLE, "petition.featured", True))
    Petition.objects.filter(pk=petition.pk).update(state="open", is_featured=False)
    petition = load(put(EXAMPLE, "petition.featured", True))
    assert (petition.state, petition.is_featured) == ("open", False)


def test_second_petition_does_not_take_the_first_place(load):
    first = create_petition("first", is_featured=True)
    second = load(put(EXAMPLE, "petition.featured", True))
    first.refresh_from_db()
    assert (first.is_featured, second.is_featured) == (True, False)


def test_what_staff_added_stays(load):
    petition = load(EXAMPLE)
    create_recipient(petition, number=2)
    Update.objects.update(is_published=False)
    LetterTemplate.objects.update(body="Staff wrote this.")
    load(EXAMPLE)
    assert petition.recipients.count() == 2
    assert petition.updates.get().is_published is False
    assert petition.letter_templates.get().body == "Staff wrote this."


def test_new_words_are_an_edit_and_the_same_words_are_none(load):
    for expected, title in ((False, "We begin"), (False, "We begin"), (True, "We have begun")):
        row = load(put(EXAMPLE, "updates[0].title.en", title)).updates.get()
        assert (row.title_en, row.edited_at is not None) == (title, expected)


def test_delivery_keeps_the_day_that_staff_gave_it(load):
    load(EXAMPLE)
    Delivery.objects.update(planned_on="2031-05-01")
    load(put(EXAMPLE, "deliveries[0].note_en", "In the town hall."))
    assert list(Delivery.objects.values_list("planned_on", "note_en")) == [
        (Delivery.objects.get().planned_on.replace(2031, 5, 1), "In the town hall.")
    ]


def test_delivery_that_went_on_is_left_as_it_is(load):
    load(EXAMPLE)
    Delivery.objects.update(state="handed_over")
    load(put(EXAMPLE, "deliveries[0].note_en", "In the town hall."))
    assert list(Delivery.objects.values_list("state", "note_en")) == [("handed_over", "")]


# -- a wording that has been signed --------------------------------------------------------------------------------


@pytest.fixture
def signed_petition(load):
    petition = load(put(EXAMPLE, "petition.state", "open"))
    confirmed(petition, DARA)
    return petition


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("petition.wording.km.title", "យើងស្នើសុំសាលារៀន"),
        ("petition.wording.km.intro", "យើងខ្ញុំស្នើ៖"),
        ("petition.wording.km.demands", ["បើកសាលារៀនមួយ។", "ឱ្យគ្រប់គ្នាចូលដោយឥតគិតថ្លៃ។"]),
        ("petition.wording.en.title", "We ask for a school"),
        ("petition.wording.en.sign_off", "Yours,"),
    ],
)
def test_signed_wording_is_not_changed(signed_petition, load, place, value):
    before = stored()
    with pytest.raises(ContentError, match=f"^{re.escape(place)}: differs from what has been signed"):
        load(put(put(EXAMPLE, "petition.hints", None), place, value))
    assert stored() == before


def test_all_else_of_a_signed_petition_can_be_refreshed(signed_petition, load):
    petition = load(put(put(EXAMPLE, "petition.hints", None), "petition.goal", 900))
    assert (petition.goal, petition.title_hints_km) == (900, "")


# -- broken files --------------------------------------------------------------------------------------------------

CHOICE, LENGTH = "is not a valid choice", "Ensure this value has at most"
FAULTS = [
    ("format", 2, "must be 1"),
    ("petition", [], "must be an object"),
    ("petition.slug", "", "must not be empty"),
    ("petition.slug", "Our Town", "Write it in small Latin letters"),
    ("petition.slug", "a" * 81, LENGTH),
    ("petition.state", "published", CHOICE),
    ("petition.goal", 0, "must be a whole number of at least 1"),
    ("petition.goal", "500", "must be a whole number of at least 1"),
    ("petition.goal", True, "must be a whole number of at least 1"),
    ("petition.goal", 2**40, "Ensure this value is less than or equal to"),
    ("petition.featured", "yes", "must be true or false"),
    ("petition.opened_on", None, "must be a text"),
    ("petition.opened_on", "15 January", "must be a date such as 2017-10-23"),
    ("petition.closes_on", "2026-01-14", "A petition cannot close before it opens"),
    ("petition.organiser", "The committee", "must be an object"),
    ("petition.organiser.km", None, "must be a text"),
    ("petition.organiser.short", "x" * 61, LENGTH),
    ("petition.short_title.en", "x" * 121, LENGTH),
    ("petition.summary.km", 5, "must be a text"),
    ("petition.summary.fr", "Une pétition", "is not known here"),
    ("petition.wording.km", None, "must be an object"),
    ("petition.wording.km.title", None, "must be a text"),
    ("petition.wording.en.title", "x" * 301, LENGTH),
    ("petition.wording.km.intro", "a\x00b", "must be a text"),
    ("petition.wording.km.intro", "a\ud800b", "must be a text"),
    ("petition.wording.km.demands", "One.", "must be a list of texts"),
    ("petition.wording.km.demands", [], "must not be empty"),
    ("petition.wording.km.demands", ["One.\n\nTwo.", "Three."], "a demand must not be empty or hold a blank line"),
    ("petition.wording.km.demands", ["", "Two."], "a demand must not be empty or hold a blank line"),
    ("petition.wording.en.demands", ["One."], "Both languages must have the same number of demands"),
    ("petition.wording.fr", {}, "is not known here"),
    ("petition.hints", "text", "must be an object"),
    ("petition.hints.title_km", "យើង", "Without the places to break a line"),
    ("petition.hint", {}, "is not known here"),
    ("petition.notes", "a note", "must be a list of texts"),
    ("recipients", None, "must be a list"),
    ("recipients[0]", "The Mayor", "must be an object"),
    ("recipients[0].number", 0, "must be a whole number of at least 1"),
    ("recipients[0].position", 40_000, "Ensure this value is less than or equal to"),
    ("recipients[0].as_printed", "x" * 401, LENGTH),
    ("recipients[0].country", "XX", "XX is no country of ISO 3166-1"),
    ("recipients[0].country", 855, "must be a text"),
    ("recipients[0].kind", "mayor", CHOICE),
    ("recipients[0].discloses", "all", CHOICE),
    ("recipients[0].signatory_1991", "no", "must be true or false"),
    ("recipients[0].notes", "a note", "must be a list of texts"),
    ("recipients[0].nmae_km", "ចាន់", "is not known here"),
    ("recipients[0].letters", None, "must be a list"),
    ("recipients[0].letters[0].language", "de", CHOICE),
    ("recipients[0].letters[0].office_lines", "Mayor", "must be a list of texts"),
    ("recipients[0].letters[0].salutation", " ", "must not be empty"),
    ("tags[0].slug", "Library", "Write it in small Latin letters"),
    ("tags[0].km", "x" * 81, LENGTH),
    ("updates", None, "must be a list"),
    ("updates[0].slug", "Beginning!", "Write it in small Latin letters"),
    ("updates[0].date", "yesterday", "must be a date such as 2017-10-23"),
    ("updates[0].title.km", "", "must not be empty"),
    ("updates[0].title.en", "x" * 301, LENGTH),
    ("updates[0].body.en", None, "must be a text"),
    ("updates[0].tags", ["school"], "school is not among the file's tags"),
    ("deliveries", None, "must be a list"),
    ("deliveries[0].ordinal", 0, "must be a whole number of at least 1"),
    ("deliveries[0].ordinal", 40_000, "Ensure this value is less than or equal to"),
    ("deliveries[0].planned_on", "soon", "must be a date such as 2017-10-23"),
    ("deliveries[0].planned_on", "next 13-45", "is no day of every year"),
    ("deliveries[0].handed_over_on", "2017", "must be a date such as 2017-10-23"),
    ("letters", None, "must be an object"),
    ("letters.de", {"subject": "Betreff", "body": "Text"}, "letters are written in en, fr or km"),
    ("letters.en.subject", "x" * 301, LENGTH),
    ("letters.en.body", "", "must not be empty"),
    ("letters.en", {"subject": "For you", "body": "{demand}"}, "There is no placeholder {demand}."),
    (
        "letters.en",
        {"subject": "{named} names", "body": "Text"},
        "The placeholder {named} cannot stand in the subject.",
    ),
    ("leters", {}, "is not known here"),
]


@pytest.mark.parametrize(("place", "value", "reason"), FAULTS, ids=[f"{fault[0]}={fault[1]!r:.20}" for fault in FAULTS])
def test_broken_file_is_refused_by_the_field_and_leaves_nothing(load, place, value, reason):
    with pytest.raises(ContentError) as refused:
        load(put(EXAMPLE, place, value))
    assert str(refused.value).startswith(f"{place}: ")
    assert reason in str(refused.value)
    assert {name: rows for name, rows in stored().items() if rows} == {}


@pytest.mark.parametrize("name", ["recipients", "recipients[0].letters", "tags", "updates", "deliveries"])
def test_key_that_stands_twice_is_refused(load, name):
    whole = copy.deepcopy(EXAMPLE)
    rows = whole["recipients"][0]["letters"] if name.endswith("letters") else whole[name]
    rows.append(rows[0])
    with pytest.raises(ContentError, match=f"^{re.escape(name)}\\[1\\]: stands here twice$"):
        load(whole)


def test_two_planned_deliveries_are_refused(load):
    whole = copy.deepcopy(EXAMPLE)
    whole["deliveries"].append({"ordinal": 2, "planned_on": "2027-01-01"})
    with pytest.raises(ContentError, match=r"^deliveries\[1\]: .*delivery_one_planned"):
        load(whole)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[]", "the file: must be an object"),
        (b'{"format": 1,}', "is not JSON: .* in line 1"),
        (b"", "is not JSON: .* in line 1"),
        ("ញត្តិ".encode("utf-16"), "is not UTF-8 text"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_file_that_is_no_content_is_refused(tmp_path, content, reason):
    path = tmp_path / "content.json"
    path.write_bytes(content)
    with pytest.raises(ContentError, match=reason):
        loader.load(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ContentError, match=r"lost\.json: No such file or directory"):
        loader.load(tmp_path / "lost.json")


# -- the command ---------------------------------------------------------------------------------------------------


def test_command_says_what_it_loaded():
    out = StringIO()
    call_command("load_petition", FOUNDING, stdout=out)
    assert out.getvalue() == "paris-peace-agreement: 24 recipients, 6 updates\n"


def test_command_refuses_with_one_sentence(tmp_path):
    path = tmp_path / "content.json"
    path.write_text(json.dumps(put(EXAMPLE, "recipients[0].country", "XX")), encoding="utf-8")
    with pytest.raises(CommandError, match=r"^Not loaded\. recipients\[0\]\.country: XX is no country of ISO 3166-1$"):
        call_command("load_petition", path)


def test_command_with_if_none_leaves_a_site_with_petitions_alone():
    create_petition()
    call_command("load_petition", FOUNDING, "--if-none")
    assert list(Petition.objects.values_list("slug", flat=True)) == ["peace"]


def test_a_postal_address_is_taken_where_the_file_has_one_and_else_left_as_it_is(load):
    load(put(EXAMPLE, "recipients[0].postal_address", ["1 Main Street", "Our Town"]))
    load(EXAMPLE)
    assert Recipient.objects.first().postal_address == "1 Main Street\nOur Town"
