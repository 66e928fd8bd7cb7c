"""Two moderators at the queue: one by the keys, in English; one without JavaScript, in Khmer. Then the switch for the
whole site stops the signing."""

from __future__ import annotations

import pytest

from tests.stories.people import PETITION, log_in

PASSWORD = "a river has two banks"
QUEUE = "/admin/signatures/signature/queue/"

# As if they had signed and confirmed: the way there is told in test_way_of_a_name.py.
PREPARE = f"""
from django.contrib.auth.models import Group, User
from petition import accounts
from petition.models import Petition
from signatures.models import Signature
from tests import people
petition = Petition.objects.get(slug="{PETITION}")
texts = ["For peace.", "Call 012 345 678", "You idiot", "For my children."]
for number in range(27):
    text = texts[number % 4]
    people.confirmed(petition, people.person(5000 + number, visibility="public", comment=text, country="FR"))
for name, like in (("sothy", "chenda"), ("ratha", "vibol")):
    user = User.objects.create_user(name, password=people.PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=people.STAFF[like]))
    accounts.mark_given(user=user)
"""
STATES = """
from signatures.models import Signature
rows = Signature.objects.filter(public_name__startswith="Signer f").order_by("pk")
print("".join(review[0] for review in rows.values_list("review", flat=True)))
print(*rows.exclude(review_reason="").values_list("review_reason", flat=True))
"""


@pytest.fixture(scope="module")
def people(site):
    site.manage("shell", "-c", PREPARE)


def moderator(chromium, site, name, **options):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)
    page = context.new_page()
    log_in(page, site.url, name, PASSWORD)
    page.goto(f"{site.url}{QUEUE}")
    return context, page


def states(site):
    """w(aiting), a(pproved) or h(idden) of each row in its order, and the reasons of the hidden ones."""
    letters, reasons = site.manage("shell", "-c", STATES).strip("\n").splitlines()[-2:]
    return letters, reasons.split()


def names(page):
    return page.locator(".queue-row h2").all_inner_texts()


def test_two_moderators_share_the_queue(site, chromium, people):
    hers, chenda = moderator(chromium, site, "sothy", locale="en-GB")
    his, vibol = moderator(chromium, site, "ratha", locale="km-KH", java_script_enabled=False)
    chenda.locator("[value=take]").click()
    vibol.locator("[value=take]").click()
    assert (len(names(chenda)), len(names(vibol))) == (25, 2)
    assert set(names(chenda)).isdisjoint(names(vibol))

    keys = chenda.keyboard
    keys.press("a")  # the first: shown
    keys.press("a")  # the second, with a hint: shown by mistake,
    keys.press("k")
    keys.press("u")  # and taken back
    keys.press("h")
    assert "2. advertising or links" in chenda.locator(".queue-asks").inner_text()
    keys.press("2")  # hidden, as advertising
    keys.press("h")
    keys.press("1")  # the third: hidden, as an insult
    keys.press("?")
    assert chenda.locator(".queue-help").is_visible()
    keys.press("Escape")
    with chenda.expect_navigation():
        keys.press("Enter")
    assert states(site) == ("ahh" + "w" * 24, ["advertising", "abuse"])

    vibol.locator(".queue-row").first.locator("[value=hide]").check()
    vibol.locator(".queue-row").first.locator("select").select_option("other")
    vibol.locator("[value=send_rest]").click()
    assert "ឥឡូវនេះ" in vibol.locator(".messagelist").inner_text()
    letters, _reasons = states(site)
    assert (letters[25], letters[26]) == ("h", "w"), "the last one has a hint"

    with chenda.expect_navigation():
        chenda.locator("[value=undo_last]").click()
    assert states(site)[0] == "w" * 25 + "hw"
    hers.close()
    his.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_queue_fits_every_screen(site, chromium, people, width):
    context, page = moderator(chromium, site, "sothy", locale="km-KH")
    page.set_viewport_size({"width": width, "height": 800})
    if page.locator("[value=take]").count():
        page.locator("[value=take]").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".queue-row").count() > 0
    context.close()


def test_khmer_keyboard_has_the_same_keys(site, chromium, people):
    context, page = moderator(chromium, site, "sothy", locale="km-KH")
    if page.locator("[value=take]").count():
        page.locator("[value=take]").click()
    page.locator(".queue-row.is-here").dispatch_event(
        "keydown", {"key": "ា", "code": "KeyA", "bubbles": True, "cancelable": True}
    )
    assert page.locator(".queue-row").first.locator("[value=approve]").is_checked()
    context.close()


def test_signing_stops_for_the_whole_site_within_seconds(site, chromium, people):
    context, page = moderator(chromium, site, "ratha", locale="en-GB")
    reader = chromium.new_page()
    reader.goto(f"{site.url}/km/petitions/{PETITION}/")
    assert reader.locator("[name=email]").count() == 1

    page.goto(f"{site.url}/admin/petition/switch/")
    page.locator("#why_pause_signing").fill("A flood of robots")
    page.locator("li:has(#why_pause_signing) button").click()
    page.locator(".house-alarm").wait_for()
    wait_for(reader, site, is_open=False)
    page.locator("li.is-on button").click()
    wait_for(reader, site, is_open=True)
    reader.close()
    context.close()


def wait_for(reader, site, *, is_open):
    for _look in range(100):
        reader.goto(f"{site.url}/km/petitions/{PETITION}/")
        if bool(reader.locator("[name=email]").count()) == is_open:
            return
        reader.wait_for_timeout(200)
    raise AssertionError("the switch was not obeyed")
