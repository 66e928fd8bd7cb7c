import html
import json
import re

import pytest
from django.test import Client, RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from petition import factors, passkeys
from petition.models import SecurityKey
from tests import door
from tests.authenticator import SoftwareKey
from tests.people import create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def chenda():
    return create_staff("chenda")


def question(page):
    """What the page asks the browser to ask a key."""
    return json.loads(html.unescape(re.search(r'data-key="([^"]*)"', page.content.decode())[1]))


def added(client, name="chenda", key=None):
    """A key that was set up at the first log-in."""
    key = key or SoftwareKey()
    door.give_password(client, name)
    answer = client.post(door.ENROL, {"credential": key.create(question(client.get(door.ENROL))), "name": "blue"})
    assert len(door.shown_codes(answer)) == 10
    return key


def asked(client):
    """The question of the second step of a log-in."""
    door.give_password(client, "chenda")
    return question(client.get(door.CODE))


def test_a_key_is_set_up_and_opens_the_door(client, chenda):
    key = added(client)
    client.post("/admin/logout/")

    answer = client.post(door.CODE, {"credential": key.get(asked(client))})

    assert answer.headers["Location"] == "/admin/"
    assert door.is_in(client)
    stored = SecurityKey.objects.get()
    assert (stored.name, bytes(stored.credential), stored.uses) == ("blue", key.credential, 1)


def test_the_key_is_asked_for_this_host_and_knows_no_name_of_its_own(client, chenda):
    door.give_password(client, "chenda")
    asks = question(client.get(door.ENROL))

    assert asks["rp"]["id"] == "localhost"
    assert asks["attestation"] == "none"
    assert base64url_to_bytes(asks["user"]["id"]) == factors.handle(chenda)


def test_an_answer_is_taken_once(client, chenda):
    key = added(client)
    client.post("/admin/logout/")
    answer = key.get(asked(client))
    assert client.post(door.CODE, {"credential": answer}).status_code == 302
    client.post("/admin/logout/")
    door.give_password(client, "chenda")

    assert client.post(door.CODE, {"credential": answer}).status_code == 200
    client.get(door.CODE)
    assert client.post(door.CODE, {"credential": answer}).status_code == 200
    assert not door.is_in(client)


@pytest.mark.parametrize("change", [{"origin": "https://localhost.evil.example"}, {"flags": 0}])
def test_an_answer_for_another_page_or_without_a_touch_is_none(client, chenda, change):
    key = added(client)
    client.post("/admin/logout/")
    for name, value in change.items():
        setattr(key, name, value)

    assert client.post(door.CODE, {"credential": key.get(asked(client))}).status_code == 200
    assert not door.is_in(client)


def test_a_copy_of_a_key_is_noticed_by_its_count(client, chenda):
    key = added(client)
    client.post("/admin/logout/")
    client.post(door.CODE, {"credential": key.get(asked(client), uses=7)})
    client.post("/admin/logout/")

    assert client.post(door.CODE, {"credential": key.get(asked(client), uses=7)}).status_code == 200
    assert not door.is_in(client)


def test_a_key_that_does_not_count_is_taken(client, chenda):
    key = added(client)
    for _time in range(2):
        client.post("/admin/logout/")
        assert client.post(door.CODE, {"credential": key.get(asked(client), uses=0)}).status_code == 302


def test_another_ones_key_does_not_fit(client, chenda):
    added(client)
    other = Client(SERVER_NAME="localhost")
    create_staff("bopha")
    key = added(other, "bopha")
    client.post("/admin/logout/")

    assert client.post(door.CODE, {"credential": key.get(asked(client))}).status_code == 200
    assert not door.is_in(client)


def test_a_key_is_known_once(client, chenda):
    key = added(client)
    create_staff("bopha")
    other = Client(SERVER_NAME="localhost")
    door.give_password(other, "bopha")

    answer = other.post(door.ENROL, {"credential": key.create(question(other.get(door.ENROL)))})

    assert answer.status_code == 200 and not door.is_in(other)
    assert SecurityKey.objects.get().user == chenda


@pytest.mark.parametrize(
    "answer", ["x", "{}", "[]", "null", '{"id": 1}', '{"id": "", "rawId": "AA"}', "x" * 30_000, "[" * 19_000]
)
def test_what_is_no_answer_is_refused_in_order(client, chenda, answer):
    added(client)
    client.post("/admin/logout/")
    asked(client)

    assert client.post(door.CODE, {"credential": answer}).status_code == 200
    assert not door.is_in(client)


def test_an_answer_to_no_question_sets_up_nothing(client, chenda):
    door.give_password(client, "chenda")
    asks = question(client.get(door.ENROL))
    client.post(door.ENROL, {"credential": "x"})

    client.post(door.ENROL, {"credential": SoftwareKey().create(asks)})

    assert not SecurityKey.objects.exists()


def test_at_a_bare_address_no_key_is_asked_for(chenda):
    client = Client(SERVER_NAME="127.0.0.1")
    door.give_password(client, "chenda")

    page = client.get(door.ENROL)

    assert "data-key" not in page.content.decode()
    assert door.shown_secret(page)


def test_only_the_pages_that_add_a_key_let_the_browser_make_one(client, chenda):
    door.give_password(client, "chenda")
    assert "publickey-credentials-create=(self)" in client.get(door.ENROL).headers["Permissions-Policy"]
    assert "publickey-credentials-create=()" in client.get(door.LOGIN).headers["Permissions-Policy"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_answer_that_was_tampered_with_breaks_the_page(data):
    """Neither of a key that is to be added nor of one that is known; the parsers are the library's."""
    key, challenge = SoftwareKey(), bytes_to_base64url(b"c" * 64)
    whole = json.loads(key.create({"rp": {"id": "localhost"}, "challenge": challenge}))
    part = data.draw(st.sampled_from(sorted(whole["response"])))
    changed = bytearray(base64url_to_bytes(whole["response"][part]))
    for place in data.draw(st.lists(st.integers(0, len(changed) - 1), min_size=1, max_size=6)):
        changed[place] = data.draw(st.integers(0, 255))
    whole["response"][part] = bytes_to_base64url(bytes(changed[: data.draw(st.integers(0, len(changed)))]))
    request = RequestFactory().get("/admin/", SERVER_NAME="localhost")
    request.session = {passkeys.CHALLENGE: challenge}

    made = passkeys.registered(request, json.dumps(whole))

    assert made is None or made.credential_id
    assert passkeys.CHALLENGE not in request.session


@pytest.mark.parametrize("name", ["\0", "x" * 61, "", " "])
def test_a_key_with_a_name_that_is_none_is_called_a_key(client, chenda, name):
    door.give_password(client, "chenda")
    client.post(door.ENROL, {"credential": SoftwareKey().create(question(client.get(door.ENROL))), "name": name})

    assert SecurityKey.objects.get().name == "សោសុវត្ថិភាព"
