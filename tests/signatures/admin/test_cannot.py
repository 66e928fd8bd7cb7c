"""Staff are told what a site with public keys alone cannot do, on their first page and on that of a delivery."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from signatures import seal, sealing
from signatures.choices import Purpose
from tests.people import SOKHA, create_petition, create_staff, form
from tests.signatures.delivery.collection import create_planned

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}
MAIL = "E-mails cannot be sent: the worker of this site does not have the mail key."
DELIVERY = "Packets cannot be built on this server: the delivery key is not here."
OPENS_NOTHING = "Nobody can read sealed names or e-mail addresses in this room"
COUNTS = {"named": 1, "withheld": 0}
FROZEN = {"state": "frozen", "frozen_at": timezone.now(), "confirmed": 1, "counts": COUNTS}
BUILT = {"state": "built", "root": "0" * 64}


@pytest.fixture(autouse=True)
def vibol(client):
    client.force_login(create_staff("vibol"))


@pytest.fixture
def public_only(settings):
    settings.MAIL_PRIVATE_KEY = settings.DELIVERY_PRIVATE_KEY = ""


@pytest.fixture
def with_worker():
    """The worker has started, with both keys."""
    for purpose in Purpose:
        public = seal.public_key(f"{purpose.name}_PUBLIC_KEY")
        sealing.register(purpose=purpose, public_key=bytes(public), by=None)
    sealing.note_worker()


def told(client, address="/admin/"):
    page = client.get(address, headers=ENGLISH).content.decode()
    return [sentence for sentence in (MAIL, DELIVERY, OPENS_NOTHING) if sentence in page]


def test_process_with_all_keys_says_nothing(client):
    assert told(client) == []


def test_process_with_public_keys_alone_says_what_cannot_be_done(client, public_only):
    assert told(client) == [MAIL, DELIVERY, OPENS_NOTHING]


def test_where_the_worker_has_the_keys_all_can_be_done_and_nothing_read(client, with_worker, public_only):
    assert told(client) == [OPENS_NOTHING]


def test_worker_that_started_without_the_delivery_key_is_told(client, settings, with_worker):
    settings.DELIVERY_PRIVATE_KEY = ""
    sealing.note_worker()
    settings.MAIL_PRIVATE_KEY = ""
    assert told(client) == [DELIVERY, OPENS_NOTHING]


def test_what_the_web_process_holds_is_of_no_use_to_a_worker_without_keys(client, settings, with_worker):
    private, settings.DELIVERY_PRIVATE_KEY = settings.DELIVERY_PRIVATE_KEY, ""
    sealing.note_worker()
    settings.DELIVERY_PRIVATE_KEY = private
    assert told(client) == [DELIVERY]


def test_khmer_page_says_it_in_khmer(client, public_only):
    page = client.get("/admin/", headers={"Accept-Language": "km"}).content.decode()
    assert "កូនសោប្រគល់ជូនមិននៅទីនេះទេ" in page


@pytest.mark.parametrize(("state", "sentences"), [("planned", [DELIVERY]), ("frozen", [DELIVERY]), ("built", [])])
def test_page_of_a_delivery_says_whether_it_can_be_built(client, public_only, state, sentences):
    delivery = create_planned(create_petition())
    type(delivery).objects.update(**{"planned": {}, "frozen": FROZEN, "built": FROZEN | BUILT}[state])
    assert told(client, f"/admin/delivery/delivery/{delivery.pk}/change/") == sentences


def test_signing_works_with_public_keys_alone(client, public_only):
    petition = create_petition()
    answer = client.post(f"/en/petitions/{petition.slug}/sign/", form(SOKHA))
    assert (answer.status_code, petition.signatures.count()) == (303, 1)


def test_every_page_of_staff_opens_with_public_keys_alone(client, public_only):
    create_planned(create_petition())
    User.objects.filter(username="vibol").update(is_superuser=True)
    answers = {row["admin_url"]: client.get(row["admin_url"]).status_code for app in apps(client) for row in app}
    assert set(answers.values()) == {200}


def apps(client):
    return [[row for row in app["models"] if row["admin_url"]] for app in client.get("/admin/").context["app_list"]]
