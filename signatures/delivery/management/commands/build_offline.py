from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.text import slugify

from signatures.delivery import console, results
from signatures.delivery.bundle import open_bundle


class Command(BaseCommand):
    help = (
        "What make deliver runs: make the packets from a bundle, verify them, say what to carry back to the server. "
        "It looks for no database, not even for one that is there."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", type=Path)
        parser.add_argument("--key", type=Path, required=True, metavar="FILE", help=console.KEY_HELP)
        parser.add_argument("--out", type=Path, metavar="DIR", help="else delivery-SLUG-NUMBER, here")
        parser.add_argument(
            "--jobs", type=int, metavar="N", help="volumes side by side; else as many as there are cores"
        )
        console.add_bom(parser)

    def handle(self, *args: Any, bundle: Path, key: Path, out: Path | None, jobs: int | None, **options: Any) -> None:
        keys = console.keys_for_build(key)
        with console.told():
            opened = open_bundle(bundle)
            data = opened.data
            out = out or Path(f"delivery-{slugify(data['petition']['slug'])}-{data['delivery']['ordinal']}").absolute()
            console.build_told(opened, out, keys=keys, jobs=jobs, bom=options["bom"], stdout=self.stdout)
        console.verify_told(out, stdout=self.stdout)
        self.stdout.write("")
        self.stdout.write("Carry these back to the server, all into one folder. There: manage.py register FOLDER")
        for path in results.to_carry(out):
            self.stdout.write(str(path))
