"""What people of the stories do in a browser, each step as they would do it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

PETITION = "paris-peace-agreement"


@dataclass(frozen=True)
class Supporter:
    """A person, and what they answer."""

    name: str
    email: str
    country: str = "KH"
    city: str = ""
    visibility: str = "count"
    comment: str = ""


def fill_in(page: Page, supporter: Supporter) -> None:
    """Fill in the form that the page shows. It is not sent."""
    form = page.locator("form[action$='/sign/']")
    form.locator("[name=name]").fill(supporter.name)
    form.locator("[name=email]").fill(supporter.email)
    form.locator("[name=country]").select_option(supporter.country)
    form.locator("[name=city]").fill(supporter.city)
    form.locator(f"label[for=id_visibility_{supporter.visibility}]").click()
    if supporter.comment:
        form.locator("[name=comment]").fill(supporter.comment)
    form.locator("[name=agree]").check()


def send(page: Page) -> None:
    page.locator("form[action$='/sign/'] button[type=submit]").click()


def press(page: Page, act: str) -> None:
    """Press the button of the form that posts to `act` on the signer's own page."""
    page.locator(f"form[action$='/{act}/'] button[type=submit]").click()


def log_in(page: Page, url: str, name: str, password: str) -> None:
    """Log in to the staff's rooms."""
    page.goto(f"{url}/admin/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("#login-form [type=submit]").click()
