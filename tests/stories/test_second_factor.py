"""The door of the staff's rooms in a browser: the first log-in on a phone, in Khmer, and a security key."""

from __future__ import annotations

import pytest

from tests.khmer import english
from tests.stories.people import OWN_PASSWORD, choose_password, give_password, go_on, set_up_app, shown_codes

PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "km"}
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def newcomer(site):
    """Makes a member of the staff; her one-time password, as the command prints it."""

    def make(name):
        site.environment["DJANGO_SUPERUSER_PASSWORD"] = "nobody knows this one"
        site.manage("createsuperuser", "--noinput", "--username", name, "--email", f"{name}@example.org")
        return site.manage("staff", name).split(" is ")[1].split("\n")[0]

    return make


@pytest.fixture
def page(chromium):
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    yield page
    context.close()


def read_in_khmer(page, name):
    """What is seen at this step is whole on a phone, and in Khmer."""
    assert page.locator("html").get_attribute("lang") == "km"
    assert not page.evaluate(WIDER_THAN_THE_SCREEN)
    assert english(page.content(), {name}) == []


def test_the_first_log_in_on_a_phone_in_khmer(site, newcomer, page):
    password = newcomer("sreymom")
    page.goto(f"{site.url}/admin/factors/")
    read_in_khmer(page, "sreymom")
    give_password(page, "sreymom", password)
    read_in_khmer(page, "sreymom")
    choose_password(page, OWN_PASSWORD)
    read_in_khmer(page, "sreymom")
    assert page.locator(".house-qr svg").bounding_box()["width"] > 150
    _secret, codes = set_up_app(page)
    read_in_khmer(page, "sreymom")
    go_on(page)

    assert page.url == f"{site.url}/admin/factors/"
    read_in_khmer(page, "sreymom")

    page.locator("#logout-form button").click()
    page.goto(f"{site.url}/admin/")
    give_password(page, "sreymom", OWN_PASSWORD)
    read_in_khmer(page, "sreymom")
    page.locator("[name=code]").fill(codes[0])
    page.locator("#code-form [type=submit]").click()
    assert page.url == f"{site.url}/admin/"
    assert page.complaints == []


def virtual_key(page):
    """A security key in the browser's own port, as Chromium's developer tools plug one in."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": False,
        "automaticPresenceSimulation": True,
    }
    return tools, tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_security_key_from_the_first_log_in_to_the_next(site, newcomer, page):
    password = newcomer("dany")
    url = site.url.replace("127.0.0.1", "localhost")
    tools, key = virtual_key(page)
    page.goto(f"{url}/admin/")
    give_password(page, "dany", password)
    choose_password(page, OWN_PASSWORD)
    read_in_khmer(page, "dany")
    page.locator(".house-key [name=name]").fill("សោពណ៌ខៀវ")
    page.locator(".house-key [type=submit]").click()
    assert len(shown_codes(page)) == 10
    go_on(page)
    page.locator("#logout-form button").click()

    page.goto(f"{url}/admin/")
    give_password(page, "dany", OWN_PASSWORD)
    page.locator(".house-key [type=submit]").click()
    page.wait_for_url(f"{url}/admin/")

    page.goto(f"{url}/admin/factors/")
    assert page.locator("strong", has_text="សោពណ៌ខៀវ").is_visible()
    read_in_khmer(page, "dany")
    (credential,) = tools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert credential["signCount"] == 2
    assert page.complaints == []


def test_a_key_that_gives_no_answer_is_told_in_words(site, newcomer, page):
    password = newcomer("vanna")
    url = site.url.replace("127.0.0.1", "localhost")
    page.goto(f"{url}/admin/")
    give_password(page, "vanna", password)
    choose_password(page, OWN_PASSWORD)
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error()) }")
    assert page.locator(".house-key .errornote").is_hidden()
    page.locator(".house-key [type=submit]").click()

    page.locator(".house-key .errornote").wait_for()
    read_in_khmer(page, "vanna")


def test_without_scripts_the_app_is_the_way(site, newcomer, chromium):
    password = newcomer("rith")
    context = chromium.new_context(java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(f"{site.url}/admin/")
    give_password(page, "rith", password)
    choose_password(page, OWN_PASSWORD)
    _secret, codes = set_up_app(page)
    go_on(page)

    assert page.url == f"{site.url}/admin/" and len(codes) == 10
    context.close()
