"""Filling the signature table by COPY, with rows such as signing, confirming and moderating leave behind.

Sealing a box takes 70 µs, so a pool of boxes is sealed once, by all cores, and reused in its order: a volume of the
book never holds one box twice. Nobody opens the mail boxes here. The hashes are random, as real ones look to all who
lack the key.
"""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from django.conf import settings
from django.db import connection
from nacl.public import PublicKey

from petition.models import Petition
from signatures import seal
from tests.bench.people import person

SEED = 19911023
DAYS = 400  # over which the signatures came
BLOCK = 5000  # rows a write
STATEMENT = 100_000  # rows a COPY, and so a run of the counts' trigger
COLUMNS = (
    "petition_id handle state country language origin visibility signed_on confirmed_on sealed_email sealed_identity "
    "mailbox_hash name_hash network_hash seat public_name comment review review_reason held_reason wants_updates "
    "mail_fault"
).split()

Pool = list[tuple[str, str]]  # (mail box, identity box) in hex


def _seal_some(job: tuple[int, int, bytes, bytes]) -> list[tuple[str, str]]:
    first, last, mail_key, delivery_key = job
    mail, delivery = PublicKey(mail_key), PublicKey(delivery_key)
    boxes = []
    for i in range(first, last):
        who = person(i)
        identity = seal.seal_identity(name=who.name, city=who.city, public=delivery)
        boxes.append((seal._seal(who.email.encode(), mail).hex(), identity.hex()))
    return boxes


def seal_pool(size: int) -> Pool:
    """The boxes of the first `size` persons."""
    keys = [seal.decode_key(name, getattr(settings, name)) for name in ("MAIL_PUBLIC_KEY", "DELIVERY_PUBLIC_KEY")]
    step = 1000
    jobs = [(first, min(first + step, size), *keys) for first in range(0, size, step)]
    with ProcessPoolExecutor() as workers:
        return [box for part in workers.map(_seal_some, jobs) for box in part]


def _lines(petition: Petition, first: int, rows: int, pool: Pool, confirmed: bool) -> Iterator[str]:
    """The lines of COPY. One in 50 is not confirmed, one in 500 held, but where all are to be `confirmed`. One in
    400 of the public ones waits for a moderator."""
    chance = random.Random(SEED + first)
    today = datetime.date.today()
    days = [(today - datetime.timedelta(days=DAYS - 1 - i)).isoformat() for i in range(DAYS)]
    for i in range(rows):
        who = person(first + i)
        mail, identity = pool[(first + i) % len(pool)]
        day = days[i * DAYS // rows]
        state = "confirmed" if confirmed else ("pending" if i % 50 == 49 else "held" if i % 500 == 7 else "confirmed")
        signed_on = days[-1 - i % 14] if state == "pending" else day
        public = who.visibility == "public"
        fields = (
            str(petition.pk), str(uuid.UUID(int=chance.getrandbits(128), version=4)), state, who.country,
            "km" if i % 3 else "en", "web" if i % 10 else "paper", who.visibility, signed_on,
            r"\N" if state == "pending" else day, rf"\\x{mail}", rf"\\x{identity}",
            rf"\\x{chance.randbytes(32).hex()}", rf"\\x{chance.randbytes(32).hex()}",
            rf"\\x{chance.randbytes(32).hex()}" if signed_on in days[-7:] else r"\N",
            "1", who.name if public else "", who.comment if public else "",
            ("waiting" if i % 2800 == 4 else "approved") if public else "none", "",
            "fraud" if state == "held" else "", "t" if i % 4 == 0 else "f", "",
        )  # fmt: skip
        yield "\t".join(fields) + "\n"


def seed(petition: Petition, *, first: int, rows: int, pool: Pool, confirmed: bool = False) -> None:
    """Store the persons first..first+rows as signers of a petition."""
    copy_in = f"COPY signatures_signature ({', '.join(COLUMNS)}) FROM STDIN"
    for start in range(0, rows, STATEMENT):
        block: list[str] = []
        with connection.cursor() as cursor, cursor.copy(copy_in) as copy:
            for line in _lines(petition, first + start, min(STATEMENT, rows - start), pool, confirmed):
                block.append(line)
                if len(block) == BLOCK:
                    copy.write("".join(block))
                    block.clear()
            copy.write("".join(block))


def settle() -> None:
    """What autovacuum has long done where rows came in over a year."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def clear() -> None:
    """An empty site again: the petitions stay, with nothing signed, queued or delivered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE signatures_signature, signatures_sweep, signatures_countbycountry, signatures_countbyday, "
            "signatures_countbystate, delivery_entry, delivery_packet, delivery_delivery, petition_rate_counter, "
            "procrastinate_jobs, bench_floor RESTART IDENTITY CASCADE"
        )
