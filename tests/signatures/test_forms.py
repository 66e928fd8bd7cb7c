"""The form's answers, field by field. How a name is read is tested with names; how the page shows the answers, with
the views."""

import pytest
from django.http import QueryDict
from django.utils import translation

from signatures.choices import Visibility
from signatures.forms import ChoicesForm, SignForm
from tests.people import DARA, MARIE, SOKHA, create_petition, form, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def errors(**changes):
    return SignForm(form(DARA, **changes)).errors.get_json_data()


def codes(**changes):
    return {name: [fault["code"] for fault in faults] for name, faults in errors(**changes).items()}


@pytest.mark.parametrize("who", [SOKHA, DARA, MARIE])
def test_cast_can_sign(who):
    filled = SignForm(form(who))
    assert (filled.is_valid(), filled.errors) == (True, {})
    assert filled.cleaned_data == {
        "name": who.name,
        "email": who.email,
        "country": who.country,
        "city": who.city,
        "visibility": who.visibility,
        "comment": who.comment,
        "updates": who.wants_updates,
        "agree": True,
        "website": "",
    }


@pytest.mark.parametrize("field", ["name", "email", "country", "visibility", "agree"])
@pytest.mark.parametrize("value", [None, ""])
def test_required_field_left_empty(field, value):
    assert codes(**{field: value}) == {field: ["required"]}


@pytest.mark.parametrize("field", ["city", "comment", "updates", "website"])
def test_optional_field_left_out(field):
    assert codes(**{field: None}) == {}


def test_nothing_is_chosen_for_the_signer():
    assert SignForm()["visibility"].value() is None
    assert "checked" not in str(SignForm()["visibility"])


def test_three_answers_and_no_more():
    assert list(SignForm().fields["visibility"].choices) == Visibility.choices


def test_spaces_are_no_name():
    assert errors(name="  \u200b ")["name"] == [{"message": "Write your name.", "code": "required"}]


@pytest.mark.parametrize(
    "email",
    [
        "dara",
        "dara@",
        "@example.org",
        "dara@example",
        "dara@@example.org",
        "dara chan@example.org",
        "dara@example.org, sokha@example.org",
        "dara@example.org\nBcc: all@example.org",
        "dara@exa\x00mple.org",
        "da\ufffdra@example.org",
        "dara@" + "a" * 64 + ".org",
        "dara@-example.org",
        "<dara@example.org>",
        '"dara\x01"@example.org',
        '"da ra"@example.org',
        "dara@[127.0.0.1]",
        "dara@localhost",
        "dara@LocalHost",
    ],
)
def test_address_that_is_none(email):
    assert codes(email=email)["email"][0] == "invalid"


def test_address_that_is_too_long_is_told_once():
    assert codes(email="d" * 300 + "@example.org") == {"email": ["max_length"]}


@pytest.mark.parametrize("email", ["dara+x@example.org", "DARA@EXAMPLE.ORG", "d@ខ្មែរ.example", "o'neil@example.co.uk"])
def test_address_that_is_one(email):
    assert codes(email=email) == {}


@pytest.mark.parametrize("country", ["XX", "kh", "KHM", "Cambodia", "KH\x00", "ក", "K" * 1000])
def test_unknown_country(country):
    assert codes(country=country) == {"country": ["invalid_choice"]}


@pytest.mark.parametrize("visibility", ["all", "PUBLIC", "count ", "\x00"])
def test_unknown_visibility(visibility):
    assert codes(visibility=visibility) == {"visibility": ["invalid_choice"]}


@pytest.mark.parametrize("field", ["name", "city", "comment"])
def test_overlong_field(field):
    assert list(codes(**{field: "a b " * 200})) == [field]


@pytest.mark.parametrize("field", ["name", "email", "city", "comment", "website"])
@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\ufffd", "\ud800", "\ue000"])
def test_unreadable_character(field, character):
    value = f"da{character}ra" + ("@example.org" if field == "email" else "")
    assert list(codes(**{field: value})) == [field]


def test_field_that_no_person_sees_must_stay_empty():
    assert codes(website="https://example.org") == {"website": ["honeypot"]}


@pytest.mark.parametrize("field", ["name", "email", "country", "city", "visibility", "comment", "updates", "agree"])
def test_field_that_came_twice(field):
    data = QueryDict(mutable=True)
    data.update(form(MARIE, updates="on"))
    data.appendlist(field, data[field])
    assert {name: [e.code for e in faults.as_data()] for name, faults in SignForm(data).errors.items()} == {
        field: ["twice"]
    }


def test_each_message_is_one_sentence_that_says_what_to_do():
    messages = [fault["message"] for field in errors(name="", email="", country="", visibility="", agree=None).values()
                for fault in field]  # fmt: skip
    assert messages == [
        "Write your name.",
        "Write your e-mail address.",
        "Choose the country you live in.",
        "Choose who may see your name.",
        "Tick this box: without your agreement your signature cannot be taken.",
    ]


def test_countries_are_those_of_the_readers_language():
    def named(code):
        return dict(SignForm().fields["country"].choices)[code]

    with translation.override("km"):
        khmer = named("KH")
    assert (khmer, named("KH")) == ("កម្ពុជា", "Cambodia")


# -- a signer's own choices ----------------------------------------------------------------------------------------


@pytest.fixture
def signature():
    return signed(create_petition(), MARIE)


def choices(signature, **changes):
    given = {"visibility": "public", "public_name": MARIE.name, "comment": "Peace."} | changes
    filled = ChoicesForm({name: value for name, value in given.items() if value is not None}, signature=signature)
    return {name: [e.code for e in faults.as_data()] for name, faults in filled.errors.items()}


def test_choices_begin_as_they_stand(signature):
    assert ChoicesForm(signature=signature).initial == {
        "visibility": "public",
        "public_name": MARIE.name,
        "comment": MARIE.comment,
        "updates": False,
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"public_name": "marie  LEA dupont"}, {}),
        ({"visibility": "count", "public_name": "", "comment": ""}, {}),
        ({"visibility": "deliver", "public_name": None, "comment": None}, {}),
        ({"visibility": None}, {"visibility": ["required"]}),
        ({"visibility": "all"}, {"visibility": ["invalid_choice"]}),
        ({"public_name": ""}, {"public_name": ["required"]}),
        ({"public_name": "Somebody Else"}, {"public_name": ["another_name"]}),
        ({"public_name": "Marie\x07"}, {"public_name": ["unreadable"]}),
        ({"comment": "a" * 501}, {"comment": ["too_long"]}),
    ],
)
def test_choices_are_checked(signature, changes, found):
    assert choices(signature, **changes) == found
