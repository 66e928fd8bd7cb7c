"""A day of signing, and then everything that is left of it is searched: database, files, the staff's pages. Only who
chose to be shown is found, and only in the two columns that are for that."""

from __future__ import annotations

import base64
import datetime
import os
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from petition.addresses import parse_networks
from petition.models import FormOfAddress
from signatures import asked_erasure, asking, erasure, mailing, moderation
from signatures.delivery import freeze
from signatures.delivery.models import Delivery, LetterTemplate
from signatures.models import ErasureRequest, Signature
from tests.house.test_no_english import patterns
from tests.leaks import dump, files, found_in, secrets_of
from tests.mailings import send
from tests.people import (
    PASSWORD,
    Person,
    create_petition,
    create_recipient,
    create_update,
    form,
    made_old,
    rows_of,
    send_queued_mails,
)
from tests.staff import StaffClient

pytestmark = pytest.mark.django_db(transaction=True)

NETWORK = "198.51.100.77"
AGENT = "QuollBrowser/77.7"
SHOWN = ("signatures_signature.public_name", "signatures_signature.comment")


def somebody(word, visibility="count", comment=""):
    name, email = f"Zy{word}a Quoll{word}ex", f"zq.{word}.77@quoll{word}.example"
    return Person(name, email, "US", f"Vex{word}ville", visibility, comment, "en")


PENDING, COUNTED, GIVEN = somebody("pendo"), somebody("counto"), somebody("deliv", "deliver")
HELD, GONE, REFUSED, ASKED = somebody("heldo"), somebody("gonoo"), somebody("refus"), somebody("asked", "deliver")
WAITING = somebody("waito", "public", "Zoltrixwaiting reason")
APPROVED = somebody("shown", "public", "Zoltrixapproved reason")
HIDDEN = somebody("hiddo", "public", "Zoltrixhidden reason")
OLD = somebody("oldoo", "public", "Zoltrixold reason")
EVERYBODY = [PENDING, COUNTED, GIVEN, HELD, GONE, REFUSED, ASKED, WAITING, APPROVED, HIDDEN, OLD]
CHOSEN = [WAITING, APPROVED, HIDDEN]


def of(petition, who):
    return rows_of(petition, who)[0]


def a_day_of_signing(petition, settings, chenda):
    settings.TRUSTED_PROXIES = parse_networks("127.0.0.1")
    client = Client(headers={"User-Agent": AGENT, "X-Forwarded-For": NETWORK})
    for who in [*EVERYBODY, COUNTED]:
        fields = form(who._replace(wants_updates=True))
        assert client.post("/en/petitions/peace/sign/", fields).status_code == 303
        assert client.post("/en/petitions/peace/sign/", fields | {"agree": ""}).status_code == 422
    send_queued_mails()
    for who in EVERYBODY:
        if who not in (PENDING, REFUSED, OLD):
            client.post(f"/en/s/{of(petition, who).token}/confirm/")
    client.post(f"/en/s/{of(petition, REFUSED).token}/reject/")
    moderation.hold(ids=[of(petition, HELD).pk], reason="fraud", by=chenda)
    moderation.approve(ids=[of(petition, APPROVED).pk], by=chenda)
    moderation.hide(ids=[of(petition, HIDDEN).pk], reason="abuse", by=chenda)
    made_old(of(petition, OLD))


def a_delivery(petition, chenda):
    recipient = create_recipient(petition, discloses="names")
    FormOfAddress.objects.create(
        recipient=recipient, language="en", name_line="Name", office_lines="Office", salutation="Sir", closing="Yours"
    )
    LetterTemplate.objects.create(petition=petition, language="en", subject="Letter", body="{count} have signed.")
    Delivery.objects.create(petition=petition, ordinal=1, planned_on=datetime.date(2027, 10, 23))
    freeze.freeze(petition=petition, by=chenda)


@pytest.fixture
def petition(settings):
    caches[settings.RATELIMIT_USE_CACHE].clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return create_petition()


@pytest.fixture
def chenda(petition):
    """With every right: the flush between tests of real transactions takes the groups away."""
    return User.objects.create_superuser("chenda", password=PASSWORD)


@pytest.fixture
def day(petition, settings, chenda):
    a_day_of_signing(petition, settings, chenda)
    send(mailing.start(update=create_update(petition), by=chenda), 3)
    a_delivery(petition, chenda)
    Client().post(f"/en/s/{of(petition, GONE).token}/withdraw/")
    asking.ask_erasure(email=ASKED.email, reason="letter", by=chenda)
    asked_erasure.erase(request_id=ErasureRequest.objects.get().pk, tries_before=0)
    erasure.purge()
    return petition


def private():
    return [s for who in EVERYBODY for s in secrets_of(who, who.comment or "Zoltrix")] + [
        NETWORK,
        "198.51.100.0",
        AGENT,
    ]


def test_whole_database_names_nobody_but_who_chose_to_be_shown(day):
    assert Signature.objects.count() > 5
    assert found_in(dump(without=SHOWN), private()) == []


def test_words_of_others_never_stand_in_the_columns_that_are_shown(day):
    others = [s for who in EVERYBODY if who not in CHOSEN for s in secrets_of(who, who.comment or "Zoltrixnothing")]
    assert found_in(dump(), others) == []


def test_of_who_chose_to_be_shown_only_name_and_words_are_found(day):
    sealed = [s for who in CHOSEN for s in (who.email, *who.email.split("@"), who.city)]
    assert found_in(dump(), sealed) == []
    assert found_in(dump(), [who.name for who in CHOSEN] + [who.comment for who in CHOSEN]) == [
        *(who.name for who in CHOSEN),
        *(who.comment for who in CHOSEN),
    ]


def test_folder_of_the_site_names_nobody(day):
    """All but the keys, what a delivery made, and the database's own files, which hold what it is told to write: these
    are searched for what is never told to it."""
    folder = Path(os.environ["VAR_DIR"])
    left = {name: found for name, blob in files(folder, ["keys", "postgres"]) if (found := found_in(blob, private()))}
    assert left == {}


def test_pages_of_the_staff_name_nobody_but_who_chose_to_be_shown(day, chenda):
    client = StaffClient()
    client.force_login(chenda)
    others = [s for who in EVERYBODY if who not in CHOSEN for s in secrets_of(who, who.comment or "Zoltrixnothing")]
    looked = 0
    for name, parameters in patterns(admin.site.urls[0]):
        if parameters or name in ("logout", "jsi18n", "autocomplete", "view_on_site"):
            continue
        answer = client.get(reverse(f"admin:{name}"))
        looked += answer.status_code == 200
        assert found_in(b"".join(answer) if answer.streaming else answer.content, [*others, NETWORK, AGENT]) == [], name
    assert looked > 10


# -- that a leak would be seen -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "leak",
    [
        lambda text: text,
        str.upper,
        lambda text: text[::-1],
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(b"x" + text.encode() + b"yz").decode(),
        lambda text: base64.b64encode(b"xy" + text.encode()).decode(),
        quote,
    ],
)
@pytest.mark.parametrize("secret", [COUNTED.name, COUNTED.email, COUNTED.city, "សុខ សុខា"])
def test_leak_is_seen_however_it_is_written(leak, secret):
    assert found_in(f"… {leak(secret)} …".encode(), [secret]) == [secret]
