import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petition import audit, auditchain


class Command(BaseCommand):
    help = "Show the head of the audit trail, export the trail, or prove its chain. Exit 1 where the chain is broken."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--export", type=Path, metavar="FILE", help="write the trail as JSON lines, for you alone")
        act.add_argument(
            "--verify",
            type=Path,
            nargs="?",
            const=Path(),
            metavar="FILE",
            help="prove the chain of the database, or of an exported file, which needs no database",
        )
        parser.add_argument("--head", default="", metavar="HASH", help="with --verify: a head noted earlier is in it")

    def handle(self, *args: Any, **options: Any) -> None:
        noted = options["head"].strip().lower()
        if noted and options["verify"] is None:
            raise CommandError("--head says what --verify is to find.")
        try:
            head = self.act(options["export"], options["verify"], noted)
        except auditchain.Broken as problem:
            self.stdout.write(str(problem))
            sys.exit(1)
        self.stdout.write(f"{head.entries:,} entries")
        self.stdout.write(f"head {head.hash}")

    def act(self, export: Path | None, verify: Path | None, noted: str) -> audit.Head:
        if export is not None:
            if export.exists():
                raise CommandError(f"{export} is there already: name another file.")
            return auditchain.export(export)
        if verify is None:
            audit.chain()
            return audit.head()
        head = auditchain.prove_file(verify, noted) if verify.name else auditchain.prove_database(noted)
        self.stdout.write("The chain holds.")
        return head
