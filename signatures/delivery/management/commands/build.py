from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from signatures.delivery import console


class Command(BaseCommand):
    help = (
        "Make the packets from a bundle; a killed run is gone on with. Needs the delivery key and no database. "
        "For a folder that is finished already it only records the delivery as built."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", type=Path)
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder that is not there yet")
        parser.add_argument("--key", type=Path, metavar="FILE", help=console.KEY_HELP)
        parser.add_argument(
            "--jobs", type=int, metavar="N", help="volumes side by side; else as many as there are cores"
        )
        console.add_bom(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console.build_shown(
            options["bundle"],
            options["out"],
            key=options["key"],
            jobs=options["jobs"],
            bom=options["bom"],
            stdout=self.stdout,
        )
