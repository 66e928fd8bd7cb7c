"""Passing a petition on, as a phone, an old browser inside an app, and another site do it."""

from __future__ import annotations

import http.server
import io
import threading

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image
from playwright.sync_api import expect

from petition.models import Petition
from tests.stories.people import PETITION

LANGUAGES = ("km", "en")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# A phone has a list of its own apps to share with; the browser of the tests has none.
HAS_APPS = "navigator.share = async given => { window.given = given; }"
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
ANDROID = "Mozilla/5.0 (Linux; Android 13; K) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
APPS = {"facebook": "[FB_IAB/FB4A;FBAV/450.0;]", "telegram": "Telegram-Android/10.9.1", "line": "Line/13.9.0/IAB"}


def thanks(site, context, language="en"):
    page = context.new_page()
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/thanks/")
    return page


# -- the thanks page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_hands_the_petition_to_its_own_apps(site, chromium, language):
    context = chromium.new_context(**PHONE)
    context.add_init_script(HAS_APPS)
    page = thanks(site, context, language)
    first = page.locator(".first :is(a, button):visible")
    assert (first.count(), first.evaluate("element => element.tagName")) == (1, "BUTTON")
    first.tap()
    given = page.evaluate("window.given")
    assert given["url"] == f"{site.url}/{language}/petitions/{PETITION}/"
    assert given["title"] in given["text"]
    assert page.locator(".share-apps").is_visible()
    context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_browser_without_such_apps_offers_telegram_first(site, chromium, javascript):
    context = chromium.new_context(java_script_enabled=javascript)
    page = thanks(site, context)
    first = page.locator(".first :is(a, button):visible")
    assert (first.count(), first.get_attribute("href").partition("?")[0]) == (1, "https://t.me/share/url")
    assert not page.locator(".share-apps").is_visible()
    context.close()


