"""How a bundle ends: with the sum of all before it. A ZIP file's own sums leave out much of it, such as its names and
places; so a bit that was altered on the way could end as another bundle, which the server knows nothing of.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

SUM_BYTES = 64  # hexadecimal digits
BLOCK = 1 << 20


def end_with_sum(file: IO[bytes]) -> str:
    """Put the SHA-256 of a finished ZIP file behind it, as its comment, so that one altered bit anywhere is noticed;
    gives the SHA-256 of all."""
    file.seek(-2, os.SEEK_END)  # the comment's length, of a file that has none
    file.write(SUM_BYTES.to_bytes(2, "little"))
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]  # a real file
    behind = digest.hexdigest().encode()
    file.write(behind)
    digest.update(behind)
    return digest.hexdigest()


def sums(path: Path) -> tuple[str, bool]:
    """The SHA-256 of a bundle, and whether it ends with the sum of all before."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        rest = os.fstat(file.fileno()).st_size - SUM_BYTES
        while rest > 0 and (block := file.read(min(rest, BLOCK))):
            digest.update(block)
            rest -= len(block)
        expected = digest.hexdigest().encode()
        behind = file.read()
    digest.update(behind)
    return digest.hexdigest(), behind == expected
