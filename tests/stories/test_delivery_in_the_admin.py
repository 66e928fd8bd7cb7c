"""Delivery day without a terminal, in Khmer: approve the letters, freeze, ask, build, watch, download, give a link to
an office, approve, print, record the hand-over, which stays secret until an hour; and the second person."""

from __future__ import annotations

import datetime
import io
import re
import time
import zipfile
from pathlib import Path

import pypdfium2
import pyrage

from tests.stories.conftest import SECONDS, link_in
from tests.stories.people import PETITION, Supporter, fill_in, log_in, press, send
from tests.stories.test_every_page import look

PASSWORD = "a river has two banks"
BOPHA = Supporter(name="កែវ បុប្ផា", email="bopha@example.org", country="US", city="Long Beach", visibility="deliver")


def test_two_of_the_staff_freeze_build_and_hand_over_in_the_admin(site, chromium):
    context, page = open_window(chromium)
    sign(page, site)
    log_in(page, site.url, "admin", site.password)
    assert page.locator("html").get_attribute("lang") == "km"
    open_planned_delivery(page, site)
    assert page.locator("a[href$='/freeze/']").count() == 0
    # Nobody else is there to approve the letters: the page says how to add somebody.
    page.locator(".house-fault a[href$='/user/add/']").click(timeout=SECONDS * 1000)
    add_administrator(page, "vibol")
    others, second = open_window(chromium)
    log_in(second, site.url, "vibol", PASSWORD)
    open_planned_delivery(page, site)
    ask(page, "approve_letters")
    open_planned_delivery(second, site)
    second.locator("a[href$='/letters/']").click()
    assert second.locator("td a[href*='/letters/']").count() == 32
    allow(second, site)
    open_planned_delivery(page, site)
    page.locator("a[href$='/freeze/']").click()
    page.locator("form.house-ask button[type=submit]").click()
    page.locator("a[href*='kind=build_delivery']").wait_for(timeout=SECONDS * 1000)  # the page follows the freeze

    page.goto(f"{site.url}/admin/delivery/delivery/?state__exact=frozen")
    page.locator("#result_list tbody th a").first.click()
    assert page.locator("form[action$='/build/']").count() == 0
    ask(page, "build_delivery")
    allow(second, site)
    page.reload()
    page.locator("a.button[href*='/delivery/delivery/']").click()
    page.locator("form[action$='/build/'] button").click()
    ask(page, "fetch_packets")
    allow(second, site)
    page.reload()
    page.locator("a.button[href*='/delivery/delivery/']").click()
    fetch = page.locator("a.button[href$='/fetch/']")
    fetch.first.wait_for(timeout=SECONDS * 1000)  # the page follows the build until it is done
    assert fetch.count() == 24

    delivery = page.url
    fetch.nth(0).click()
    packet = download_packet(page)
    names = {name.partition("/")[2] for name in packet.namelist()}
    assert {"letter.en.pdf", "letter.fr.pdf", "totals.pdf", "book/signatures.csv", "book/volume-001.pdf"} <= names
    assert BOPHA.name in text_of(packet, "book/volume-001.pdf")
    assert BOPHA.name not in text_of(packet, "letter.en.pdf")

    office, desk = open_window(chromium)
    address = fetch_by_link(page, desk, files=len(names))
    assert office.cookies() == []

    page.goto(delivery)
    hand_over_in_secret(page, site)
    assert "(ញូវយ៉ក)" in public_words(page, site)
    assert "The chain holds." in site.manage("audit", "--verify")
    assert desk.goto(address).status == 404  # it ended with the hand-over
    context.close()
    others.close()
    office.close()


def sign(page, site) -> None:
    page.goto(f"{site.url}/km/petitions/{PETITION}/")
    fill_in(page, BOPHA)
    send(page)
    page.goto(link_in(site.wait_for_mail(BOPHA.email)))
    press(page, "confirm")


def open_window(chromium):
    context = chromium.new_context(locale="km", viewport={"width": 1280, "height": 900}, accept_downloads=True)
    return context, context.new_page()


def download_packet(page) -> zipfile.ZipFile:
    """With the passphrase that is proposed."""
    passphrase = page.locator("[name=passphrase]").input_value()
    with page.expect_download() as download:
        page.locator("#content [type=submit]").first.click()
    assert download.value.suggested_filename.endswith(".zip.age")
    return opened(download.value, passphrase)


