"""What people of the stories do in a browser, each step as they would do it."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
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


# What staff of the stories have to log in with after the first time, by site and name: a password of their own, and
# recovery codes, since a code of the app is good for one log-in in half a minute.
OWN_PASSWORD = "the mekong turns twice a year"
RECOVERY: dict[tuple[str, str], list[str]] = {}


def log_in(page: Page, url: str, name: str, password: str) -> None:
    """Log in to the staff's rooms. The first time with the one-time password, through all that comes next."""
    codes = RECOVERY.get((url, name))
    page.goto(f"{url}/admin/")
    give_password(page, name, password if codes is None else OWN_PASSWORD)
    if codes is None:
        choose_password(page, OWN_PASSWORD)
        RECOVERY[url, name] = set_up_app(page)[1]
        go_on(page)
        return
    page.locator("[name=code]").fill(codes.pop())
    page.locator("#code-form [type=submit]").click()
    if not codes:
        page.goto(f"{url}/admin/factors/")
        page.locator("form[action$='/codes/'] [type=submit]").click()
        RECOVERY[url, name] = shown_codes(page)
        go_on(page)


def give_password(page: Page, name: str, password: str) -> None:
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("#login-form [type=submit]").click()


def choose_password(page: Page, password: str) -> None:
    page.locator("[name=new_password1]").fill(password)
    page.locator("[name=new_password2]").fill(password)
    page.locator("#own-password-form [type=submit]").click()


def set_up_app(page: Page) -> tuple[str, list[str]]:
    """The secret that the page tells the app, and the recovery codes that are shown then."""
    secret = page.locator(".house-secret").inner_text().replace(" ", "")
    page.locator("#app-form [name=code]").fill(pyotp.TOTP(secret).now())
    page.locator("#app-form [type=submit]").click()
    return secret, shown_codes(page)


def shown_codes(page: Page) -> list[str]:
    page.locator("#recovery-codes").wait_for()
    return page.locator("#recovery-codes code").all_inner_texts()


def go_on(page: Page) -> None:
    """From the recovery codes to where one wanted to go."""
    page.locator(".submit-row a").click()
