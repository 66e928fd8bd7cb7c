"""A link that many use at once gives no more than it may, and nothing after the hand-over."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from signatures.delivery import links, records, second_person
from signatures.delivery.agefile import Lock
from signatures.delivery.models import Fetch, FetchLink
from tests.people import allowed
from tests.races.together import together
from tests.signatures.delivery.collection import create_built_packet

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@rust"


@pytest.fixture
def bopha():
    return User.objects.create_superuser("bopha")


@pytest.fixture
def packet(bopha, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    return create_built_packet(bopha)


def made(packet, bopha, **fields):
    allowed(second_person.FETCH, packet.delivery, bopha)
    given = {"lock": Lock(key=KEY), "lasts": datetime.timedelta(days=1), "most": 3} | fields
    return links.make(packet=packet, by=bopha, **given)


def test_no_more_downloads_than_it_may(packet, bopha):
    token = made(packet, bopha).token
    results = together([lambda: links.fetch(link=links.find(token)) for _ in range(12)])
    assert sum(isinstance(result, links.Ended) for result in results) == 9
    assert Fetch.objects.count() == FetchLink.objects.get().fetched == 3


def test_no_more_tries_than_it_may(packet, bopha):
    token = made(packet, bopha, lock=Lock(passphrase="a river has two banks")).token
    results = together([lambda: links.fetch(link=links.find(token), passphrase="no") for _ in range(16)])
    assert sum(isinstance(result, links.WrongPassphrase) for result in results) == FetchLink.MOST_TRIES
    assert sum(isinstance(result, links.Ended) for result in results) == 6


def test_what_is_fetched_beside_a_hand_over_was_fetched_before_it(packet, bopha):
    token = made(packet, bopha, most=20).token

    def hand_over():
        records.hand_over(packets=[packet], by=bopha, on=timezone.localdate(), channel="by_hand")

    acts = [lambda: links.fetch(link=links.find(token)) for _ in range(12)]
    acts[4:4] = [hand_over]
    results = together(acts)
    assert [result for result in results if isinstance(result, Exception) and not isinstance(result, links.Ended)] == []
    assert Fetch.objects.filter(at__gt=FetchLink.objects.get().revoked_at).count() == 0
    assert Fetch.objects.count() == FetchLink.objects.get().fetched
