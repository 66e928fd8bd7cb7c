"""Bundles as a freeze writes them, with any number of signers: half of the names Khmer, a third withheld.

The same arguments give the same names; only the sealed boxes differ from run to run, as libsodium makes them.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import random
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from nacl.bindings import sodium_pad
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey

from signatures.delivery.ending import end_with_sum
from signatures.seal import fingerprint_of, seal_identity

SIGNING = SigningKey(base64.b64decode(settings.SIGNING_PRIVATE_KEY))
SALT_KEY = b"the key of the salts in tests .."

KHMER_FAMILY = "សុខ ចាន់ គឹម លី ហេង ស៊ឹម ឈួន ញ៉ែម ប៉ែន ឃុន ទេព ម៉ៅ រស់ នួន ហ៊ុន ឡុង វ៉ាន់ អ៊ុំ ព្រំ ខៀវ".split()
KHMER_GIVEN = "ស្រីមុំ បុប្ផា វិបុល សុភ័ក្ត្រ ចាន់ធូ មករា រតនា ស្រីនាង ពិសិដ្ឋ សុវណ្ណារ៉ា កញ្ញា ធារ៉ា វណ្ណៈ ម៉ាលី ដារ៉ារិទ្ធិ សម្បត្តិ".split()
LATIN_FAMILY = (
    "Sok Chan Kim Ly Nguyễn Dupont García Smith O'Neill Müller Tan Lim Phạm Seng Prak Touch Duong Łukasz".split()
)
LATIN_GIVEN = "Bopha Vibol José Sophea Marie-Claire John Thị Hồng Dara Chenda Anne Rithy Sopheap Élodie Mai".split()
KHMER_CITIES = ("ភ្នំពេញ", "សៀមរាប", "បាត់ដំបង", "កំពង់ចាម", "ព្រះសីហនុ", "")
LATIN_CITIES = ("Long Beach", "Paris", "Lowell", "Melbourne", "Montréal", "Tōkyō", "")
COUNTRIES = ("KH", "KH", "KH", "KH", "US", "US", "FR", "AU", "CA", "JP", "NZ", "GB", "VN")

TITLE_EN = "One million signatures for a clean river"
TITLE_KM = "ហត្ថលេខាមួយលានដើម្បីទន្លេស្អាត"
TITLE_HINTS_KM = "ហត្ថលេខា\u200bមួយ\u200bលាន\u200bដើម្បី\u200bទន្លេ\u200bស្អាត"
DEMANDS_EN = ["Stop the dumping of waste into the river.", "Publish what is measured in it, every month."]
DEMANDS_KM = ["បញ្ឈប់ការចាក់សំណល់ចូលទន្លេ។", "ផ្សព្វផ្សាយលទ្ធផលវាស់វែងរៀងរាល់ខែ។"]
DEMANDS_HINTS_KM = [
    "បញ្ឈប់\u200bការ\u200bចាក់\u200bសំណល់\u200bចូល\u200bទន្លេ។",
    "ផ្សព្វផ្សាយ\u200bលទ្ធផល\u200bវាស់វែង\u200bរៀងរាល់​ខែ។",
]

BODY = {
    "en": "On behalf of {count} people, {organiser} asks:\n\n{demands}\n\n"
    "{named} of them give you their names; {withheld} signed and withhold theirs.\n\n"
    "Of the signers, {country_count} live in {country}.\n\nThe list was frozen on {frozen_on}.",
    "km": "ក្នុងនាមអ្នកចុះហត្ថលេខាចំនួន {count} នាក់ {organiser} សូមស្នើ៖\n\n{demands}\n\nបញ្ជីនេះបានបិទនៅ{frozen_on}។",
    "fr": "Au nom de {count} personnes, {organiser} demande :\n\n{demands}\n\nParmi elles, {country_count} vivent "
    "dans le pays suivant : {country}.",
}
SUBJECT = {"en": "{title}: {count} signatures", "km": "{title}", "fr": "Remise de {count} signatures"}


def letter(language: str, name_line: str, office_lines: list[str], salutation: str, closing: str) -> dict[str, Any]:
    return {
        "language": language,
        "name_line": name_line,
        "office_lines": office_lines,
        "salutation": salutation,
        "closing": closing,
        "subject": SUBJECT[language],
        "body": BODY[language],
    }


def recipients() -> list[dict[str, Any]]:
    """Three: one who gets names and a French letter, one who gets names, one who gets the totals alone."""
    minister = letter(
        "en", "Her Excellency Ms. Anne Durand", ["Minister of Rivers", "French Republic"], "Excellency,", "Yours,"
    )
    ministre = letter(
        "fr",
        "Son Excellence Madame Anne Durand",
        ["Ministre des fleuves"],
        "Madame la Ministre,",
        "Veuillez agréer l’assurance de notre considération.",
    )
    secretary = letter(
        "en", "Mr. Phạm Văn Hải", ["Secretary General", "River Council"], "Dear Mr. Phạm,", "Yours sincerely,"
    )
    governor = letter("km", "ឯកឧត្តម សុខ វិបុល", ["អភិបាលខេត្ត"], "សូមគោរពជូន ឯកឧត្តម", "សូមគោរព")
    three = [
        {
            "number": 1,
            "folder": "01-1-anne-durand",
            "as_printed": "Anne Durand, Minister of Rivers, France",
            "name": "Anne Durand",
            "country": "FR",
            "discloses": "names",
            "letters": [minister, ministre],
        },
        {
            "number": 2,
            "folder": "02-1-pham-van-hai",
            "as_printed": "Phạm Văn Hải, Secretary General, River Council",
            "name": "Phạm Văn Hải",
            "country": None,
            "discloses": "names",
            "letters": [secretary],
        },
        {
            "number": 3,
            "folder": "03-1-sok-vibol",
            "as_printed": "Sok Vibol, Governor",
            "name": "Sok Vibol",
            "country": "KH",
            "discloses": "totals",
            "letters": [governor],
        },
    ]
    return [{"position": 1, "as_printed_km": ""} | one for one in three]


def description() -> dict[str, Any]:
    return {
        "format": 3,
        "petition": {
            "slug": "clean-river",
            "goal": 1_000_000,
            "opened_on": "2027-01-01",
            "title": {"km": TITLE_KM, "en": TITLE_EN},
            "title_hints_km": TITLE_HINTS_KM,
            "short_title": {"km": "ទន្លេស្អាត", "en": "A clean river"},
            "organiser": {"km": "គណៈកម្មាធិការទន្លេ", "en": "The River Committee", "short": "The River Committee"},
            "intro": {"km": "ទន្លេ", "en": "The river"},
            "intro_hints_km": "",
            "demands": {"km": DEMANDS_KM, "en": DEMANDS_EN},
            "demands_hints_km": DEMANDS_HINTS_KM,
            "sign_off": {"km": "", "en": ""},
        },
        "delivery": {"ordinal": 2, "planned_on": "2027-10-23"},
        "frozen_at": "2027-10-22T18:30:00+00:00",
        "counts": {"confirmed": 60_000},
        "small_country": 10,
        "recipients": recipients(),
    }


def made_signers(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """`count` signers as {number, name, city, country, day, origin}; name None where it is withheld."""
    rng = random.Random(seed)
    signers = []
    for number in range(1, count + 1):
        khmer = rng.random() < 0.5
        family, given = (KHMER_FAMILY, KHMER_GIVEN) if khmer else (LATIN_FAMILY, LATIN_GIVEN)
        signers.append(
            {
                "number": number,
                "name": None if rng.random() < 1 / 3 else f"{rng.choice(family)} {rng.choice(given)}",
                "city": rng.choice(KHMER_CITIES if khmer else LATIN_CITIES),
                "country": rng.choice(COUNTRIES),
                "day": f"2027-{rng.randint(1, 9):02}-{rng.randint(1, 28):02}",
                "origin": "paper" if rng.random() < 0.05 else "web",
            }
        )
    return signers


def _rows(signers: list[dict[str, Any]], public: PublicKey) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for s in signers:
        sealed = "" if s["name"] is None else seal_identity(name=s["name"], city=s["city"], public=public).hex()
        writer.writerow((s["number"], s["country"], s["day"], s["origin"], sealed))
    return out.getvalue().encode()


def write_bundle(
    path: Path,
    signers: list[dict[str, Any]],
    private: PrivateKey,
    *,
    volume_rows: int = 20_000,
    changed: dict[str, Any] | None = None,
) -> Path:
    """Write the bundle of these signers; `changed` replaces top-level values of its description."""
    named = sum(s["name"] is not None for s in signers)
    counts = {"confirmed": len(signers), "named": named, "withheld": len(signers) - named}
    for key, field in (("by_country", "country"), ("by_day", "day"), ("by_origin", "origin")):
        counts[key] = dict(sorted(Counter(s[field] for s in signers).items()))
    rows = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for ordinal, start in enumerate(range(0, len(signers), volume_rows), start=1):
            some = signers[start : start + volume_rows]
            raw = _rows(some, private.public_key)
            name = f"rows/{ordinal:04}.csv"
            archive.writestr(name, raw)
            sha256 = hashlib.sha256(raw).hexdigest()
            rows.append({"path": name, "first": some[0]["number"], "last": some[-1]["number"], "sha256": sha256})
        found = {"counts": counts, "volume_rows": volume_rows, "rows": rows}
        found["salt"] = (
            bytes.fromhex(fingerprint_of(private.public_key))
            + SealedBox(private.public_key).encrypt(sodium_pad(SALT_KEY, 64))
        ).hex()
        found["signer"] = {
            "principal": "committee@river.example",
            "public_key": base64.b64encode(bytes(SIGNING.verify_key)).decode(),
        }
        found["sealed_to"] = [fingerprint_of(private.public_key)] if named else []
        whole = description() | found | (changed or {})
        archive.writestr("bundle.json", json.dumps(whole, ensure_ascii=False))
    return end(path)


def end(path: Path) -> Path:
    """Put the sum of a ZIP file behind it, as a freeze does."""
    with path.open("r+b") as file:
        end_with_sum(file)
    return path


def take_member(path: Path, name: str, other: Path) -> None:
    """Put the member `name` of another bundle in the place of this one's, and let the description say so."""
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    with zipfile.ZipFile(other) as archive:
        members[name] = archive.read(name)
    data = json.loads(members["bundle.json"])
    for row in data["rows"]:
        row["sha256"] = hashlib.sha256(members[row["path"]]).hexdigest()
    members["bundle.json"] = json.dumps(data, ensure_ascii=False).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    end(path)
