import base64
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from petition import approvals, hosts
from petition.files import make_folder, write_whole
from petition.local import Trouble
from petition.local import keys as files
from signatures import keycheck, seal, sealing, shares
from signatures.choices import Purpose
from signatures.models import SealingKey

NAMES = (
    "INDEX_KEY",
    "MAIL_PUBLIC_KEY",
    "MAIL_PRIVATE_KEY",
    "DELIVERY_PUBLIC_KEY",
    "DELIVERY_PRIVATE_KEY",
    "SIGNING_PUBLIC_KEY",
    "SIGNING_PRIVATE_KEY",
)
DELIVERY, SIGNING = "DELIVERY_PRIVATE_KEY", "signing"
BY = "who has asked to replace the current key; another person has allowed it"


def encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Command(BaseCommand):
    help = "Show the fingerprints of the keys at hand and check them; --new makes a pair and prints it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", choices=[*Purpose.values, SIGNING], help="print a new key pair, as settings")
        parser.set_defaults(run=self.show)
        parts = parser.add_subparsers(metavar="{list,check,register,rotate,split,join}")
        part = parts.add_parser("list", help="the keys that seal, and how many stored boxes need each")
        part.set_defaults(run=self.list)
        part = parts.add_parser("check", help="open some stored boxes of each key whose private key is at hand")
        part.add_argument("--key", type=Path, metavar="FILE", help="private delivery keys to try; else the settings'")
        part.set_defaults(run=self.check_rows)
        part = parts.add_parser("register", help="make the public key of the settings the current one")
        part.add_argument("purpose", choices=Purpose.values, nargs="?", help="else both")
        part.add_argument("--if-none", action="store_true", help="only where none is registered yet")
        part.add_argument("--by", metavar="NAME", help=BY)
        part.set_defaults(run=self.register)
        part = parts.add_parser("rotate", help="seal new signatures to a new key; the old one still opens its own")
        part.add_argument("purpose", choices=Purpose.values)
        part.add_argument("--public", metavar="KEY", help="of a pair that was made elsewhere; else one is made here")
        part.add_argument("--by", metavar="NAME", help=BY)
        part.set_defaults(run=self.rotate)
        part = parts.add_parser("split", help="write the delivery key as five shares, of which three join to it")
        part.add_argument("--key", type=Path, metavar="FILE", help="the delivery key; else DELIVERY_PRIVATE_KEY")
        part.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write the five files")
        part.set_defaults(run=self.split)
        part = parts.add_parser("join", help="write the delivery key from three shares")
        part.add_argument("shares", type=Path, nargs="*", metavar="FILE", help="else what is typed")
        part.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the key")
        part.set_defaults(run=self.join)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new"]:
            purpose = options["new"].upper()
            private = secrets.token_bytes(seal.KEY_BYTES)
            is_signing = options["new"] == SIGNING
            public = SigningKey(private).verify_key if is_signing else PrivateKey(private).public_key
            self.stdout.write(f"{purpose}_PUBLIC_KEY={encode(bytes(public))}")
            self.stdout.write(f"{purpose}_PRIVATE_KEY={encode(private)}")
            return
        try:
            options["run"](options)
        except (seal.KeyProblem, sealing.KeyRefused, shares.ShareProblem) as problem:
            raise CommandError(f"{problem}.") from None
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None

    def show(self, options: dict[str, Any]) -> None:
        for name in NAMES:
            try:
                shown = seal.ssh_fingerprint if name == "SIGNING_PUBLIC_KEY" else seal.fingerprint
                state = ", ".join(map(shown, seal.decode_keys(name, getattr(settings, name))))
            except seal.KeyProblem as problem:
                state = str(problem)
            self.stdout.write(f"{name:<22}{state}")
        if faults := keycheck.in_settings():
            raise CommandError("; ".join(fault.what for fault in faults))
        self.stdout.write("The keys fit.")

    # -- what is stored ------------------------------------------------------------------------------------------------

    def list(self, options: dict[str, Any]) -> None:
        rows = {(held.purpose, held.fingerprint): held.rows for held in sealing.rows_by_key()}
        for key in SealingKey.objects.order_by("purpose", "-since"):
            n = rows.pop((Purpose(key.purpose), key.fingerprint), 0)
            if key.retired_at is None:
                state = f"current since {key.since:%Y-%m-%d}; boxes: {n:,}"
            else:
                need = f"boxes that still need it: {n:,}" if n else "no stored box needs it any more"
                state = f"retired on {key.retired_at:%Y-%m-%d}; {need}"
            self.tell(Purpose(key.purpose), key.fingerprint, state)
        for (purpose, fingerprint), n in rows.items():
            kind = "not registered" if fingerprint else "from before boxes named their key"
            self.tell(purpose, fingerprint, f"{kind}; boxes: {n:,}")
        if seal.has_key("SIGNING_PUBLIC_KEY"):
            name = seal.ssh_fingerprint(seal.decode_key("SIGNING_PUBLIC_KEY", settings.SIGNING_PUBLIC_KEY))
            here = "at hand" if seal.has_key("SIGNING_PRIVATE_KEY") else "not at hand"
            self.stdout.write(f"{SIGNING:<10}{name} signs deliveries; private key {here}")

    def tell(self, purpose: Purpose, fingerprint: str | None, state: str) -> None:
        if fingerprint:
            is_here = fingerprint in seal.keys_at_hand(f"{purpose.name}_PRIVATE_KEY")
            state += "; private key at hand" if is_here else "; private key not at hand"
        self.stdout.write(f"{purpose:<10}{fingerprint or '-':<18}{state}")

    def check_rows(self, options: dict[str, Any]) -> None:
        is_right = True
        for held in sealing.rows_by_key():
            is_delivery = held.purpose == Purpose.DELIVERY
            private = seal.keys_at_hand(f"{held.purpose.name}_PRIVATE_KEY", options["key"] if is_delivery else None)
            if not private or (held.fingerprint and held.fingerprint not in private):
                state = "private key not at hand"
            elif self.opens(private, held):
                state = "ok"
            else:
                state, is_right = "NOT OK: boxes that are said to be of this key do not open", False
            self.stdout.write(f"{held.purpose:<10}{held.fingerprint or '-':<18}boxes: {held.rows:,}; {state}")
        for fault in keycheck.signing():
            raise CommandError(f"{fault.what}. {fault.remedy}")
        if not is_right:
            raise CommandError("A key does not open what is stored under it.")

    def opens(self, private: seal.Keyring, held: sealing.Held) -> bool:
        try:
            for box in sealing.sample(held):
                private.open(box)
        except seal.KeyProblem:
            return False
        return True

    # -- a new key -----------------------------------------------------------------------------------------------------

    def register(self, options: dict[str, Any]) -> None:
        by = person(options["by"])
        for purpose in [Purpose(options["purpose"])] if options["purpose"] else list(Purpose):
            if options["if_none"] and sealing.current(purpose):
                continue
            public = seal.public_key(f"{purpose.name}_PUBLIC_KEY")
            key = make_current(purpose, bytes(public), by)
            self.stdout.write(f"{key} is the current key for {purpose}.")

    def rotate(self, options: dict[str, Any]) -> None:
        purpose = Purpose(options["purpose"])
        public, private = f"{purpose.name}_PUBLIC_KEY", f"{purpose.name}_PRIVATE_KEY"
        if not files.is_in_file(settings.VAR_DIR, public):
            raise CommandError(
                f"{public} is set in the environment, so it is changed there: make a pair with `manage.py keys --new "
                f"{purpose}`, set {public} to the new key, put the new private key and a comma before the old one in "
                f"{private} where that is kept, run `manage.py keys register {purpose} --by NAME`, and restart."
            )
        by, new = person(options["by"]), None
        if options["public"]:
            raw = seal.decode_key("--public", options["public"])
        elif files.is_in_file(settings.VAR_DIR, private):
            new = PrivateKey(seal.decode_key(f"{private}.new", files.candidate(settings.VAR_DIR, purpose.name)))
            raw = bytes(new.public_key)
        else:
            raise CommandError(
                f"{private} is not kept here: make a pair where it is, with `manage.py keys --new {purpose}`, and give "
                "its public key here with --public."
            )
        with transaction.atomic():
            key = make_current(purpose, raw, by)
            if new:
                files.add_private(settings.VAR_DIR, purpose.name, encode(bytes(new)))
            files.set_public(settings.VAR_DIR, purpose.name, encode(raw))
        if new:
            files.drop_candidate(settings.VAR_DIR, purpose.name)
        self.stdout.write(
            f"{key} is the current key for {purpose}. Restart the site and its worker: from then on new signatures are "
            "sealed to it, and the old key opens what was sealed before."
        )

    # -- on paper ------------------------------------------------------------------------------------------------------

    def split(self, options: dict[str, Any]) -> None:
        private = seal.keys_at_hand(DELIVERY, options["key"])
        if not private:
            raise CommandError(f"{DELIVERY} is not set: give the key with --key.")
        fingerprint = next(iter(private))  # of several the newest; the others were split when they were new
        folder = make_folder(options["out"])
        paths = [folder / f"delivery-{fingerprint}-share-{n}.txt" for n in range(1, shares.COUNT + 1)]
        for path in paths:
            if path.exists():
                raise CommandError(f"{path} is there already: name another folder.")
        for n, (path, words) in enumerate(zip(paths, shares.split(private.raw()[0]), strict=True), start=1):
            write_whole(path, shares.sheet(words, n, fingerprint).encode())
            self.stdout.write(str(path))
        self.stdout.write(
            f"Any {shares.THRESHOLD} of these {shares.COUNT} join to the delivery key {fingerprint}. Print each, give "
            "it to its keeper, and delete the files."
        )

    def join(self, options: dict[str, Any]) -> None:
        if options["out"].exists():
            raise CommandError(f"{options['out']} is there already: name another file.")
        raw = shares.join([read(path) for path in options["shares"]] or [self.typed()])
        private = PrivateKey(raw)
        write_whole(options["out"], f"{DELIVERY}={encode(raw)}\n".encode())
        self.stdout.write(f"The delivery key {seal.fingerprint_of(private.public_key)} is in {options['out']}.")

    def typed(self) -> tuple[str, str]:
        if sys.stdin.isatty():
            self.stderr.write(f"Type the {shares.WORDS} words of each of {shares.THRESHOLD} shares, then Ctrl-D.")
        return "standard input", sys.stdin.read()


def person(name: str | None) -> User | None:
    user = User.objects.filter(username=name).first() if name else None
    if name and not (user and approvals.may_do(approvals.kinds["rotate_key"], user)):
        raise CommandError(f"There is nobody among the staff called {name} who has the right to register a new key.")
    return user


def make_current(purpose: Purpose, raw: bytes, by: User | None) -> SealingKey:
    try:
        return sealing.register(purpose=purpose, public_key=raw, by=by)
    except (sealing.WordNeeded, approvals.NotAllowed):
        query = urlencode({"kind": "rotate_key", "target": sealing.request_target(purpose, raw)}, safe=":")
        raise CommandError(
            f"Two people replace the key for {purpose}. The new one is {seal.fingerprint(raw)}: "
            f"{by.get_username() if by else 'one of the staff'} asks for it at\n"
            f"{hosts.room_url(f'{hosts.ROOMS}petition/approval/ask/?{query}')}\n"
            "and another person allows it. Then run this once more, within 24 hours, with "
            f"--by {by.get_username() if by else 'and the name of who has asked'}."
        ) from None


def read(path: Path) -> tuple[str, str]:
    try:
        return str(path), path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise CommandError(f"There is no readable share at {path}.") from None
