from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatures.delivery import marks, tracing


class Command(BaseCommand):
    help = "Say which fetched copy a leaked file is: a PDF, a table or a part of one; or the number at a page's foot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", metavar="FILE", help="a file, or the number of the copy")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        path = Path(what)
        if path.is_file():
            with path.open("rb") as file:
                found = marks.read(file)
        else:
            found = marks.typed(what)
            if found is None:
                raise CommandError(f"There is no file {what}, and it is no number of a copy.")
        if found is None:
            raise CommandError("There is no mark in it.")
        self.stdout.write(f"{found.bits} of the mark's {marks.BITS} bits were found.")
        copies = tracing.copies(found)
        if not copies:
            raise CommandError("It is the mark of no copy that is on record here.")
        for copy in copies:
            by = f"link {copy.link_id} of {copy.link.made_by}" if copy.link else copy.by or "the shell"
            self.stdout.write(f"{copy.number}: {copy.packet}, fetched {copy.at.isoformat(timespec='seconds')} by {by}")
