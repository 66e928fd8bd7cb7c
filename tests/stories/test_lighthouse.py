"""Lighthouse's marks: the petition's page, and a page of every other kind in one of the two languages."""

from __future__ import annotations

import json
import subprocess

import pytest

from petition.local import ROOT, browser, judges
from tests.stories.people import PETITION
from tests.stories.phones import KHMER, LATIN, fonts_of
from tests.stories.test_every_page import UPDATE

JUDGED = ("performance", "accessibility", "best-practices", "seo")
KINDS = {
    "km": ("", "sign/", "recipients/", f"updates/{UPDATE}/", "privacy/"),
    "en": ("signatures/", "updates/", "updates/tags/paris-peace-agreement/", "accessibility/", "about/"),
}
UNDER_THE_SITE = ("", "privacy/", "accessibility/", "about/")


def address(site, language, page):
    return f"{site.url}/{language}/" + (page if page in UNDER_THE_SITE else f"petitions/{PETITION}/{page}")


@pytest.fixture
def lighthouse(chromium, tmp_path):
    """Score and faults of each page, from the mobile profile. The fonts are those of a phone that has Khmer."""
    environment = fonts_of(tmp_path / "fonts", LATIN, KHMER)
    chrome = browser.find() or chromium.browser_type.executable_path

    def judge(categories, *urls):
        script = ROOT / "tests" / "web" / "lighthouse.mjs"
        command = [judges.node(), script, chrome, ",".join(categories), " ".join(browser.FLAGS), *urls]
        run = subprocess.run(command, cwd=judges.HOME, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return judge


def perfect(categories, *urls):
    return {url: {"scores": dict.fromkeys(categories, 100), "faults": []} for url in urls}


@pytest.mark.parametrize("language", ["km", "en"])
def test_the_petitions_page_is_perfect(site, lighthouse, language):
    url = f"{site.url}/{language}/petitions/{PETITION}/"
    assert lighthouse(JUDGED, url) == perfect(JUDGED, url)


@pytest.mark.parametrize("language", ["km", "en"])
def test_pages_of_every_kind_are_accessible_well_made_and_found(site, lighthouse, language):
    urls = [address(site, language, page) for page in KINDS[language]]
    assert lighthouse(JUDGED[1:], *urls) == perfect(JUDGED[1:], *urls)


def test_pages_for_no_search_are_accessible_and_well_made(site, lighthouse):
    urls = [address(site, "km", "sent/"), address(site, "en", "thanks/")]
    assert lighthouse(JUDGED[1:3], *urls) == perfect(JUDGED[1:3], *urls)
