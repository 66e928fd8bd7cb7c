"""From the shared link to the name's line in the book, as supporters, a moderator and delivery staff go it."""

from __future__ import annotations

import csv

import pypdfium2
import pytest

from tests.stories.conftest import link_in
from tests.stories.people import PETITION, Supporter, fill_in, log_in, press, send

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

SOKHA = Supporter(
    name="សុខ ចាន់ដារ៉ា",
    email="sokha@example.org",
    country="KH",
    city="ភ្នំពេញ",
    visibility="public",
    comment="ដើម្បីសន្តិភាព និងកូនចៅរបស់យើង",
)
ANNE = Supporter(
    name="Anne-Marie Nguyễn",
    email="anne@example.org",
    country="FR",
    city="Lyon",
    visibility="public",
    comment="For my parents, who came in 1979.",
)
WORDS = {
    "km": {"confirm": "បញ្ជាក់ហត្ថលេខារបស់ខ្ញុំ", "counted": "អរគុណ"},
    "en": {"confirm": "Confirm my signature", "counted": "Thank you"},
}


@pytest.mark.parametrize(
    ("supporter", "language", "javascript", "screen"),
    [(SOKHA, "km", True, PHONE), (ANNE, "en", False, DESK)],
    ids=["khmer-phone-javascript", "english-desk-no-javascript"],
)
def test_a_name_travels_from_the_shared_link_to_its_line_in_the_book(
    site, chromium, tmp_path, supporter, language, javascript, screen
):
    count_before = api_count(site, chromium)
    context = chromium.new_context(java_script_enabled=javascript, viewport=screen, locale=language)
    page = context.new_page()

    # The shared link, read and signed.
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/")
    assert page.locator("html").get_attribute("lang") == language
    fill_in(page, supporter)
    send(page)
    assert page.url == f"{site.url}/{language}/petitions/{PETITION}/sent/"

    # The mail names neither the petition nor what it is about.
    mail = site.wait_for_mail(supporter.email)
    title = page.locator("h1").inner_text()
    assert "Paris" not in mail["Subject"] and "ប៉ារីស" not in mail["Subject"] and title
    link = link_in(mail)

    # Opening the link changes nothing, pressing the button counts, pressing twice counts once.
    page.goto(link)
    assert api_count(site, chromium) == count_before
    assert page.get_by_role("button", name=WORDS[language]["confirm"]).is_visible()
    press(page, "confirm")
    assert page.url == f"{site.url}/{language}/petitions/{PETITION}/thanks/"
    assert WORDS[language]["counted"] in page.locator("h1").inner_text()
    page.go_back()
    page.reload()
    assert api_count(site, chromium) == count_before + 1

    # Nothing of them is public before a moderator has read it.
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/signatures/?fresh=1")
    assert supporter.name not in page.content()
    approve_everything(site, chromium)
    page.goto(f"{site.url}/{language}/petitions/{PETITION}/signatures/?fresh=2")
    assert supporter.name in page.locator("main").inner_text()
    assert supporter.comment in page.locator("main").inner_text()

    # The receipt stands on their own page, and no cookie was ever set.
    page.goto(link)
    assert page.locator(".receipt code").inner_text() in mail.get_body(("plain",)).get_content()
    assert context.cookies() == []
    context.close()

    # Delivery day: the line in the register and the line on the printed page.
    folder = tmp_path / "delivery"
    site.manage("deliver", PETITION, "--out", str(folder))
    site.manage("verify", str(folder))
    number = number_of(supporter, folder)
    assert f"{number} {supporter.name}" in printed(folder / "book" / "volume-001.pdf")
    assert site.manage("recount", "--check")


def api_count(site, chromium) -> int:
    context = chromium.new_context()
    answer = context.request.get(f"{site.url}/api/petitions/{PETITION}.json?fresh={id(context)}")
    count = answer.json()["count"]
    context.close()
    return count


def approve_everything(site, chromium) -> None:
    """A moderator lets through all that waits."""
    context = chromium.new_context(viewport=DESK, locale="en")
    page = context.new_page()
    log_in(page, site.url, "admin", site.password)
    page.goto(f"{site.url}/admin/signatures/signature/queue/")
    page.locator("button[name=act][value=take]").click()
    for approve in page.locator(".queue-row input[value=approve]").all():
        approve.check()
    page.locator("button[name=act][value=send]").click()
    context.close()


def number_of(supporter: Supporter, folder) -> int:
    with (folder / "book" / "signatures.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["name"] == supporter.name]
    assert [(row["city"], row["country"]) for row in rows] == [(supporter.city, supporter.country)]
    return int(rows[0]["number"])


def printed(path) -> str:
    """The text of a PDF as it is copied, with white space folded."""
    with pypdfium2.PdfDocument(path) as document:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.split())
