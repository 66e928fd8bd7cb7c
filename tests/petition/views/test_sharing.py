import io

import pytest
import segno

from tests.people import create_petition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://example.org"


def code_of(address):
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="svg", light="#fff", border=4, omitsize=True, nl=False)
    return out.getvalue()


@pytest.mark.parametrize("language", ["km", "en"])
def test_code_is_the_petitions_address_in_its_language(client, language):
    create_petition()
    answer = client.get(f"/{language}/petitions/peace/qr.svg")
    assert (answer.headers["Content-Type"], answer.content) == (
        "image/svg+xml",
        code_of(f"https://example.org/{language}/petitions/peace/"),
    )


@pytest.mark.parametrize("slug", ["draft", "nowhere"])
def test_draft_and_unknown_petition_have_none(client, slug):
    create_petition("draft", state="draft")
    assert client.get(f"/en/petitions/{slug}/qr.svg").status_code == 404
