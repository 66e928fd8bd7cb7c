from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petition.models import Petition
from signatures.delivery import console
from signatures.delivery.freeze import FreezeRefused, freeze
from signatures.delivery.workers import refused


class Command(BaseCommand):
    help = "Freeze the next delivery of a petition and write its bundle; the last line is the bundle's path."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where to write the bundle")

    def handle(self, *args: Any, slug: str, out: Path | None, **options: Any) -> None:
        petition = Petition.objects.filter(slug=slug).first()
        if petition is None:
            raise CommandError(f"There is no petition {slug}.")
        if out is not None and out.exists():
            raise CommandError(f"{out} is there already: name another file.")
        try:
            delivery, path = freeze(petition=petition, by=None, out=out)
        except FreezeRefused as problem:
            raise CommandError(str(problem)) from None
        except OSError as error:
            raise CommandError(str(refused(error))) from None
        self.stdout.write(console.frozen_line(delivery))
        self.stdout.write(str(path))
