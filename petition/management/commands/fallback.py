from typing import Any

from django.core.management.base import BaseCommand

from petition import fallback


class Command(BaseCommand):
    help = "Make copies of all public pages, to be shown while the database is down."

    def handle(self, *args: Any, **options: Any) -> None:
        n = fallback.write()
        self.stdout.write(f"{n} pages")
        self.stdout.write(str(fallback.folder()))
