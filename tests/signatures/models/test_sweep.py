"""What the database itself holds of a sweep."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from signatures.models import Sweep
from tests.people import create_petition

pytestmark = pytest.mark.django_db

NOW = timezone.now()
READY = {"act": "hold", "reason": "fraud", "conditions": {"country": "KH"}, "made_by": "chenda"} | {
    "state": "ready",
    "counted_at": NOW,
}
RUNNING = READY | {"state": "running", "started_at": NOW}
DONE = RUNNING | {"state": "done", "finished_at": NOW, "touched": 2}
BROKEN = [
    ("sweep_state_has_its_moments", READY, {"state": "lost"}),
    ("sweep_state_has_its_moments", READY, {"counted_at": None}),
    ("sweep_state_has_its_moments", READY, {"started_at": NOW}),
    ("sweep_state_has_its_moments", RUNNING, {"started_at": None}),
    ("sweep_state_has_its_moments", RUNNING, {"finished_at": NOW}),
    ("sweep_state_has_its_moments", DONE, {"finished_at": None}),
    ("sweep_has_a_condition", READY, {"conditions": {}}),
    ("sweep_act_has_its_reason", READY, {"reason": ""}),
    ("sweep_act_has_its_reason", READY, {"act": "release"}),
    ("sweep_act_has_its_reason", READY, {"act": "erase"}),
    ("sweep_restores_what_it_touched", DONE, {"restored": 3}),
]


def create(fields, **changes):
    return Sweep.objects.create(**{"petition": create_petition()} | fields | changes)


@pytest.mark.parametrize("fields", [READY, RUNNING, DONE])
def test_sweep_in_order_is_taken(fields):
    assert create(fields).pk


@pytest.mark.parametrize(("name", "fields", "changes"), BROKEN)
def test_check_refuses(name, fields, changes):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        create(fields, **changes)
    assert refused.value.__cause__.diag.constraint_name == name


def test_each_rule_is_broken_above():
    assert {rule.name for rule in Sweep._meta.constraints} == {name for name, _, _ in BROKEN}


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "hide"},
        {"reason": "abuse"},
        {"conditions": {"country": "US"}},
        {"network_hashes": [b"another"]},
        {"network_hashes": None},
        {"domain_hash": b"another"},
        {"domain_hash": None},
        {"name_hash": b"another"},
        {"name_hash": None},
        {"up_to": 10},
    ],
)
def test_what_was_counted_cannot_be_made_into_something_else(changes):
    row = create(READY, network_hashes=[b"n" * 32], domain_hash=b"d" * 32, name_hash=b"m" * 32)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sweep.objects.filter(pk=row.pk).update(**changes)


def test_hashes_may_be_forgotten():
    row = create(DONE, network_hashes=[b"n" * 32], domain_hash=b"d" * 32, name_hash=b"m" * 32)
    Sweep.objects.filter(pk=row.pk).update(network_hashes=[], domain_hash=b"", name_hash=b"")
    row.refresh_from_db()
    assert (row.network_hashes, bytes(row.domain_hash), bytes(row.name_hash)) == ([], b"", b"")
