"""The tree over the rows of a book: a Merkle tree hash as in RFC 6962, section 2.1, with SHA-256.

A row is the UTF-8 bytes of its line in signatures.csv without the line end. A leaf is SHA-256(0x00 || row || salt), a
node SHA-256(0x01 || left || right). Whoever holds one row, its salt and log2(n) hashes can show that the row is in the
book. The first of these hashes is a neighbour's leaf: without its salt, who shows a row would hand out what a list of
names can be tried against.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
KEY_BYTES = 32
SALT_BYTES = 16


def salt(key: bytes, number: int) -> bytes:
    """The salt of row `number`; none under the empty key, which stands for a bundle from before leaves were salted."""
    return hmac.digest(key, b"%d" % number, "sha256")[:SALT_BYTES] if key else b""


def leaf(row: bytes, salt: bytes = b"") -> bytes:
    return hashlib.sha256(b"\x00" + row + salt).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Takes the leaves in order and keeps only the roots of whole subtrees: 20 hashes for a million rows."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, current: bytes) -> None:
        """`current`: the hash of the next leaf."""
        size = self.size
        # As carrying in binary addition: every set low bit of the size is a subtree of that height to join.
        while size & 1:
            current = node(self._roots.pop(), current)
            size >>= 1
        self._roots.append(current)
        self.size += 1

    def root(self) -> bytes:
        """The root over what was added so far; of nothing, the hash of the empty string."""
        if not self._roots:
            return hashlib.sha256(b"").digest()
        *rest, current = self._roots
        for left in reversed(rest):
            current = node(left, current)
        return current


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over these leaves, or over the roots of equal whole subtrees in order, the last of which may be less."""
    tree = Tree()
    for one in hashes:
        tree.add(one)
    return tree.root()


def inclusion_path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """What is hashed to leaf `index`, counted from 0, on its way to the root, from the leaf upwards."""
    level, path = list(hashes), []
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        pairs = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
        index //= 2
    return path


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads from leaf `index` of `size`; None where it is too long or too short for it."""
    if not 0 <= index < size:
        return None
    current, last = leaf, size - 1
    for other in path:
        if not last:
            return None
        if index & 1 or index == last:
            current = node(other, current)
            while not index & 1 and index:  # levels at which this node had no neighbour
                index, last = index >> 1, last >> 1
        else:
            current = node(current, other)
        index, last = index >> 1, last >> 1
    return None if last else current
