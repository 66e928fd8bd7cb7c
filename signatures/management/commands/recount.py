import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from signatures import counting


class Command(BaseCommand):
    help = "Write the true counts over kept ones that differ; with --check only compare, exit 1 where they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = counting.differences() if options["check"] else counting.recount()
        for row in found:
            self.stdout.write(f"petition {row.petition_id}, {row.kind} {row.key}: kept {row.kept}, true {row.truth}")
        if not found:
            self.stdout.write("All counts are true.")
        elif options["check"]:
            sys.exit(1)
        else:
            self.stdout.write(f"{len(found)} counts repaired.")
