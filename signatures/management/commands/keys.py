import base64
import hashlib
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from nacl.public import PrivateKey

from signatures import seal

NAMES = (
    "INDEX_KEY",
    "MAIL_PUBLIC_KEY",
    "MAIL_PRIVATE_KEY",
    "DELIVERY_PUBLIC_KEY",
    "DELIVERY_PRIVATE_KEY",
)


def fingerprint(raw: bytes) -> str:
    """Sixteen hexadecimal digits of a key's SHA-256, to compare keys by eye."""
    return hashlib.sha256(raw).hexdigest()[:16]


class Command(BaseCommand):
    help = "Show the fingerprints of the keys at hand and check them; --new makes a pair and prints it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", choices=("mail", "delivery"), help="print a new key pair, as settings")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new"]:
            purpose = options["new"].upper()
            private = PrivateKey.generate()
            self.stdout.write(f"{purpose}_PUBLIC_KEY={base64.b64encode(bytes(private.public_key)).decode()}")
            self.stdout.write(f"{purpose}_PRIVATE_KEY={base64.b64encode(bytes(private)).decode()}")
            return
        for name in NAMES:
            try:
                state = fingerprint(seal.decode_key(name, getattr(settings, name)))
            except seal.KeyProblem as problem:
                state = str(problem)
            self.stdout.write(f"{name:<22}{state}")
        if problems := seal.missing_keys():
            raise CommandError("; ".join(problems))
        self.stdout.write("The keys fit.")
