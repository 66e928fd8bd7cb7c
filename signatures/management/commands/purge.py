from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from signatures import erasure


class Command(BaseCommand):
    help = "Erase what has reached its age: unconfirmed signatures, hashes of networks and their keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        purged = erasure.purge(dry_run=options["dry_run"])
        word = "due" if options["dry_run"] else "erased"
        for name, n in purged._asdict().items():
            self.stdout.write(f"{name.replace('_', ' ')}: {n} {word}")
