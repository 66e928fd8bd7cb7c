import pytest
from django.db import DataError, IntegrityError, transaction

from signatures.models import ListEntry

pytestmark = pytest.mark.django_db
ENTRY = {"effect": "hold", "note": "why"}

BROKEN = [
    ("list_effect_known", {"domain": "example.org", "effect": "burn"}),
    ("list_entry_has_a_note", {"domain": "example.org", "note": ""}),
    ("list_entry_is_of_one_kind", {}),
    ("list_entry_is_of_one_kind", {"domain": "example.org", "network": "203.0.113.0/24"}),
    ("list_entry_is_of_one_kind", {"domain": "example.org", "mailbox_hash": b"m" * 32}),
    ("list_network_is_no_continent", {"network": "0.0.0.0/0"}),
    ("list_network_is_no_continent", {"network": "2000::/7"}),
    ("list_domain_is_lower_ascii", {"domain": "Example.org"}),
    ("list_domain_is_lower_ascii", {"domain": "*"}),
    ("list_domain_is_lower_ascii", {"domain": "example.*"}),
    ("list_domain_is_lower_ascii", {"domain": "bücher.example"}),
]


@pytest.mark.parametrize(("constraint", "fields"), BROKEN)
def test_database_refuses(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ListEntry.objects.create(**ENTRY | fields)


@pytest.mark.parametrize("network", ["203.0.113.7/24", "nothing", ""])
def test_database_takes_only_networks(network):
    with pytest.raises(DataError), transaction.atomic():
        ListEntry.objects.create(network=network, **ENTRY)


@pytest.mark.parametrize("fields", [{"domain": "example.org"}, {"network": "203.0.113.0/24"}, {"mailbox_hash": b"m"}])
def test_the_same_stands_there_once(fields):
    ListEntry.objects.create(**ENTRY, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        ListEntry.objects.create(**ENTRY, **fields)
