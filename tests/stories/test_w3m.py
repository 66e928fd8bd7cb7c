"""The petition in w3m, which knows neither styles nor scripts: what can be read and signed there can be anywhere."""

from __future__ import annotations

import html
import os
import re
import subprocess
import urllib.request
from urllib.parse import urlencode

import pytest

from tests.stories.conftest import link_in
from tests.stories.people import PETITION

COUNTED = {"km": "[០-៩]+នាក់បានចុះហត្ថលេខា", "en": r"\d+(personhas|peoplehave)signed"}
LOOK_IN_YOUR_MAIL = {"km": "អ៊ីមែល", "en": "e-mail"}


def squeezed(text):
    """Without white space: w3m breaks lines within Khmer words."""
    return "".join(text.split())


def texts(url, tag):
    """What stands in each such element of a page."""
    with urllib.request.urlopen(url) as answer:
        found = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", answer.read().decode(), re.DOTALL)
    return [squeezed(html.unescape(re.sub("<[^>]*>", "", text))) for text in found]


@pytest.fixture
def w3m(tmp_path):
    """What stands on its screen, without white space; `form` is posted where given."""

    def w3m(url, form=None):
        posted = tmp_path / "form"
        posted.write_text(urlencode(form or {}))
        command = [
            "w3m",
            "-dump",
            "-cols",
            "80",
            "-O",
            "UTF-8",
            "-no-cookie",
            *(["-post", posted] if form else []),
            url,
        ]
        # A home of its own: it would read somebody's settings, and keep what it has seen.
        run = subprocess.run(command, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, check=True)
        return squeezed(run.stdout.decode())

    return w3m


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("page", ["", "sign/"], ids=["page", "form"])
def test_form_is_there_with_every_label(site, w3m, language, page):
    url = f"{site.url}/{language}/petitions/{PETITION}/{page}"
    labels = texts(url, "label")
    seen = w3m(url)
    assert len(labels) >= 9
    assert [label for label in (*labels, *texts(url, "legend"), *texts(url, "button")) if label not in seen] == []


@pytest.mark.parametrize("language", ["km", "en"])
def test_petition_is_read_from_its_title_to_its_last_demand(site, w3m, language):
    url = f"{site.url}/{language}/petitions/{PETITION}/"
    seen = w3m(url)
    assert [text for tag in ("h1", "h2", "li") for text in texts(url, tag) if text not in seen] == []
    assert re.search(COUNTED[language], seen)


@pytest.mark.parametrize("language", ["km", "en"])
def test_form_is_sent_and_the_mail_leads_on(site, w3m, language):
    address = f"w3m-{language}@example.org"
    form = {"name": "Sok Dara", "email": address, "country": "KH", "visibility": "count", "agree": "on"}
    seen = w3m(f"{site.url}/{language}/petitions/{PETITION}/sign/", form)
    assert LOOK_IN_YOUR_MAIL[language] in seen
    assert "SokDara" not in seen
    link = link_in(site.wait_for_mail(address))
    assert [text for text in texts(link, "button") if text not in w3m(link)] == []
