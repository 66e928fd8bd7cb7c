"""The petition's page in a hand: the way to the form, what is said to who lives in Cambodia, the count, and away."""

import pytest
from playwright.sync_api import expect

from tests.stories.conftest import link_in
from tests.stories.people import PETITION, Supporter, fill_in, press, send

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(chromium, site):
    context = chromium.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.goto(f"{site.url}/km/petitions/{PETITION}/")
    yield page
    context.close()


def is_in_view(locator):
    box = locator.bounding_box()
    top = locator.evaluate("element => element.getBoundingClientRect().top")
    return box is not None and 0 <= top and top + box["height"] <= PHONE["height"]


def ways(page):
    """The buttons to the form that are on the screen."""
    return [way for way in page.locator(".thumb a").all() if is_in_view(way)]


def test_way_to_the_form_is_within_reach_wherever_the_form_is_not(phone):
    assert len(ways(phone)) == 1
    phone.locator("#recipients-title").scroll_into_view_if_needed()
    phone.evaluate("scrollBy(0, 400)")
    assert len(ways(phone)) == 1
    ways(phone)[0].click()
    assert phone.url.endswith("#sign")
    assert is_in_view(phone.locator("#sign-title"))
    phone.locator("[name=city]").scroll_into_view_if_needed()
    assert ways(phone) == []


def test_who_says_they_live_in_cambodia_is_shown_the_safest_answer(phone):
    told = phone.locator(".in-cambodia, .safest")
    assert [line.is_visible() for line in told.all()] == [False, False]
    phone.locator("[name=country]").select_option("KH")
    assert [line.is_visible() for line in told.all()] == [True, True]
    phone.locator("[name=country]").select_option("FR")
    assert [line.is_visible() for line in told.all()] == [False, False]
    assert phone.locator("[name=visibility]:checked").count() == 0


def test_count_of_an_open_page_follows_those_who_confirm(site, chromium, phone):
    phone.clock.install()
    phone.reload()
    figure = phone.locator("[data-count] strong")
    supporter = Supporter(name="Chan Sophea", email="count@example.org")
    other = chromium.new_context()
    page = other.new_page()
    page.goto(f"{site.url}/en/petitions/{PETITION}/sign/")
    fill_in(page, supporter)
    send(page)
    page.goto(link_in(site.wait_for_mail(supporter.email)))
    press(page, "confirm")
    counted = page.locator(".count-figure strong").inner_text()
    other.close()
    phone.clock.fast_forward(31_000)
    bar = phone.locator("[data-count] progress")
    expect(bar).to_have_js_property("value", int(counted.replace(",", "")))
    in_khmer = counted.replace(",", ".").translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    assert figure.inner_text() == in_khmer
    assert in_khmer in phone.locator("[data-count] [role=status]").inner_text()


def test_who_leaves_quickly_does_not_come_back_by_the_browsers_back(site, phone):
    phone.route("https://www.google.com/", lambda route: route.fulfill(body="elsewhere"))
    asked = []
    phone.on("request", lambda request: asked.append(request))
    phone.goto(f"{site.url}/km/")
    phone.goto(f"{site.url}/km/petitions/{PETITION}/")
    phone.locator(".leave").click()
    phone.wait_for_url("https://www.google.com/")
    assert "referer" not in asked[-1].headers
    phone.go_back()
    assert phone.url == f"{site.url}/km/"
