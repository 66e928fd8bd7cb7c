"""Looking for what must not be found, in every way in which it could be written."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests.people import Person


def _base64s(raw: bytes) -> Iterator[bytes]:
    """What is the same in base64 wherever in a longer text it stands."""
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw)[(0, 2, 3)[shift] :].rstrip(b"=")
        yield text[: len(text) - len(text) % 4] if shift else text[:-2]


def spellings(text: str) -> set[bytes]:
    """In clear, in other letters, backwards, percent-encoded, in hexadecimal, in base64, in JSON, in UTF-16."""
    found: set[bytes] = set()
    for word in {text, text.lower(), text.upper(), text[::-1], text.lower()[::-1], text.replace(" ", "")}:
        raw = word.encode()
        found |= {
            raw,
            raw.hex().encode(),
            raw.hex().upper().encode(),
            quote(word).encode(),
            quote(word, safe="").encode(),
        }
        found |= {word.encode("unicode_escape"), word.encode("utf-16-le"), quote(word).replace("%20", "+").encode()}
        found |= set(_base64s(raw))
    return {needle for needle in found if len(needle) >= 5}


def secrets_of(who: Person, *more: str) -> list[str]:
    """What went in with a person and must not come out; each part of a name by itself as well."""
    local, _, domain = who.email.partition("@")
    return [who.name, *who.name.split(), who.email, local, domain, who.city, *more]


def found_in(blob: bytes, secrets: Iterable[str]) -> list[str]:
    folded = blob.lower()
    return [s for s in secrets if any(n in blob or n.lower() in folded for n in spellings(s))]


def dump(without: Iterable[str] = ()) -> bytes:
    """Every row of every table of every schema, as COPY writes them; bytes in hexadecimal and as they are. Columns that
    `without` names, as table.column, are left out."""
    left_out = set(without)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped "
            "AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast' GROUP BY 1, 2"
        )
        parts = []
        for schema, table, columns in cursor.fetchall():
            kept = [column for column in columns if f"{table}.{column}" not in left_out]
            parts.append(f"\n-- {schema}.{table}\n".encode())
            with cursor.cursor.copy(f'COPY (SELECT {", ".join(kept)} FROM "{schema}"."{table}") TO STDOUT') as copy:
                parts += [bytes(block) for block in copy]
    text = b"".join(parts)
    return text + b"".join(bytes.fromhex(raw.decode()) for raw in re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", text))


def files(folder: Path, without: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder by its name there, but those below the folders named."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and name.parts[0] not in set(without):
            yield str(name), path.read_bytes()
