from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petition.models import Petition
from signatures import seal
from signatures.delivery import console
from signatures.delivery.freeze import FreezeRefused, freeze
from signatures.delivery.models import Delivery, State
from signatures.delivery.workers import refused


class Command(BaseCommand):
    help = "Freeze the next delivery of a petition and make its packets, where the delivery key is at hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder that is not there yet")
        parser.add_argument("--key", type=Path, metavar="FILE", help=console.KEY_HELP)
        parser.add_argument(
            "--jobs", type=int, metavar="N", help="volumes side by side; else as many as there are cores"
        )
        console.add_bom(parser)

    def handle(self, *args: Any, slug: str, out: Path, **options: Any) -> None:
        petition = Petition.objects.filter(slug=slug).first()
        if petition is None:
            raise CommandError(f"There is no petition {slug}.")
        # All that can be known beforehand, so that nothing is frozen for nothing.
        keys = console.read_keys(options["key"])
        if not keys:
            raise CommandError("The delivery key is not at hand: freeze here, and build where the key is.")
        if seal.fingerprint_of(seal.public_key("DELIVERY_PUBLIC_KEY")) not in keys:
            raise CommandError("The delivery key does not belong to DELIVERY_PUBLIC_KEY.")
        bundle = self.bundle(petition, out)
        told = {name: options[name] for name in ("key", "jobs", "bom")}
        console.build_shown(bundle, out, **told, stdout=self.stdout)

    def bundle(self, petition: Petition, out: Path) -> Path:
        """That of the delivery that is frozen and not built yet; else a fresh one."""
        waiting = Delivery.objects.filter(petition=petition, state__in=[State.FROZEN, State.BUILDING])
        delivery = waiting.order_by("-ordinal").first()
        if delivery is not None:
            if not delivery.bundle.is_file():
                raise CommandError(
                    f"{delivery.code} is frozen and not built, but its bundle is not at {delivery.bundle}."
                )
            self.stdout.write(
                f"{delivery.code}: goes on with what was frozen at {delivery.frozen_at:%Y-%m-%d %H:%M} UTC"
            )
            return delivery.bundle
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(f"{out} is there already: name a folder that is not there yet.")
        try:
            delivery, path = freeze(petition=petition, by=None)
        except FreezeRefused as problem:
            raise CommandError(str(problem)) from None
        except OSError as error:
            raise CommandError(str(refused(error))) from None
        self.stdout.write(console.frozen_line(delivery))
        return path
