"""Very many sign from one phone operator's address: whose browser can, does the work; who cannot is looked at first."""

from __future__ import annotations

import pytest

from tests.stories.conftest import link_in
from tests.stories.people import PETITION, Supporter, fill_in, press, send
from tests.stories.test_every_page import look
from tests.stories.test_way_of_a_name import api_count

PHONE = {"width": 360, "height": 740}

CROWD = """
from django.conf import settings
from django.core.cache import caches
from petition.ratecache import Hit
from signatures import blind, throttle
of = settings.SIGN_LIMIT_NETWORK, settings.SIGN_LIMIT_NETWORK_HARD
limit = throttle.Limit("network", blind.network("127.0.0.0/24"), *of)
caches["limits"].hit({limit.keys[3600]: Hit(300, 3600)})
"""
NO_CROWD = 'from django.core.cache import caches; caches["limits"].clear()'


@pytest.fixture
def crowd(site):
    """So many from the address of this machine that the next ones are asked for work."""
    site.manage("shell", "-c", CROWD)
    yield
    site.manage("shell", "-c", NO_CROWD)


def sign_to_the_step(page, site, supporter, language):
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/")
    fill_in(page, supporter)
    with page.expect_response(lambda answer: answer.url.endswith("/sign/")) as response:
        send(page)
    assert response.value.status == 422
    assert page.locator("html").get_attribute("lang") == language
    assert supporter.name not in page.locator("main").inner_text()


def confirm(page, site, supporter):
    page.goto(link_in(site.wait_for_mail(supporter.email)))
    press(page, "confirm")
    assert page.url.endswith("/thanks/")


@pytest.mark.parametrize("language", ["km", "en"])
def test_a_browser_does_the_work_and_the_signature_counts(site, chromium, crowd, language):
    before = api_count(site, chromium)
    supporter = Supporter(name="សុខ ដារ៉ា", email=f"step-{language}@example.org")
    context = chromium.new_context(viewport=PHONE, locale=language)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: "422" in message.text or complaints.append(message.text))
    sign_to_the_step(page, site, supporter, language)
    page.locator(".work progress").wait_for(state="hidden")
    assert look(page) == []
    page.locator("[data-sending]").click()
    assert page.url.endswith("/sent/")
    confirm(page, site, supporter)
    assert api_count(site, chromium) == before + 1
    assert (complaints, context.cookies()) == ([], [])
    context.close()


def test_who_presses_at_once_is_sent_on_when_the_work_is_done(site, chromium, crowd):
    supporter = Supporter(name="Sok Dara", email="step-hasty@example.org")
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    sign_to_the_step(page, site, supporter, "en")
    page.locator("[data-sending]").click()
    page.wait_for_url("**/sent/")
    assert site.wait_for_mail(supporter.email)
    context.close()


def test_without_javascript_the_signature_is_taken_and_looked_at_first(site, chromium, crowd):
    before = api_count(site, chromium)
    supporter = Supporter(name="សុខ ដារ៉ា", email="step-plain@example.org")
    context = chromium.new_context(viewport=PHONE, locale="km", java_script_enabled=False)
    page = context.new_page()
    sign_to_the_step(page, site, supporter, "km")
    assert not page.locator("[data-sending]").is_visible()
    page.locator("[name=without_work]").click()
    assert page.url.endswith("/sent/")
    confirm(page, site, supporter)
    assert api_count(site, chromium) == before
    context.close()


@pytest.mark.parametrize("language", ["km", "en"])
def test_the_question_about_a_slip_is_accessible_and_one_answer_is_enough(site, chromium, language):
    context = chromium.new_context(viewport=PHONE, locale=language)
    page = context.new_page()
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/sign/")
    fill_in(page, Supporter(name="Sok Dara", email=f"slip-{language}@gmial.com"))
    send(page)
    assert look(page) == []
    page.locator("label[for=id_email_choice_meant]").click()
    send(page)
    assert page.url.endswith("/sent/")
    assert site.wait_for_mail(f"slip-{language}@gmail.com")
    context.close()
