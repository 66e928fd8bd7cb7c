"""The switches for the bad hour, seen from a web server that is another process."""

import shutil
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User

from petition import fallback, switches
from signatures.models import Signature
from tests.people import DARA, create_petition, form, rows_of
from tests.signatures.management.test_worker import until
from tests.signatures.views.test_server import serving

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/en/petitions/peace/"
NO_DATABASE = "postgres://nobody@127.0.0.1:1/none"


@pytest.fixture
def petition():
    return create_petition()


def turn(name, on=True):
    by, _made = User.objects.get_or_create(username="chenda")
    switches.turn(name=name, on=on, why="storm", by=by)


def says(server, words, path=PAGE):
    return words in server.ask("GET", path).content.decode()


def test_pause_reaches_another_process_and_its_page_cache_and_ends_there(petition):
    with serving(PAGE_CACHE_SECONDS="600") as server:
        assert says(server, 'name="email"')
        turn("pause_signing")
        until(lambda: says(server, "Signing is paused"))
        assert server.post(urlencode(form(DARA)).encode()).status == 410
        turn("pause_signing", on=False)
        until(lambda: says(server, 'name="email"'))
        assert server.post(urlencode(form(DARA)).encode()).status == 303
    assert len(rows_of(petition, DARA)) == 1


def test_review_of_everything_reaches_another_process(petition):
    with serving() as server:
        turn("review_everything")
        until(lambda: _confirmed_as(server, petition) == "held")


def _confirmed_as(server, petition):
    """What becomes of a signature that is signed and confirmed now."""
    Signature.objects.all().delete()
    server.post(urlencode(form(DARA)).encode())
    row = rows_of(petition, DARA)[0]
    server.ask("POST", f"/en/s/{row.token}/confirm/")
    row.refresh_from_db()
    return row.state


@pytest.fixture
def copies(petition, settings, tmp_path):
    """The copies as the worker made them, and the keys of the tests."""
    settings.VAR_DIR = tmp_path
    fallback.write()
    shutil.copytree(settings.KEY_DIR, tmp_path / "keys")
    return {"VAR_DIR": str(tmp_path)}


def test_with_the_database_stopped_readers_get_the_copies(copies):
    with serving(DATABASE_URL=NO_DATABASE, **copies) as server:
        page, khmer = server.ask("GET", PAGE), server.ask("GET", "/km/petitions/peace/")
        health = server.ask("GET", "/healthz")
    assert (page.status, khmer.status, health.status) == (503, 503, 503)
    assert "This is a copy of the page, made on" in page.content.decode()
    assert "នេះជាច្បាប់ចម្លងនៃទំព័រ" in khmer.content.decode()


def test_with_the_database_stopped_what_was_typed_comes_back(copies):
    with serving(DATABASE_URL=NO_DATABASE, **copies) as server:
        answer = server.post(urlencode(form(DARA)).encode())
    page = answer.content.decode()
    assert answer.status == 503
    assert "Your signature could not be taken" in page and f'name="email" value="{DARA.email}"' in page
    assert DARA.email not in server.log and DARA.name not in server.log


def test_switch_of_the_copies_reaches_another_process(copies):
    with serving(**copies) as server:
        assert says(server, 'name="email"')
        turn("fallback")
        until(lambda: says(server, "This is a copy of the page, made on"))
        turn("fallback", on=False)
        until(lambda: says(server, 'name="email"'))