def test_without_javascript_the_address_stands_there_and_no_button_is_dead(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = thanks(site, context)
    assert page.locator("#share-url").input_value() == f"{site.url}/en/petitions/{PETITION}/"
    assert page.locator("main button:visible").count() == 0
    context.close()


@pytest.mark.parametrize(("screen", "is_offered"), [(PHONE, True), ({}, False)], ids=["phone", "desk"])
def test_messenger_is_offered_where_its_app_can_be(site, chromium, screen, is_offered):
    context = chromium.new_context(**screen)
    page = thanks(site, context)
    assert page.locator(".share-messenger").is_visible() == is_offered
    context.close()


def test_links_tell_the_services_nothing_of_the_page(site, chromium):
    context = chromium.new_context()
    page = thanks(site, context)
    links = page.locator(".share-links a, .first a")
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener noreferrer"}
    assert page.locator("script:not([src*='/static/'])").count() == 0
    context.close()


@pytest.mark.parametrize("has_clipboard", [True, False], ids=["clipboard", "inside an app"])
def test_the_link_is_copied_and_the_page_says_so(site, chromium, has_clipboard):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    reader = thanks(site, context)
    page = context.new_page()
    if not has_clipboard:
        page.add_init_script(NO_CLIPBOARD)
    page.goto(reader.url)
    page.locator(".share [data-copy] button").click()
    page.locator(".share [role=status]", has_text="The link is copied.").wait_for()
    reader.bring_to_front()
    assert reader.evaluate("navigator.clipboard.readText()") == f"{site.url}/en/petitions/{PETITION}/"
    context.close()


def test_the_code_is_fetched_when_it_is_opened(site, chromium):
    context = chromium.new_context()
    page = context.new_page()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{site.url}/km/petitions/{PETITION}/thanks/")
    page.wait_for_load_state("networkidle")
    assert [url for url in fetched if url.endswith("/qr.svg")] == []
    page.locator(".qr summary").click()
    expect(page.locator(".qr img")).to_have_js_property("complete", True)
    assert [url for url in fetched if url.endswith("/qr.svg")] == [f"{site.url}/km/petitions/{PETITION}/qr.svg"]
    context.close()


# -- inside an app -------------------------------------------------------------------------------------------------


def help_page(site, context, language="en"):
    """The help alone on a page of the site, with its real style and script."""
    with translation.override(language):
        block = render_to_string("parts/in_app_help.html", {"petition": Petition(slug=PETITION)})
    static = f"{site.url}/static"
    body = f"""<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>Help</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="stylesheet" href="{static}/css/site.css"><link rel="stylesheet" href="{static}/css/petition.css">
        <script src="{static}/js/site.js" defer></script>
        <main><h1>Help</h1>{block}</main></html>"""
    page = context.new_page()
    page.route(f"{site.url}/help", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.goto(f"{site.url}/help")
    return page


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_inside_an_app_the_help_is_open(site, chromium, app, language):
    context = chromium.new_context(user_agent=f"{ANDROID} {APPS[app]}", **PHONE)
    page = help_page(site, context, language)
    assert page.locator(".in-app ol").is_visible()
    assert page.locator(".in-app [data-copy] button").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


def test_in_a_browser_of_its_own_it_never_shows(site, chromium):
    context = chromium.new_context(**PHONE)
    page = help_page(site, context)
    assert not page.locator(".in-app").is_visible()
    context.close()


def test_without_javascript_it_is_there_to_be_opened(site, chromium):
    context = chromium.new_context(java_script_enabled=False, **PHONE)
    page = help_page(site, context)
    assert (page.locator(".in-app summary").is_visible(), page.locator(".in-app ol").is_visible()) == (True, False)
    page.locator(".in-app summary").click()
    assert page.locator(".in-app ol").is_visible()
    context.close()


# -- another site --------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere():
    """Another origin: a function that serves a page there, and returns its address."""
    pages = {}

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages["body"].encode())

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(body):
        pages["body"] = f"<!DOCTYPE html><html lang=en><title>Elsewhere</title><body>{body}</body></html>"
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [200, 480, 600])
def test_the_frame_that_oembed_gives_shows_the_count_on_another_site(site, chromium, elsewhere, language, width):
    context = chromium.new_context()
    petition = f"{site.url}/{language}/petitions/{PETITION}/"
    asked = context.request.get(f"{site.url}/api/oembed/", params={"url": petition, "maxwidth": width}).json()
    page = context.new_page()
    weights = []
    page.on("requestfinished", lambda request: weights.append(request))
    page.goto(elsewhere(asked["html"]))
    frame = page.frame_locator("iframe")
    frame.locator("h1").wait_for()
    page.frames[1].wait_for_load_state()  # the frame is lazy: the page around it does not wait for its styles
    assert page.frames[1].evaluate("document.documentElement.scrollWidth <= innerWidth")
    ours = [request.sizes() for request in weights if request.url.startswith(site.url)]
    assert 0 < sum(size["responseBodySize"] + size["responseHeadersSize"] for size in ours) < 15_000
    with context.expect_page() as tab:
        frame.locator("a").click()
    tab.value.wait_for_load_state()
    assert tab.value.url == petition
    context.close()


@pytest.mark.parametrize("path", ["", "sign/", "thanks/"])
def test_no_other_page_is_shown_in_a_frame(site, chromium, elsewhere, path):
    context = chromium.new_context()
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(elsewhere(f'<iframe src="{site.url}/en/petitions/{PETITION}/{path}"></iframe>'))
    page.wait_for_load_state("networkidle")
    assert page.frames[1].url.startswith("chrome-error:")
    assert [line for line in complaints if "frame-ancestors" in line] != []
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_that_the_page_names_is_there_and_light(site, chromium, language):
    context = chromium.new_context()
    page = thanks(site, context, language)
    answer = context.request.get(page.locator("meta[property='og:image']").get_attribute("content"))
    body = answer.body()
    with Image.open(io.BytesIO(body)) as image:
        assert (answer.status, image.size, len(body) < 60_000) == (200, (1200, 630), True)
    context.close()
