"""Whether the keys at hand open a bundle: known before anything is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from signatures.delivery.bundle import Bundle, open_box, read_member
from signatures.delivery.merkle import KEY_BYTES
from signatures.delivery.problems import BuildProblem
from signatures.seal import KeyProblem, Keyring, has_label


def open_salt(bundle: Bundle, keys: Keyring) -> bytes:
    """The key of the salts of the leaves; empty where the bundle is from before leaves were salted."""
    if not bundle.data.get("salt"):
        return b""
    if not keys:
        raise BuildProblem(_("The delivery key is not at hand, and only it opens what makes the proofs."))
    try:
        key = keys.open(bytes.fromhex(bundle.data["salt"]))
    except (KeyProblem, ValueError, TypeError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BuildProblem(
            _("The delivery key does not open what makes the proofs: it is another key, or the bundle was altered.")
        )
    return key


def check_keys(bundle: Bundle, keys: Keyring) -> None:
    """Hold the keys against those that the bundle needs, and open the first box of those that name their key and of
    those that do not. Raises BuildProblem."""
    if not bundle.counts["named"]:
        return
    if missing := [name for name in bundle.sealed_to if name and name not in keys]:
        raise BuildProblem(
            _("The delivery key %(fingerprint)s is not at hand, and the bundle holds names that only it opens."),
            fingerprint=", ".join(missing),
        )
    wanted = {bool(name) for name in bundle.sealed_to}
    for number, sealed in _boxes(bundle):
        is_labelled = has_label(len(sealed) // 2)
        if is_labelled in wanted:
            open_box(sealed, keys, number)
            wanted.remove(is_labelled)
        if not wanted:
            return


def _boxes(bundle: Bundle) -> Iterator[tuple[int, str]]:
    """Number and box, in hexadecimal digits, of each named row."""
    for chunk in bundle.chunks:
        rows = csv.reader(io.StringIO(read_member(bundle.path, chunk).decode(), newline=""))
        for number, fields in enumerate(rows, start=chunk.first):
            if fields and fields[-1]:
                yield number, fields[-1]
