"""The petition's page on a phone that never was there: light, usable at once, and nothing moves."""

from __future__ import annotations

import pytest

from tests.stories.people import PETITION, Supporter, fill_in, send
from tests.stories.phones import KHMER, LATIN, Visit, fonts_of, phone

MOST_BYTES = {"km": 90_000, "en": 45_000}
MOST_REQUESTS = 8
LANGUAGES = ("km", "en")


def address(site, language):
    return f"{site.url}/{language}/petitions/{PETITION}/"


@pytest.fixture(scope="module")
def khmer_phone(chromium, tmp_path_factory):
    """It can show Khmer by itself, as nearly all can."""
    browser = phone(chromium.browser_type, fonts_of(tmp_path_factory.mktemp("phone") / "fonts", LATIN, KHMER))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def latin_phone(chromium, tmp_path_factory):
    browser = phone(chromium.browser_type, fonts_of(tmp_path_factory.mktemp("phone") / "fonts", LATIN))
    yield browser
    browser.close()


@pytest.fixture
def visit():
    visits = []

    def visit(phone, url, **how):
        visits.append(Visit(phone, **how))
        visits[-1].open(url)
        return visits[-1]

    yield visit
    for one in visits:
        one.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_is_light(site, khmer_phone, visit, language):
    sizes = visit(khmer_phone, address(site, language)).sizes
    assert any(url.endswith(".woff2") for url in sizes)
    assert sum(sizes.values()) <= MOST_BYTES[language], sizes
    assert len(sizes) <= MOST_REQUESTS, sizes


@pytest.mark.parametrize("hold", [False, True], ids=["fonts-at-once", "fonts-late"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_moves(site, khmer_phone, visit, language, hold):
    first = visit(khmer_phone, address(site, language), hold=hold)
    first.release()
    assert first.shifts() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_signs_while_the_fonts_have_not_come(site, khmer_phone, visit, language):
    first = visit(khmer_phone, address(site, language), hold=True)
    assert first.held
    fill_in(first.page, Supporter(name="Sok Dara", email=f"no-fonts-{language}@example.org"))
    with first.page.expect_navigation(wait_until="commit"):
        send(first.page)
    assert first.page.url == f"{site.url}/{language}/petitions/{PETITION}/sent/"


def test_khmer_is_drawn_with_our_fonts(site, khmer_phone, visit):
    first = visit(khmer_phone, address(site, "km"))
    first.page.reload(wait_until="networkidle")  # now they are at hand before anything is drawn
    assert "web Moul" in first.fonts("h1")
    assert "web Noto Sans Khmer" in first.fonts(".petition-text p")


@pytest.mark.parametrize(("language", "element"), [("km", "h1"), ("km", ".petition-text p"), ("en", ".switch")])
def test_a_phone_without_khmer_draws_it_as_soon_as_the_fonts_come(site, latin_phone, visit, language, element):
    first = visit(latin_phone, address(site, language), hold=True)
    first.release()
    first.shifts()
    assert first.fonts(element) & {"web Noto Sans Khmer", "Khmer Sangam MN"}
