"""The tree that the server keeps: what it takes, and the proofs that it gives."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from signatures.delivery import merkle, tree
from signatures.delivery.freeze import freeze
from signatures.delivery.models import Delivery, TreeBlock
from signatures.delivery.problems import NotNow
from tests.signatures.delivery.collection import create_collection, create_planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path
    return create_planned(create_collection())


def kept(delivery, size, path):
    """A tree of so many leaves, kept; gives the leaves and their root."""
    hashes = [merkle.leaf(b"%d" % n) for n in range(size)]
    path.write_bytes(b"".join(hashes))
    root = merkle.root_of(hashes).hex()
    Delivery.objects.filter(pk=delivery.pk).update(state="handed_over", confirmed=size)
    delivery.refresh_from_db()
    tree.keep(delivery=delivery, leaves=path, root=root)
    return hashes, root


@pytest.mark.parametrize("size", [1, 2, 1023, 1024, 1025, 2048, 2049, 5000])
def test_every_proof_leads_to_the_root(delivery, tmp_path, size):
    hashes, root = kept(delivery, size, tmp_path / "leaves.bin")
    for number in sorted({1, 2, size // 2 + 1, size - 1, size} & set(range(1, size + 1))):
        proof = tree.path_of(delivery, number)
        assert (proof.leaf, proof.root.hex(), proof.size) == (hashes[number - 1], root, size)
        assert proof.path == merkle.inclusion_path(hashes, number - 1)
        assert merkle.root_from_path(proof.leaf, number - 1, size, proof.path) == proof.root


@pytest.mark.parametrize("size", [3, 5000])
def test_proof_takes_two_queries_whatever_the_size(delivery, tmp_path, size):
    kept(delivery, size, tmp_path / "leaves.bin")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        tree.path_of(delivery, size)
    assert len(asked) == 2


@pytest.mark.parametrize("number", [0, 4, 1025])
def test_row_that_is_not_there_has_no_proof(delivery, tmp_path, number):
    kept(delivery, 3, tmp_path / "leaves.bin")
    assert tree.path_of(delivery, number) is None


def test_delivery_whose_tree_is_not_kept_has_no_proof(delivery):
    assert tree.path_of(delivery, 1) is None


def test_leaves_of_another_root_are_refused_and_the_old_ones_stay(delivery, tmp_path):
    hashes, root = kept(delivery, 3, tmp_path / "leaves.bin")
    with pytest.raises(NotNow, match="do not give its root"):
        tree.keep(delivery=delivery, leaves=tmp_path / "leaves.bin", root="0" * 64)
    assert tree.path_of(delivery, 1).root.hex() == root


@pytest.mark.parametrize("content", [b"", bytes(32), bytes(95), bytes(128)])
def test_leaves_that_are_not_as_many_as_the_signatures_are_refused(delivery, tmp_path, content):
    Delivery.objects.filter(pk=delivery.pk).update(state="handed_over", confirmed=3)
    delivery.refresh_from_db()
    (tmp_path / "leaves.bin").write_bytes(content)
    with pytest.raises(NotNow, match="not as many"):
        tree.keep(delivery=delivery, leaves=tmp_path / "leaves.bin", root="0" * 64)


def test_keeping_it_twice_keeps_it_once(delivery, tmp_path):
    _hashes, root = kept(delivery, 1025, tmp_path / "leaves.bin")
    tree.keep(delivery=delivery, leaves=tmp_path / "leaves.bin", root=root)
    assert TreeBlock.objects.filter(delivery=delivery).count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"root": bytes(31)},
        {"leaves": b""},
        {"leaves": bytes(33)},
        {"leaves": bytes(32 * 1025)},
        {"ordinal": 0},
        {"ordinal": -1},
    ],
    ids=str,
)
def test_block_that_is_not_whole_is_refused_by_the_database(delivery, change):
    TreeBlock.objects.create(delivery=delivery, ordinal=0, leaves=bytes(32 * 1024), root=bytes(32))
    fields = {"delivery": delivery, "ordinal": 1, "leaves": bytes(32), "root": bytes(32)}
    with pytest.raises(IntegrityError), transaction.atomic():
        TreeBlock.objects.create(**fields | change)


def test_each_freeze_has_salts_of_its_own(delivery):
    freeze(petition=delivery.petition, by=None)
    freeze(petition=delivery.petition, by=None)
    keys = [tree.salt_key(one) for one in Delivery.objects.order_by("ordinal")]
    assert (len(set(keys)), {len(key) for key in keys}) == (2, {32})


def test_what_is_not_frozen_has_no_salts(delivery):
    with pytest.raises(ValueError):
        tree.salt_key(delivery)