def fetch_by_link(page, desk, *, files: int) -> str:
    """From a packet's page make a link, and fetch the packet at somebody else's desk; the link's address."""
    page.goto(page.url.replace("/fetch/", "/link/"))
    page.locator("#content [type=submit]").first.click()
    address, passphrase = page.locator("#content code").all_inner_texts()
    desk.goto(address)
    assert look(desk) == []
    desk.locator("[name=passphrase]").fill(passphrase)
    with desk.expect_download() as download:
        desk.locator("main form button").click()
    assert len(opened(download.value, passphrase).namelist()) == files
    return address


def opened(download, passphrase: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(pyrage.passphrase.decrypt(Path(download.path()).read_bytes(), passphrase)))


def add_administrator(page, name) -> None:
    page.locator("[name=username]").fill(name)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("[name=is_staff]").check()
    page.locator("#id_groups_from").select_option(label="អ្នកគ្រប់គ្រង")
    page.locator("#id_groups_add").click()
    page.locator("[name=_save]").click()


def ask(page, kind) -> None:
    """Ask a second person; it ends on the page of the requests."""
    page.locator(f"a[href*='kind={kind}']").click(timeout=SECONDS * 1000)
    page.locator("[name=why]").fill("ដល់ថ្ងៃប្រគល់ជូន")
    page.locator("#content [type=submit]").click()
    page.locator("form[action$='/withdraw/']").first.wait_for()


def allow(page, site) -> None:
    """From the first page, which tells that a request waits."""
    page.goto(f"{site.url}/admin/")
    page.locator(".house-todo a[href$='/approval/']").click()
    page.locator("form[action$='/allow/'] button").click()
    page.locator(".messagelist .success").wait_for()


def open_planned_delivery(page, site) -> None:
    """Open the delivery that is planned; plan one for today where none is."""
    page.goto(f"{site.url}/admin/delivery/delivery/?state__exact=planned")
    planned = page.locator("#result_list tbody th a")
    if planned.count():
        planned.first.click()
        return
    page.goto(f"{site.url}/admin/delivery/delivery/add/")
    page.locator("[name=petition]").select_option(index=1)
    page.locator("[name=planned_on]").fill("2026-10-23")
    page.locator("[name=_continue]").click()


def hand_over_in_secret(page, site) -> None:
    """From the delivery's page: all are approved and printed, and one is handed over, which is secret until an hour is
    taken away again."""
    page.locator("a[href$='/board/']").click()
    record(page, "approved", 24)
    record(page, "printed", 24)
    secret = until_tomorrow(page)
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator(".board-card a[href*='act=handed_over']").first.click()
    page.locator("[name=channel]").select_option("by_hand")
    page.locator("[name=place]").fill("ញូវយ៉ក")
    page.locator("[name=taken_by]").fill("អ្នកយាមទ្វារ")
    page.locator("form [type=submit].default").click()
    assert page.locator(".board-counts a[href='?state=handed_over'] strong").inner_text() == "១"
    assert "ញូវយ៉ក" not in public_words(page, site)
    assert '"handed_over": 1' not in page.request.get(f"{site.url}/api/petitions/{PETITION}.json").text()
    page.goto(secret)
    page.locator("a[href$='/hour/']").click()
    page.locator("[name=until]").fill("")
    page.locator("form [type=submit].default").click()
    assert "អ្នកយាមទ្វារ" not in public_words(page, site)


def record(page, act, n) -> None:
    """Record a step for all packets at once, by keyboard alone."""
    page.locator("button[name=tick]").press("Enter")
    page.locator(f"button[name=act][value={act}]").press("Enter")
    assert page.locator("form [name=packet]").count() == n
    page.locator("form [type=submit].default").press("Enter")
    page.locator(".messagelist .success").wait_for()


def until_tomorrow(page) -> str:
    """Keep the delivery secret until tomorrow; the address of its board."""
    page.locator("a[href$='/hour/']").click()
    tomorrow = datetime.datetime.now() + datetime.timedelta(days=1)
    page.locator("[name=until]").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    page.locator("form [type=submit].default").click()
    page.locator(".messagelist .success").wait_for()
    return page.url


def public_words(page, site) -> str:
    """The page of the recipients as it is now, not as it was kept."""
    page.goto(f"{site.url}/km/petitions/{PETITION}/recipients/?fresh={time.monotonic()}")
    return page.locator("main").inner_text()


def text_of(packet: zipfile.ZipFile, name: str) -> str:
    """The text of a PDF in a packet, white space folded."""
    member = next(member for member in packet.namelist() if member.endswith(name))
    with pypdfium2.PdfDocument(io.BytesIO(packet.read(member))) as document:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"\s+", " ", text)
