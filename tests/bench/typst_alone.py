"""A worker of the floor under `build`: one volume printed from rows that are ready. `python -m tests.bench.typst_alone
FILE` reads the pickled arguments of print_volume, writes the PDF beside them, and says how many bytes it held."""

from __future__ import annotations

import pickle
import resource
import sys
from pathlib import Path

from signatures.delivery.volumes import print_volume

if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.with_suffix(".pdf").write_bytes(print_volume(*pickle.loads(file.read_bytes())))  # noqa: S301 - our own
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
