"""The root over the rows of a book: a Merkle tree hash as in RFC 6962, section 2.1, with SHA-256.

A leaf is SHA-256(0x00 || row), the row being the UTF-8 bytes of its line in signatures.csv without the line end; a node
is SHA-256(0x01 || left || right). Whoever holds one row and log2(n) hashes can show that the row is in the book.
"""

from __future__ import annotations

import hashlib


def leaf(row: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + row).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Takes the rows in order and keeps only the roots of whole subtrees: 20 hashes for a million rows."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, row: bytes) -> None:
        current = leaf(row)
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
