"""The staff's page: one address goes in by POST, and the same comes out whatever was found."""

import pytest

from signatures import asking
from signatures.models import ErasureRequest
from tests.leaks import found_in
from tests.people import DARA, confirmed, create_petition, create_staff, held, person, signed, withdrawn

pytestmark = pytest.mark.django_db

HERE = "/admin/signatures/erasurerequest/"


@pytest.fixture
def vibol(client):
    client.force_login(user := create_staff("vibol"))
    client.cookies["staff_language"] = "en"
    return user


def ask(client, **changes):
    return client.post(HERE, {"email": DARA.email, "reason": "letter"} | changes)


@pytest.mark.parametrize("name", ["chenda", "bopha"])
def test_other_staff_may_not(client, name):
    client.force_login(create_staff(name))
    assert [client.get(HERE).status_code, ask(client).status_code] == [403, 403]
    assert not ErasureRequest.objects.exists()


def test_stranger_is_asked_to_log_in(client):
    assert client.get(HERE).url.startswith("/admin/login/")


def test_get_asks_nothing(client, vibol):
    assert client.get(HERE, {"email": DARA.email, "reason": "letter"}).status_code == 200
    assert not ErasureRequest.objects.exists()


def whole(client, answer):
    follow = client.get(HERE)
    return answer.status_code, answer.url, follow.content.replace(follow.context["csrf_token"].encode(), b"")


@pytest.mark.parametrize("known", [signed, confirmed, held, withdrawn])
def test_answer_is_the_same_found_or_not(client, vibol, known):
    known(create_petition(), DARA)
    unknown = whole(client, ask(client, email=person(7).email))
    answer = whole(client, ask(client))
    assert answer[:2] == unknown[:2] == (302, HERE)
    assert b"a mail goes to it and everything of it is erased" in answer[2]
    assert found_in(answer[2], [DARA.email]) == []


@pytest.mark.parametrize("changes", [{"email": ""}, {"email": "x"}, {"reason": ""}, {"reason": "no"}])
def test_form_that_is_not_whole_asks_nothing(client, vibol, changes):
    assert ask(client, **changes).status_code == 422
    assert not ErasureRequest.objects.exists()


def test_one_too_many_is_told_so(client, vibol):
    for number in range(asking.MOST_A_DAY):
        ask(client, email=person(number).email)
    ask(client)
    assert "At most 20 requests a day" in client.get(HERE).content.decode()
    assert ErasureRequest.objects.count() == asking.MOST_A_DAY


def test_page_is_kept_nowhere(client, vibol):
    assert "no-store" in client.get(HERE).headers["Cache-Control"]
