"""A step of a delivery as a process of its own, so that its processor time and memory are nobody else's:
`python -m tests.bench.delivery_alone freeze SLUG BUNDLE`, `… build BUNDLE FOLDER` or `… verify FOLDER`.

It says "begun" when Django is set up, and last what it took as one line of JSON: `seconds`; `cpu`, in seconds, of this
process and those it started; `memory`, the most bytes that one of them held; and of a build `disk`, the most bytes that
the unfinished folder took.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import django


def freeze(slug: str, bundle: str) -> None:
    from petition.models import Petition
    from signatures.delivery import freeze as freezing

    freezing.freeze(petition=Petition.objects.get(slug=slug), by=None, out=Path(bundle))


def build(bundle: str, folder: str) -> dict[str, int]:
    from signatures import seal
    from signatures.delivery import build as building

    out, most = Path(folder), 0

    def look(step: str, done: int, total: int) -> None:
        nonlocal most
        most = max(most, on_disk(out.with_name(f"{out.name}.building")))

    building.build(Path(bundle), out, keys=seal.private_keys("DELIVERY_PRIVATE_KEY"), progress=look)
    return {"disk": max(most, on_disk(out))}


def verify(folder: str) -> None:
    from signatures.delivery import verify as verifying

    findings = verifying.verify(Path(folder))
    if findings:
        sys.exit(f"the folder is not right: {findings[0]}")


def on_disk(folder: Path) -> int:
    """Bytes of the blocks that a folder takes, each file counted once however many links it has."""
    found = {}
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except FileNotFoundError:  # it has its name of the finished file by now
            continue
        found[status.st_ino] = status.st_blocks * 512
    return sum(found.values())


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    django.setup()
    print("begun", flush=True)
    started, cpu = time.perf_counter(), _cpu()
    took = {"freeze": freeze, "build": build, "verify": verify}[sys.argv[1]](*sys.argv[2:]) or {}
    took |= {"seconds": time.perf_counter() - started, "cpu": _cpu() - cpu}
    peaks = [resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps(took | {"memory": max(peaks)}))
