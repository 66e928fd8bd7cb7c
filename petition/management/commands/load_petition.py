from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petition import loader
from petition.contentfile import ContentError
from petition.models import Petition


class Command(BaseCommand):
    help = "Load or refresh a petition from a content file. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--if-none", action="store_true", help="only where there is no petition yet")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_none"] and Petition.objects.exists():
            return
        try:
            petition = loader.load(options["file"])
        except ContentError as error:
            raise CommandError(f"Not loaded. {error}") from None
        self.stdout.write(
            f"{petition.slug}: {petition.recipients.count()} recipients, {petition.updates.count()} updates"
        )
