import contextlib
import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petition.files import write_whole
from signatures.delivery import manifest as manifests
from signatures.delivery import sample_form, sampling


class Command(BaseCommand):
    help = "Draw an observer's sample of a delivery folder: the numbers, with volume and page. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--seed", required=True, metavar="TEXT", help="drawn in public after the root was published"
        )
        parser.add_argument("--size", type=int, required=True, metavar="N", help="how many lines to draw")
        parser.add_argument("--out", type=Path, metavar="FILE", help="a form to fill in: FILE.pdf or FILE.csv")

    def handle(self, *args: Any, folder: Path, seed: str, size: int, out: Path | None, **options: Any) -> None:
        seed = seed.strip()
        if out is not None and out.suffix not in (".csv", ".pdf"):
            raise CommandError(f"{out} is neither a .csv nor a .pdf.")
        if out is not None and out.exists():
            raise CommandError(f"{out} is there already: name another file.")
        found = read(folder)
        root, total = found["root"], found["counts"]["confirmed"]
        try:
            drawn = sampling.draw(root=root, seed=seed, total=total, size=size)
        except ValueError as problem:
            raise CommandError(f"Nothing is drawn: {problem}.") from None
        places = sampling.places(drawn, [volume["first"] for volume in found["volumes"]])
        self.stdout.write(f"root {root}\nseed {seed}\ndrawn {size:,} of {total:,} lines")
        for place in places:
            self.stdout.write(f"{place.number} volume {place.volume} page {place.page}")
        if out is not None:
            write_whole(out, form(found, seed, places) if out.suffix == ".pdf" else sample_form.form_csv(places))
            self.stdout.write(str(out))


def read(folder: Path) -> dict[str, Any]:
    """The manifest, as far as a sample needs it."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        found = manifests.read(folder)
        if found["counts"]["confirmed"] and found["volumes"][0]["first"] and sampling.is_root(found["root"]):
            return found
    raise CommandError(f"There is no readable manifest.json in {folder}.")


def form(manifest: dict[str, Any], seed: str, places: list[sampling.Place]) -> bytes:
    return sample_form.form_pdf(
        petition=manifest["petition"],
        ordinal=manifest["delivery"]["ordinal"],
        frozen_at=datetime.datetime.fromisoformat(manifest["frozen_at"]),
        root=manifest["root"],
        seed=seed,
        total=manifest["counts"]["confirmed"],
        found=places,
    )
