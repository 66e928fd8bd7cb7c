import os

import pytest
from django.db import OperationalError, connection
from django.test import Client

from petition import fallback, switches
from tests.people import (
    MARIE,
    SOKHA,
    confirmed,
    create_petition,
    create_picture,
    create_recipient,
    create_staff,
    create_tag,
    create_update,
    form,
    rows_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.SITE_URL = "http://testserver"
    settings.ALLOWED_HOSTS = ["testserver"]
    return tmp_path / "fallback"


@pytest.fixture
def petition():
    petition = create_petition()
    create_recipient(petition)
    return petition


@pytest.fixture
def broken():
    """Every question to the database fails in this block, as if it were stopped."""

    def refuse(*args):
        raise OperationalError("the database is down")

    return lambda: connection.execute_wrapper(refuse)


def pages(folder):
    return {str(path.relative_to(folder.resolve())) for path in folder.resolve().rglob("*") if path.is_file()}


def use_copies():
    switches.turn(name="fallback", on=True, why="storm", by=create_staff("chenda"))
    switches.current()


def test_every_page_that_readers_come_to_has_a_copy_in_both_languages(petition, folder):
    update = create_update(petition)
    update.tags.add(create_tag())
    assert fallback.write() == len(pages(folder))

    for lang in ("km", "en"):
        assert {
            f"{lang}/{name}"
            for name in (
                "index.html",
                "petitions/peace/index.html",
                "petitions/peace/signatures/index.html",
                "petitions/peace/numbers/index.html",
                "petitions/peace/recipients/index.html",
                "petitions/peace/updates/index.html",
                "petitions/peace/updates/news/index.html",
                "petitions/peace/updates/tags/delivery/index.html",
                "petitions/peace/updates/feed/index.xml",
                "petitions/peace/share.png",
                "privacy/index.html",
                "about/index.html",
                "accessibility/index.html",
                "api/index.html",
            )
        } <= pages(folder)
    assert {"robots.txt", "sitemap.xml", ".well-known/security.txt"} <= pages(folder)


def test_pictures_of_updates_are_among_the_copies(petition, folder, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    picture = create_picture(create_update(petition, body_km="![](1)", body_en="![](1)"))
    fallback.write()
    assert {f"media/{name}" for name in picture.files.values()} <= pages(folder)


def test_nothing_of_signers_pages_of_the_staff_or_of_drafts_is_copied(petition, folder):
    create_petition("secret", state="draft")
    signature = confirmed(petition, MARIE)
    fallback.write()
    found = pages(folder)
    assert not [name for name in found if "admin" in name or "/s/" in name or "secret" in name]
    texts = [(folder / name).read_bytes() for name in found if name.endswith(("html", "xml"))]
    assert not [text for text in texts if signature.token.encode() in text or MARIE.name.encode() in text]


def test_copy_says_when_it_was_made_and_that_nobody_can_sign(petition, folder):
    fallback.write()
    page = (folder / "en/petitions/peace/index.html").read_text()
    assert "This is a copy of the page, made on" in page and "Signing is paused" in page
    assert 'name="email"' not in page
    assert "នេះជាច្បាប់ចម្លងនៃទំព័រ" in (folder / "km/petitions/peace/index.html").read_text()


def test_the_page_itself_says_nothing_of_copies(client, petition):
    fallback.write()
    page = client.get("/en/petitions/peace/").content.decode()
    assert "This is a copy" not in page and 'name="email"' in page


def test_copies_are_replaced_all_at_once(petition, folder):
    fallback.write()
    first = folder.resolve()
    create_petition("other")
    fallback.write()
    assert folder.resolve() != first and not first.exists()
    assert "en/petitions/other/index.html" in pages(folder)
    assert {path.name for path in folder.parent.glob("fallback*")} == {"fallback", folder.resolve().name}


def test_copies_stay_where_new_ones_cannot_be_made(petition, folder, broken):
    fallback.write()
    before = folder.resolve()
    with broken(), pytest.raises(OperationalError):
        fallback.write()
    assert folder.resolve() == before
    assert sorted(path.name for path in folder.parent.glob("fallback-*")) == [before.name]


# -- handed out ----------------------------------------------------------------------------------------------------


def test_with_the_switch_on_pages_cost_no_question(client, petition, django_assert_num_queries):
    fallback.write()
    use_copies()
    with django_assert_num_queries(0):
        answers = [
            client.get(path)
            for path in ("/km/", "/en/petitions/peace/", "/sitemap.xml", "/en/petitions/peace/numbers/")
        ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert "This is a copy of the page" in answers[1].content.decode()
    assert answers[1].headers["Content-Security-Policy"] and answers[1].headers["Content-Language"] == "en"
    assert answers[1].headers["ETag"] and not answers[1].cookies


def test_with_the_switch_on_the_form_leads_to_the_copy_that_says_why(client, petition):
    fallback.write()
    use_copies()
    page = client.get("/en/petitions/peace/sign/")
    assert (page.status_code, "Signing is paused" in page.content.decode()) == (200, True)


def test_with_the_switch_on_staff_and_signers_have_their_pages(client, petition):
    signature = confirmed(petition, SOKHA)
    fallback.write()
    use_copies()
    assert client.get("/admin/login/").status_code == 200
    assert signature.receipt in client.get(f"/en/s/{signature.token}/").content.decode()
    assert "This is a copy" not in client.get("/en/petitions/peace/thanks/").content.decode()


def test_without_copies_the_switch_takes_no_page_away(client, petition):
    use_copies()
    assert client.get("/en/petitions/peace/").status_code == 200


@pytest.mark.parametrize("path", ["/en/../../secret/", "/en/%2e%2e/secret/", "/en/petitions/\x00/", "/media/../../x"])
def test_address_leads_to_no_file_outside(client, petition, folder, path):
    fallback.write()
    (folder.parent / "secret").mkdir()
    (folder.parent / "secret" / "index.html").write_text("secret")
    assert fallback.stored(path) is None
    use_copies()
    assert "secret" != client.get(path).content.decode()


@pytest.mark.parametrize("lang", ["km", "en"])
def test_while_the_database_is_down_a_copy_is_better_than_an_error(petition, broken, lang):
    fallback.write()
    client = Client(raise_request_exception=False)
    with broken():
        answer = client.get(f"/{lang}/petitions/peace/")
        missing = client.get(f"/{lang}/petitions/none/")
    words = {"en": "This is a copy of the page", "km": "នេះជាច្បាប់ចម្លងនៃទំព័រ"}[lang]
    assert (answer.status_code, answer.headers["Retry-After"], words in answer.content.decode()) == (503, "5", True)
    assert (missing.status_code, words in missing.content.decode()) == (503, False)


@pytest.mark.parametrize("lang", ["km", "en"])
@pytest.mark.parametrize("is_switch", [True, False])
def test_signature_that_cannot_be_taken_is_handed_back(petition, broken, lang, is_switch):
    client = Client(raise_request_exception=False)
    sent = form(SOKHA) | {"stamp": "abc", "comment": "<b>ដើម្បី</b>"}
    if is_switch:
        use_copies()
        answer = client.post(f"/{lang}/petitions/peace/sign/", sent)
    else:
        with broken():
            answer = client.post(f"/{lang}/petitions/peace/sign/", sent)
    page = answer.content.decode()
    words = {"en": "Your signature could not be taken", "km": "យើងមិនអាចទទួលហត្ថលេខារបស់អ្នកបានទេ"}[lang]
    assert (answer.status_code, answer.headers["Cache-Control"], words in page) == (503, "no-store", True)
    kept = [f'<input type="hidden" name="{name}" value="{value}">' for name, value in sent.items() if name != "comment"]
    assert [field for field in kept if field not in page] == []
    assert "<b>" not in page and rows_of(petition, SOKHA) == []


def test_copies_are_readable_for_a_web_server_in_front(petition, folder):
    fallback.write()
    assert os.stat(folder.resolve()).st_mode & 0o005 == 0o005
