import datetime

import pytest
from django.utils import timezone

from signatures import blind, networks
from signatures.models import NetworkKey

pytestmark = pytest.mark.django_db

NETWORK = "203.0.113.0/24"


@pytest.fixture(autouse=True)
def forgotten():
    networks.day_key.cache_clear()
    yield
    networks.day_key.cache_clear()


def test_one_network_is_equal_on_one_day():
    assert networks.stored_hash(NETWORK) == networks.stored_hash(NETWORK)


def test_networks_are_told_apart():
    assert networks.stored_hash(NETWORK) != networks.stored_hash("198.51.100.0/24")


def test_unknown_network_has_no_hash():
    assert (networks.stored_hash(""), NetworkKey.objects.count()) == (None, 0)


def test_key_is_made_once_a_day_and_shared():
    first = networks.stored_hash(NETWORK)
    networks.day_key.cache_clear()  # as another process
    assert (networks.stored_hash(NETWORK), NetworkKey.objects.count()) == (first, 1)


def test_key_is_random_and_of_today():
    networks.stored_hash(NETWORK)
    key = NetworkKey.objects.get()
    assert (key.day, len(bytes(key.key))) == (timezone.localdate(), 32)


def test_another_days_key_gives_another_hash():
    today = networks.stored_hash(NETWORK)
    NetworkKey.objects.create(day=timezone.localdate() + datetime.timedelta(days=1), key=b"k" * 32)
    assert blind.network(NETWORK, b"k" * 32) != today


def test_without_its_key_a_hash_can_not_be_tested():
    hashed = networks.stored_hash(NETWORK)
    NetworkKey.objects.all().delete()
    networks.day_key.cache_clear()
    assert networks.stored_hash(NETWORK) != hashed
    assert blind.network(NETWORK) != hashed
