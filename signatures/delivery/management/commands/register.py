from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatures.delivery import manifest, results
from signatures.delivery.problems import NotNow


class Command(BaseCommand):
    help = "Record the results of a delivery that was built on another machine: its root and the sum of its manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="manifest.json, or the folder in which it was carried back")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        file = path / manifest.NAME if path.is_dir() else path
        try:
            delivery, is_new = results.register(
                manifest=file.read_bytes(),
                by=None,
                signature=results.signature_in(file.parent),
                leaves=results.leaves_in(file.parent),
            )
        except OSError:
            raise CommandError(f"There is no readable manifest.json at {file}.") from None
        except NotNow as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{delivery.code} {'is' if is_new else 'was already'} recorded with these results")
        self.stdout.write(f"root {delivery.root}")
