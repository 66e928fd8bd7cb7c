"""What is noticed of a signing when it comes in: counted in one statement, and compared with what staff have set."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from signatures import blind, domains, suspicion
from signatures.models import SignalSetting
from signatures.remembered import Remembered

COUNT_PULSES = (Path(__file__).parent / "sql" / "count_pulses.sql").read_text(encoding="utf-8")
SECONDS = 3600  # over which a signing fades: a steady stream of n an hour has the level n
TINY = 0.2  # seconds between two signings of one network: no people
ALIKE = 0.1  # of the gap before: so little do a machine's gaps differ
KEPT_HOURS = 8  # by then nothing is left of a counter that nobody counted on
ALL = "all"

# Which counter a signal looks at, and what of it.
LOOKS_AT = {
    "network_burst": ("network", "level"),
    "network_flood": ("network", "level"),
    "domain_burst": ("domain", "level"),
    "domain_flood": ("domain", "level"),
    "name_burst": ("name", "level"),
    "name_flood": ("name", "level"),
    "comment_burst": ("comment", "level"),
    "comment_flood": ("comment", "level"),
    "even_gaps": ("network", "even"),
    "rapid": ("network", "rapid"),
}


class Setting(NamedTuple):
    is_on: bool
    score: int
    least: int
    percent: int


class Pulse(NamedTuple):
    level: float
    even: int
    rapid: int


def _read() -> dict[str, Setting]:
    """As staff have set it, else as it is in the registry."""
    found = {s.code: Setting(True, s.score, s.least, s.percent) for s in suspicion.SIGNALS.values()}
    rows = SignalSetting.objects.filter(code__in=found)
    return found | {row.code: Setting(row.is_on, row.score, row.least, row.percent) for row in rows}


_settings = Remembered(_read)
forget = _settings.forget


def score(codes: Iterable[str]) -> int:
    """What these signals come to, each counted once. Raises KeyError for a code that is none."""
    settings = _settings.get()
    return suspicion.score(settings[code].score for code in set(codes))


def switched_on(codes: Iterable[str]) -> list[str]:
    """Those of the signals that staff have not switched off, in order."""
    settings = _settings.get()
    return sorted(code for code in set(codes) if settings[code].is_on)


def look(*, scope: int, network: bytes | None, domain: str, name: bytes, comment: str) -> set[str]:
    """Count a signing, and say what is noticed of it: codes of suspicion.SIGNALS. `scope` is the petition's id;
    `network` and `name` are blind indexes. Call it before the signature's transaction, so that nobody waits for the
    disk while a counter is locked."""
    values = {ALL: b"", "network": network, "name": name}
    if domain not in domains.KNOWN and not domains.is_reserved(domain):
        values["domain"] = domain.encode()
    text = " ".join(comment.casefold().split())
    if len(text) >= suspicion.SHORTEST_COMMENT:
        values["comment"] = text.encode()
    pulses = _count({kind: blind.pulse(scope, kind, value) for kind, value in values.items() if value is not None})
    return {code for code in LOOKS_AT if _is_noticed(code, pulses)}


def _count(keys: dict[str, bytes]) -> dict[str, Pulse]:
    constants = {"seconds": SECONDS, "tiny": TINY, "alike": ALIKE}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_PULSES, {"keys": list(keys.values()), **constants})
        found = {bytes(key): Pulse(*numbers) for key, *numbers in cursor.fetchall()}
    return {kind: found[key] for kind, key in keys.items()}


def _is_noticed(code: str, pulses: dict[str, Pulse]) -> bool:
    kind, part = LOOKS_AT[code]
    if kind not in pulses:
        return False
    pulse, setting = pulses[kind], _settings.get()[code]
    is_share = 100 * pulse.level >= setting.percent * pulses[ALL].level
    return setting.is_on and getattr(pulse, part) > setting.least and is_share


def sweep() -> None:
    """Remove the counters that nobody counted on for hours."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM signatures_pulse WHERE at < now() - make_interval(hours => %s)", [KEPT_HOURS])
