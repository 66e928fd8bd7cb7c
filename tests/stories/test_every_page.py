"""Every public page in both languages: accessible, whole at 320 px, without a request to anybody else."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.stories.conftest import link_in
from tests.stories.people import PETITION, Supporter, fill_in, send

LANGUAGES = ("km", "en")
UPDATE = "petition-collection-sent-to-recipients"
PAGES = (
    "",
    f"petitions/{PETITION}/",
    f"petitions/{PETITION}/sign/",
    f"petitions/{PETITION}/sent/",
    f"petitions/{PETITION}/thanks/",
    f"petitions/{PETITION}/signatures/",
    f"petitions/{PETITION}/numbers/",
    f"petitions/{PETITION}/recipients/",
    f"petitions/{PETITION}/verify/",
    f"petitions/{PETITION}/updates/",
    f"petitions/{PETITION}/updates/{UPDATE}/",
    f"petitions/{PETITION}/updates/tags/paris-peace-agreement/",
    "privacy/",
    "accessibility/",
    "about/",
    "api/",
    f"petitions/{PETITION}/embed/",
    "petitions/nothing-here/",
    "s/forged/",
    "packets/forged/",
)


# Copies of the founding petition, by the state each is in.
STATES = ("upcoming", "paused", "closed", "removed")
MAKE_STATES = f"""
import datetime
from petition.models import Petition
for state in {STATES}:
    petition = Petition.objects.get(slug="{PETITION}")
    petition.pk, petition.slug, petition.is_featured, petition.wording_locked_at = None, f"is-{{state}}", False, None
    if state == "upcoming":
        petition.opened_on = datetime.date.today() + datetime.timedelta(days=9)
    else:
        petition.state = state
    petition.save()
"""
DROP_STATES = """
from petition.models import Petition
Petition.objects.filter(slug__startswith="is-").delete()
"""


def look(page, *, widths: tuple[int, ...] = (320, 640, 1280)) -> list[str]:
    """What is wrong with the page that is open, a line each: nothing, if all is well. 640 px is a screen of 1280 px at
    200 %."""
    findings = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            findings.append(f"{wide} px wide on a screen of {width} px")
    for violation in Axe().run(page).response["violations"]:
        if violation["impact"] in ("serious", "critical"):
            findings.append(f"{violation['id']}: {[node['html'] for node in violation['nodes']]}")
    return findings


@pytest.fixture
def page(chromium, site):
    """A page that remembers, as `strangers`, each request that left the site and each complaint of the console."""
    context = chromium.new_context()
    page = context.new_page()
    page.strangers = []
    page.on(
        "request", lambda request: request.url.startswith((site.url, "data:")) or page.strangers.append(request.url)
    )
    page.on("console", lambda message: message.type == "error" and page.strangers.append(message.text))
    yield page
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_accessible_whole_at_320_px_and_asks_nobody_else(site, page, language, path):
    answer = page.goto(f"{site.url}/{language}/{path}")
    missing = path in ("petitions/nothing-here/", "s/forged/", "packets/forged/")
    assert answer.status == (404 if missing else 200)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert look(page) == []
    # A browser's console names a page that is not there as an error of its own.
    assert [line for line in page.strangers if "404" not in line] == []
    assert page.context.cookies() == []


@pytest.fixture
def petitions_by_state(site):
    """The path of a petition in each state, by the state."""
    site.manage("shell", "-c", MAKE_STATES)
    yield {state: f"petitions/is-{state}/" for state in STATES}
    site.manage("shell", "-c", DROP_STATES)


def test_a_petition_that_takes_no_signatures_says_so_in_the_first_screen(site, page, petitions_by_state):
    for state, path in petitions_by_state.items():
        for language in LANGUAGES:
            answer = page.goto(f"{site.url}/{language}/{path}")
            assert answer.status == (410 if state == "removed" else 200)
            assert look(page) == [], (state, language)
            page.set_viewport_size({"width": 360, "height": 640})
            says = page.locator("h1" if state == "removed" else ".stand-says")
            assert says.bounding_box()["y"] + says.bounding_box()["height"] < 640
            assert page.locator("form, .thumb").count() == 0
            # The form's own address says the same.
            assert page.goto(f"{site.url}/{language}/{path}sign/").status == 410
            assert look(page) == [], (state, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_with_its_errors_is_accessible_and_leads_to_each_field(site, page, language):
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/")
    page.locator("[name=comment]").evaluate("field => { field.value = 'kept'; }")
    page.locator("[name=name]").fill("1")
    with page.expect_response(lambda answer: answer.url.endswith("/sign/")) as response:
        send(page)
    assert response.value.status == 422
    links = page.locator(".error-summary a")
    targets = [link.get_attribute("href") for link in links.all()]
    assert [page.locator(target).get_attribute("name") for target in targets] == [
        "name",
        "email",
        "country",
        "visibility",
        "agree",
    ]
    assert page.locator("[name=name]").input_value() == "1"
    assert page.locator("[name=comment]").input_value() == "kept"
    assert look(page) == []
    links.first.click()
    assert page.evaluate("document.activeElement.name") == "name"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_signers_own_page_is_accessible_in_each_of_its_states(site, page, language):
    supporter = Supporter(name="Sok Dara", email=f"states-{language}@example.org", visibility="public", comment="Peace")
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/sign/")
    fill_in(page, supporter)
    send(page)
    link = link_in(site.wait_for_mail(supporter.email))
    page.goto(link)
    assert look(page) == []
    page.locator("form[action$='/confirm/'] button").click()
    page.goto(link)
    assert look(page) == []
    page.goto(f"{link}unsubscribe/")
    assert look(page) == []
    page.goto(link)
    page.locator("details summary").click()
    page.locator("form[action$='/withdraw/'] button").click()
    assert page.url == link
    assert look(page) == []
    page.go_back()
    page.reload()
    assert supporter.name not in page.content()
    assert page.strangers == []
