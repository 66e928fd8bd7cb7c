"""The tree against the vectors of Certificate Transparency, whose log RFC 6962 describes."""

import hashlib
import hmac

import pytest

from signatures.delivery.merkle import Tree, inclusion_path, leaf, node, root_from_path, root_of, salt

LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_root_over_the_first_leaves_is_that_of_the_vectors(size):
    tree = Tree()
    for text in LEAVES[:size]:
        tree.add(leaf(bytes.fromhex(text)))
    assert (tree.size, tree.root().hex()) == (size, ROOTS[size])


def test_root_can_be_asked_for_between_two_rows():
    tree = Tree()
    for text in LEAVES:
        tree.root()
        tree.add(leaf(bytes.fromhex(text)))
    assert tree.root().hex() == ROOTS[8]


def test_a_leaf_can_not_pass_for_a_node():
    assert leaf(b"ab") != node(b"a", b"b")


# Of certificate-transparency's merkletree tests: leaf (counted from 1), size, and the path to the root.
PATHS = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        2,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
HASHES = [leaf(bytes.fromhex(text)) for text in LEAVES]


@pytest.mark.parametrize(("number", "size", "path"), PATHS)
def test_path_of_a_leaf_is_that_of_the_vectors(number, size, path):
    assert [step.hex() for step in inclusion_path(HASHES[:size], number - 1)] == path


@pytest.mark.parametrize(("number", "size", "path"), PATHS)
def test_path_of_the_vectors_leads_to_their_root(number, size, path):
    steps = [bytes.fromhex(step) for step in path]
    assert root_from_path(HASHES[number - 1], number - 1, size, steps) == bytes.fromhex(ROOTS[size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 100])
def test_every_leaf_has_a_path_to_the_root(size):
    hashes = [leaf(b"%d" % n) for n in range(size)]
    found = {root_from_path(hashes[at], at, size, inclusion_path(hashes, at)) for at in range(size)}
    assert found == {root_of(hashes)}


@pytest.mark.parametrize(
    ("index", "size", "change"),
    [
        (5, 8, lambda path: path[:-1]),
        (5, 8, lambda path: [*path, path[0]]),
        (4, 8, lambda path: path),
        (5, 9, lambda path: path),
        (8, 8, lambda path: path),
        (-1, 8, lambda path: path),
        (5, 8, lambda path: [path[1], path[0], path[2]]),
    ],
    ids=["short", "long", "other place", "other size", "beyond the end", "before the start", "swapped"],
)
def test_path_of_another_place_leads_elsewhere(index, size, change):
    path = change(inclusion_path(HASHES, 5))
    assert root_from_path(HASHES[5], index, size, path) != root_of(HASHES)


def test_leaf_is_over_the_row_and_its_salt():
    key = bytes(range(32))
    told = hmac.new(key, b"12", "sha256").digest()[:16]
    assert salt(key, 12) == told
    assert leaf(b"12,a", told) == hashlib.sha256(b"\x0012,a" + told).digest()


def test_without_a_key_there_is_no_salt():
    assert salt(b"", 12) == b""
