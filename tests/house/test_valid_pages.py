"""The Nu checker finds nothing in the HTML of any page and mail, nor in the CSS and pictures that they use."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.cache import caches
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from petition import loader
from petition.local import ROOT, judges
from petition.models import Petition
from petition.views import system
from petition.views.pages import Gone
from signatures.models import Signature
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, form, made_old, person, signed, withdrawn
from tests.stories.people import PETITION
from tests.stories.test_every_page import PAGES

LANGUAGES = ("km", "en")
FOUNDING = ROOT / "petition" / "content" / "paris-peace-agreement.json"
PARTS = ("layout.html", "alarm_words.html")
MAILS = sorted(path.name for path in (ROOT / "templates" / "mail").glob("*.html") if path.name not in PARTS)
FAULTS = {
    "400": lambda request: system.bad_request(request, ValueError()),
    "403": lambda request: system.forbidden(request, PermissionError()),
    "404": lambda request: system.not_found(request, LookupError()),
    "410": lambda request: system.not_found(request, Gone()),
    "413": lambda request: system.bad_request(request, system.RequestDataTooBig()),
    "500": system.server_error,
}


@pytest.fixture
def founding(db) -> Petition:
    """As on the first start, and three have signed; beside it, one of each state."""
    loader.load(FOUNDING)
    for state in ("paused", "closed"):
        create_petition(state, state=state)
    petition = Petition.objects.get(slug=PETITION)
    for who in (SOKHA, DARA, MARIE):
        confirmed(petition, who)
    Signature.objects.filter(public_name="").exclude(comment="").update(review="approved")
    return petition


def public(language):
    for path in (*PAGES, "petitions/paused/", "petitions/closed/", "petitions/closed/sign/"):
        yield path, Client().get(f"/{language}/{path}")


def own(petition, language):
    """The signer's own page, in each of its states."""
    rows = {
        "pending": signed(petition, person(1)),
        "old": made_old(signed(petition, person(2))),
        "public": Signature.objects.get(public_name=MARIE.name, petition=petition),
        "count": confirmed(petition, person(3)),
        "withdrawn": withdrawn(petition, person(4)),
    }
    for name, row in rows.items():
        for act in ("", "unsubscribe/"):
            yield f"own {name} {act}", Client().get(f"/{language}/s/{row.token}/{act}")


def refused(petition, language, settings):
    """What the form answers where it takes nothing."""
    settings.SIGN_LIMIT_NETWORK, settings.SIGN_LIMIT_NETWORK_HARD = "1/h", "2/h"
    caches["limits"].clear()
    sign, closed = (f"/{language}/petitions/{slug}/sign/" for slug in (petition.slug, "closed"))
    wrong = form(MARIE, name="1", email="x", country="XX", visibility=None, agree=None)
    slip = form(MARIE, email="marie@gmial.com")
    taken, work, too_many = (Client().post(sign, form(MARIE)) for _ in range(3))
    answers = {
        "errors": (422, Client().post(sign, wrong)),
        "a slip": (422, Client().post(sign, slip)),
        "closed": (410, Client().post(closed, form(MARIE))),
        "work": (422, work),
        "too many": (429, too_many),
    }
    assert taken.status_code == 303
    for status, answer in answers.values():
        assert answer.status_code == status
    return ((f"sign, {name}", answer) for name, (_, answer) in answers.items())


def mails(language):
    context = {
        "signer_url": "https://example.org/s/x/",
        "receipt": "ABCD-EFGH",
        "languages": ["km", "en"],
        "url": "https://example.org/admin/petition/approval/",
        "pending_days": 14,
        "site": "example.org",
        "erased_on": datetime.date(2027, 10, 23),
        "hour": datetime.datetime(2027, 10, 23, 9, tzinfo=datetime.UTC),
        "end": datetime.datetime(2027, 10, 23, 10, tzinfo=datetime.UTC),
        "findings": ["300 of 400 signatures came from one network."],
        "number": 2,
        "title": "News",
        "written_in": language,
        "lead_text": "The lead.",
        "lead_html": mark_safe("<p>The lead.</p>"),
        "has_more": True,
        "update_url": "https://example.org/news/",
        "unsubscribe_url": "https://example.org/s/x/unsubscribe/",
    }
    with translation.override(language):
        for name in MAILS:
            yield f"mail {name}", render_to_string(f"mail/{name}", context)


def complaints(folder: Path) -> list[str]:
    """Of every HTML, CSS and SVG file in it, by one run of Java."""
    command = [judges.java(), "-jar", judges.nu_checker(), "--format", "json", "--also-check-css", "--also-check-svg"]
    run = subprocess.run([*command, "--exit-zero-always", folder], capture_output=True, text=True, check=True)
    found = json.loads(run.stderr)["messages"]
    return [f"{Path(one['url']).name}: {one['message']} {one.get('extract', '')}" for one in found]


def test_every_page_and_mail_is_valid_html(founding, settings, tmp_path):
    settings.PAGE_CACHE_SECONDS = 0
    count = 0
    for language in LANGUAGES:
        request = RequestFactory().get(f"/{language}/x/")
        answers = [*public(language), *own(founding, language), *mails(language)]
        answers += [(name, fault(request)) for name, fault in FAULTS.items()]
        answers += refused(founding, language, settings)
        for name, answer in answers:
            text = answer if isinstance(answer, str) else answer.content.decode()
            assert "<html" in text, (name, text)
            (tmp_path / f"{language} {name.replace('/', '-')}.html").write_text(text, encoding="utf-8")
            count += 1
    assert len(list(tmp_path.iterdir())) == count
    assert complaints(tmp_path) == []


def test_style_sheets_and_pictures_are_valid(tmp_path):
    for path in sorted((ROOT / "static").rglob("*")):
        if path.suffix in (".css", ".svg"):
            shutil.copy(path, tmp_path / path.name)
    assert complaints(tmp_path) == []


def test_the_checker_sees_what_is_wrong(tmp_path):
    (tmp_path / "page.html").write_text(
        "<!DOCTYPE html><html lang=en><title>x</title><p><ul><li id=a><li id=a></ul></p>"
    )
    (tmp_path / "sheet.css").write_text("p { colour: red }")
    assert {line.partition(":")[0] for line in complaints(tmp_path)} == {"page.html", "sheet.css"}
