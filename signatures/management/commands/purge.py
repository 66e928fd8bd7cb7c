from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatures import destruction, erasure
from signatures.models import Destroyed


class Command(BaseCommand):
    help = (
        "Destroy what has reached its age, by the times of keeping that the privacy page shows. Each batch leaves a "
        "signed record of what was destroyed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="only count")
        how.add_argument("--verify", action="store_true", help="prove the records of what was destroyed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self.verify()
            return
        last = Destroyed.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        purged = erasure.purge(dry_run=options["dry_run"])
        word = "due" if options["dry_run"] else "erased"
        for name, n in purged._asdict().items():
            self.stdout.write(f"{name.replace('_', ' ')}: {n} {word}")
        self.show(last)

    def show(self, after: int) -> None:
        for row in Destroyed.objects.filter(pk__gt=after).order_by("pk"):
            self.stdout.write(f"record {row.pk}: {destruction.message(row).decode()} {row.signature}")

    def verify(self) -> None:
        """Exit 1 where a record does not hold."""
        self.show(0)
        faults = list(destruction.faults())
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{Destroyed.objects.count()} records hold. Key {destruction.public_key()}")
        self.stdout.write(f"Last sum {destruction.head()}")
