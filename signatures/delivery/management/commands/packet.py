from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petition.files import whole
from signatures.delivery import agefile, console, manifest, marks, packets
from signatures.delivery.agefile import Lock
from signatures.delivery.problems import Problem


class Command(BaseCommand):
    help = "Write one packet of a delivery folder into a file to carry: marked, and encrypted as age does it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the delivery folder")
        parser.add_argument("recipient", help="the packet's folder in it, such as 01-1-antonio-guterres")
        parser.add_argument("--out", type=Path, required=True, help="the file to write, such as packet.zip.age")
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--age", metavar="KEY", help="a public key: age1…, or a line of ssh-ed25519")
        how.add_argument("--passphrase-file", type=Path, help="a file whose first line is the passphrase")
        how.add_argument(
            "--without-encryption", action="store_true", help="the names are open to whoever holds the file"
        )

    def handle(self, *args: Any, folder: Path, recipient: str, out: Path, **options: Any) -> None:
        lock = _lock(options["age"], options["passphrase_file"])
        try:
            found = manifest.read(folder)
            known = {item["folder"]: item for item in found["recipients"]}
        except (OSError, ValueError, KeyError):
            raise CommandError(f"{folder} is no delivery folder.") from None
        if recipient not in known or not (folder / "packets" / recipient).is_dir():
            raise CommandError(f"{folder} holds no packet {recipient}.")
        row = console.where_known(lambda: packets.record_from_shell(found, known[recipient], lock))
        mark = row.mark if row else marks.new_mark()
        name = f"{found['petition']['slug']}-{found['delivery']['ordinal']}-{recipient}"
        try:
            with whole(out) as file:
                for part in packets.sealed_zip(folder / "packets" / recipient, name, mark=mark, lock=lock):
                    file.write(part)
        except Problem as problem:
            raise CommandError(str(problem)) from None
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from None
        if row:
            packets.record_size(row.pk, out.stat().st_size)
        self.stdout.write(f"{out}: copy {marks.shown(mark)} of {recipient}")
        self.stdout.write("It is on record." if row else "It is on record nowhere: note the copy's number down.")


def _lock(key: str | None, passphrase_file: Path | None) -> Lock:
    if key:
        try:
            agefile.recipient_of(key)
        except agefile.NoKey:
            raise CommandError("--age is no public key: age1…, or a line of ssh-ed25519.") from None
        return Lock(key=key)
    if passphrase_file is None:
        return Lock()
    try:
        passphrase = passphrase_file.read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, ValueError):
        raise CommandError(f"{passphrase_file} cannot be read.") from None
    if len(passphrase) < agefile.LEAST:
        raise CommandError(f"The passphrase needs at least {agefile.LEAST} letters, such as {agefile.new_passphrase()}")
    return Lock(passphrase=passphrase)
