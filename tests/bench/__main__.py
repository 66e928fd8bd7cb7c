"""`make bench`: measure, and print what came out. Exit 1 where something could not be measured; a missed aim is only
said, since the figures hang on the machine."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from petition.local import Trouble
from tests.bench import place, report


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="The benchmarks, each beside its floor.")
    parser.add_argument("--quick", action="store_true", help="small numbers, a minute in all; says little of the aims")
    parser.add_argument(
        "--only",
        choices=("weight", "pages", "sign", "silence", "sweep", "delivery", "kills"),
        action="append",
        help="this alone; may be repeated. Kills are measured only so",
    )
    parser.add_argument("--stored", type=int, metavar="N", help="signatures in the full site (1,000,000)")
    parser.add_argument(
        "--delivered",
        type=int,
        metavar="N",
        help="of a delivery (100,000); a tenth and ten times of it are delivered too",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    return parser.parse_args()


def about() -> dict[str, Any]:
    """Under what the figures were taken."""
    return {
        "machine": platform.machine(),
        "system": platform.platform(terse=True),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "client": "wrk for pages, the bench's own for forms" if shutil.which("wrk") else "the bench's own",
        "database": place.server_words(),
    }


def words(facts: dict[str, Any]) -> list[str]:
    database = facts["database"]
    return [
        f"{facts['cores']} cores ({facts['machine']}), Python {facts['python']}, PostgreSQL "
        f"{database['server_version']}, fsync {database['fsync']}. Client: {facts['client']}.",
        f"Load average before it began: {facts['load_before']}; who else works on it makes the figures worse.",
        "Client, web server and database share the machine. Floor and figure take turns; these are the medians,",
        "and the ratio is the figure by its floor. hello-world and the bare POST: Django, one view, no middleware.",
    ]


def main() -> int:
    given = arguments()
    # Whoever stops it, what it started and made is taken away again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console()
    console.width = max(console.width, report.WIDTH)
    try:
        with place.own_site():
            from tests.bench import run
            from tests.bench.load import LoadFailed
            from tests.bench.web import ServerFailed

            size = run.sizes(quick=given.quick, stored=given.stored, delivered=given.delivered)
            facts = about()
            try:
                parts = given.only or run.PARTS
                weights = run.weigh(size, console) if run.WEIGHT in parts else []
                others = [part for part in parts if part != run.WEIGHT]
                figures = run.measure(others, size, console) if others else []
            except (LoadFailed, ServerFailed) as failed:
                raise Trouble(f"It could not be measured: {failed}.") from None
            report.show(figures, weights, words(facts), console)
            if given.json:
                report.write_json(given.json, figures, weights, facts)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
