"""An organiser writes news with a picture, sees both languages while she types, and publishes; readers see it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.people import photo
from tests.stories.people import PETITION, log_in
from tests.stories.test_every_page import look

HEIGHT = "document.documentElement.scrollHeight"
TEXTS = {
    "title_km": "ពិធីនៅទីក្រុងឡុងប៊ីច",
    "title_en": "A meeting in Long Beach",
    "body_km": "យើងបានជួបគ្នា។\n\n<!-- more -->\n\n![](1)\n\nសូមអរគុណ។",
    "body_en": "We have met.\n\n<!-- more -->\n\n![](1)\n\nThank you.",
}


@pytest.fixture
def staff(chromium, site):
    """Makes a page of an administrator, who is logged in, in English. `complaints` is what the browser had to say."""
    contexts = []

    def enter(**options):
        context = chromium.new_context(locale="en", viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        log_in(page, site.url, "admin", site.password)
        return page

    yield enter
    for context in contexts:
        context.close()


def write(page, site, slug, **texts):
    page.goto(f"{site.url}/admin/petition/update/add/")
    page.locator("[name=petition]").select_option(index=1)
    page.locator("[name=slug]").fill(slug)
    page.locator("[name=published_on]").fill("2026-03-01")
    for name, words in texts.items():
        page.locator(f"[name={name}]").fill(words)


def framed(page, language):
    return page.frame_locator(f".house-preview iframe[lang={language}]")


def test_an_organiser_sees_both_languages_while_she_writes_and_publishes(site, staff):
    page = staff()
    write(page, site, "long-beach", **TEXTS)
    for language, words in (("km", "សូមអរគុណ។"), ("en", "Thank you.")):
        frame = framed(page, language)
        frame.locator(".update-whole .prose", has_text=words).wait_for()
        assert frame.locator("html").get_attribute("lang") == language
        assert frame.locator("h1").inner_text() == TEXTS[f"title_{language}"]
        assert words not in frame.locator("article.update").inner_text()
    page.locator(".house-fault", has_text="There is no picture 1 yet").wait_for()

    page.locator("[name=title_en]").fill("A meeting in California")
    framed(page, "en").locator("h1", has_text="California").wait_for()
    moul = framed(page, "km").locator("h1").evaluate("title => getComputedStyle(title).fontFamily")
    assert moul.startswith("Moul")

    page.locator(".add-row a").click()
    picture = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo(1800, 1350)}
    page.locator("[name=pictures-0-upload]").set_input_files(picture)
    page.locator("[name=pictures-0-alt_km]").fill("មនុស្សជាច្រើន")
    page.locator("[name=pictures-0-alt_en]").fill("Many people")
    page.locator("[name=pictures-0-caption_en]").fill("In the hall")
    page.locator("[name=is_published]").check()
    page.locator("[name=_continue]").click()
    page.locator(".house-lead", has_text="Public since").wait_for()
    framed(page, "en").locator("figure img[alt='Many people']").wait_for()
    assert page.complaints == []

    reader = page.context.browser.new_page()
    for language in ("km", "en"):
        for where in ("", "long-beach/"):
            read(reader, f"{site.url}/{language}/petitions/{PETITION}/updates/{where}?fresh=1")
            assert look(reader) == []
    reader.close()


def read(page, url) -> None:
    """Open a page with a picture, whose place is kept before the picture comes."""
    held: list[Route] = []
    page.route("**/media/*", lambda route: held.append(route))
    with page.expect_request("**/media/*"):
        page.goto(url)
        page.locator("img").first.scroll_into_view_if_needed()
    before = page.evaluate(HEIGHT)
    for route in held:
        route.continue_()
    page.unroute("**/media/*")
    assert page.locator("img").first.evaluate("async img => (await img.decode(), img.naturalWidth)") > 0
    assert page.evaluate(HEIGHT) == before


def test_without_javascript_a_button_shows_what_is_typed(site, staff):
    page = staff(java_script_enabled=False)
    write(page, site, "never-saved", **TEXTS)
    with page.context.expect_page() as opened:
        page.locator("button[formaction$='/preview/']").click()
    preview = opened.value
    assert framed(preview, "km").locator("h1").inner_text() == TEXTS["title_km"]
    assert framed(preview, "en").locator("h1").inner_text() == TEXTS["title_en"]
    page.goto(f"{site.url}/admin/petition/update/?q=Long+Beach")
    assert "never-saved" not in page.content()
