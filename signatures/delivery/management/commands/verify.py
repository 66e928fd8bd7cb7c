import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatures.delivery import manifest, signed
from signatures.delivery.verify import verify
from signatures.seal import KeyProblem


class Command(BaseCommand):
    help = "Check a delivery folder: every sum, every row, the tables, the root. Exit 1 where something is not right."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--key", metavar="KEY", help="the signing key that must have signed it: SHA256:… or a file")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            known = signed.known_key(options["key"]) if options["key"] else None
        except KeyProblem as problem:
            raise CommandError(f"{problem}.") from None
        findings = verify(folder, known)
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
        by = found["signed_by"]
        self.stdout.write(f"signed with the key {by}" if by else "not signed: whoever has the folder can change it")
        self.stdout.write(f"root {found['root']}")
