import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from signatures.delivery import manifest
from signatures.delivery.verify import verify


class Command(BaseCommand):
    help = "Check a delivery folder: every sum, every row, the tables, the root. Exit 1 where something is not right."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        findings = verify(folder)
        for finding in findings:
            self.stdout.write(str(finding))
        if findings:
            self.stdout.write(f"{folder} is not right: {len(findings)} findings.")
            sys.exit(1)
        found = manifest.read(folder)
        counts = found["counts"]
        packets, volumes = len(found["recipients"]), len(found["volumes"])
        self.stdout.write(f"All right: {len(found['files'])} files, packets: {packets}, volumes: {volumes}.")
        self.stdout.write(
            f"{counts['confirmed']:,} signatures, {counts['named']:,} named and {counts['withheld']:,} withheld."
        )
        self.stdout.write(f"root {found['root']}")
