"""The annex of the book: for each country, largest first, the numbers of its lines. So an office finds the signatures
of its own country without any name being printed twice.

The numbers are laid out here, in lines of equal cells; typst sets each page as a few blocks of text.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from petition import khmer
from petition.files import write_whole
from petition.glyphs import for_letter
from petition.typesetting import make_pdf
from signatures.delivery import front, wording
from signatures.delivery.bundle import file_sha256
from signatures.delivery.front import FIGURE_DASH, FIGURE_SPACE
from signatures.delivery.manifest import ANNEX_NUMBERS
from signatures.delivery.problems import BuildProblem
from signatures.delivery.registers import csv_lines

TEMPLATE = Path(__file__).parent / "typst" / "annex.typ"
LINE_FIGURES = 116  # figures and spaces a line at most: then they are 7.5 points high
LINE_WIDTH, PAGE_LINES, PITCH = 501.0, 78, 9.7  # between the margins: points wide, lines high; points from line to line
FIGURE_WIDTH = 0.572  # of a figure's size, in Noto Sans
HEAD_LINES = 4

Page = list[dict[str, Any] | list[str]]


@dataclass
class Country:
    """A country's lines: how many in all and how many named; of its numbers those that this annex holds."""

    code: str
    total: int
    named: int
    begins: int  # its first place in the run of all numbers, country by country
    numbers: list[int]


def largest_first(by_country: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(by_country.items(), key=lambda item: (-item[1], item[0]))


def read_countries(parts: Iterable[Path], by_country: dict[str, int], first: int, last: int) -> list[Country]:
    """All countries, with their numbers at the places first..last-1. Raises BuildProblem where the rows are not those
    that were counted."""
    countries, begins = {}, 0
    for code, total in largest_first(by_country):
        countries[code] = Country(code, total, 0, begins, [])
        begins += total
    seen: Counter[str] = Counter()
    expected = 1
    for part in parts:
        for line in csv_lines(part):
            # The last three fields hold no comma and no quotation mark; what stands before them is a name's.
            head, code, _day, _origin = line.decode().rsplit(",", 3)
            number, identity = head.split(",", 1)
            if number != str(expected) or code not in countries:
                raise BuildProblem(_("Row %(row)s is not where the annex looks for it."), row=expected)
            country = countries[code]
            if first <= country.begins + seen[code] < last:
                country.numbers.append(expected)
            seen[code] += 1
            country.named += identity != ","
            expected += 1
    for code, total in by_country.items():
        if seen[code] != total:
            raise BuildProblem(
                _("The rows hold %(rows)s signatures for %(word)s, the bundle counts %(counted)s."),
                rows=seen[code],
                word=code,
                counted=total,
            )
    return list(countries.values())


def runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Three and more numbers in a row as one pair, (first, last); others as (n, n)."""
    start = 0
    for place in range(1, len(numbers) + 1):
        if place < len(numbers) and numbers[place] == numbers[place - 1] + 1:
            continue
        if place - start > 2:
            yield numbers[start], numbers[place - 1]
        else:
            yield from ((number, number) for number in numbers[start:place])
        start = place


def columns_of(width: int) -> int:
    return (LINE_FIGURES + 1) // (width + 1)


def lay_out(numbers: list[int], width: int) -> list[str]:
    """The numbers in lines of cells, each `width` figures wide; three and more in a row as 7‒12, in two cells."""
    columns = columns_of(width)
    lines: list[str] = []
    cells: list[str] = []
    used = 0
    for first, last in runs(numbers):
        is_range = first != last
        if used + 1 + is_range > columns:
            lines.append(FIGURE_SPACE.join(cells))
            cells, used = [], 0
        if is_range:
            cells.append(f"{first}{FIGURE_DASH}{last}".rjust(2 * width + 1, FIGURE_SPACE))
        else:
            cells.append(str(first).rjust(width, FIGURE_SPACE))
        used += 1 + is_range
    if cells:
        lines.append(FIGURE_SPACE.join(cells))
    return lines


def _head(country: Country, first: int) -> dict[str, Any]:
    """What stands above a country's numbers; `first` is the first place that this annex holds."""
    withheld = country.total - country.named
    if country.begins < first:
        note = "continued from the annex before · តពីឧបសម្ព័ន្ធមុន"
    else:
        note = (
            f"{country.total:,} signatures: {country.named:,} named, {withheld:,} withheld · "
            f"ហត្ថលេខា {khmer.number(country.total)}"
        )
    return {"en": _name(country, "en"), "km": _name(country, "km"), "note": note, "lines": HEAD_LINES}


def _name(country: Country, language: str) -> str:
    return for_letter(wording.country(country.code, language))


def paginate(countries: list[Country], first: int, width: int) -> tuple[list[Page], list[list[str]], dict[str, int]]:
    """The pages, the countries that each is of, and the page on which each country begins."""
    pages: list[Page] = []
    feet: list[list[Country]] = []
    begins: dict[str, int] = {}
    room = 0
    for country in countries:
        lines = lay_out(country.numbers, width)
        if not lines:
            continue
        if room < HEAD_LINES + min(len(lines), 2):
            pages.append([])
            feet.append([])
            room = PAGE_LINES
        pages[-1].append(_head(country, first))
        room -= HEAD_LINES
        begins[country.code] = len(pages)
        while lines:
            if not room:
                pages.append([])
                feet.append([])
                room = PAGE_LINES
            pages[-1].append(lines[:room])
            feet[-1].append(country)
            room, lines = room - len(lines[:room]), lines[room:]
    return pages, [_foot(some) for some in feet], begins


def _foot(countries: list[Country]) -> list[str]:
    """From which country to which a page goes, in English and in Khmer."""
    ends = countries[:1] if len(countries) == 1 else [countries[0], countries[-1]]
    return [" – ".join(_name(country, language) for country in ends) for language in ("en", "km")]


def print_annex(job: dict[str, Any], countries: list[Country]) -> bytes:
    """The PDF (PDF/A-2u) of one volume of the annex."""
    description, ordinal, of = job["description"], job["ordinal"], job["annexes"]
    confirmed = description["counts"]["confirmed"]
    width = len(str(confirmed))
    pages, feet, begins = paginate(countries, job["first"], width)
    common = front.describe(description, front.ANNEX)
    data = common | {
        "heading": f"{common['title_plain_en']}: signature book, annex {ordinal} of {of}",
        "description": "The numbers of the signatures by country",
        "kind_en": "Signature book: register by country",
        "kind_km": "សៀវភៅហត្ថលេខា៖ បញ្ជីតាមប្រទេស",
        "which_en": f"Annex {ordinal} of {of}",
        "which_km": f"ឧបសម្ព័ន្ធទី{khmer.digits(ordinal)} នៃ {khmer.digits(of)}",
        "span_en": f"{len(begins)} countries" if len(begins) != 1 else "1 country",
        "span_km": f"ប្រទេសចំនួន {khmer.digits(len(begins))}",
        "size": round(LINE_WIDTH / FIGURE_WIDTH / (columns_of(width) * (width + 1) - 1), 2),
        "pitch": PITCH,
        "pages": pages,
        "footers": [(*names, *front.page_of(page, len(pages))) for page, names in enumerate(feet, start=1)],
        "countries": [_overview(country, ordinal, begins) for country in countries],
        "volumes": [
            f"Volume {place}: {first:,}–{last:,}" for place, (first, last) in enumerate(job["volumes"], start=1)
        ],
    }
    frozen_at = datetime.datetime.fromisoformat(description["frozen_at"])
    return make_pdf(TEMPLATE, data, at=frozen_at, standards=["a-2u"])


def _overview(country: Country, ordinal: int, begins: dict[str, int]) -> list[str]:
    """A line of the list of countries: its page where it begins in this annex, else the annex alone."""
    annex = country.begins // ANNEX_NUMBERS + 1
    place = f"{annex}, {begins[country.code]}" if annex == ordinal else str(annex)
    counts = (country.total, country.named, country.total - country.named)
    return [_name(country, "en"), _name(country, "km"), *(f"{count:,}" for count in counts), place]


def make_annex(job: dict[str, Any], _lines: Iterator[str]) -> None:
    """The worker's part. Writes job["pdf"], and last job["record"], which says that it is whole."""
    by_country = job["description"]["counts"]["by_country"]
    countries = read_countries(map(Path, job["parts"]), by_country, job["first"], job["last"])
    held = sum(len(country.numbers) for country in countries)
    if held != job["last"] - job["first"]:
        raise BuildProblem(
            _("%(name)s has %(rows)s numbers, but must have %(expected)s."),
            name=job["name"],
            rows=held,
            expected=job["last"] - job["first"],
        )
    pdf = print_annex(job, countries)
    write_whole(Path(job["pdf"]), pdf)
    write_whole(Path(job["record"]), json.dumps({"pdf": hashlib.sha256(pdf).hexdigest()}).encode())


def is_finished(job: dict[str, Any]) -> bool:
    """Whether an earlier run of this build finished it, and it is still as it was."""
    try:
        return bool(json.loads(Path(job["record"]).read_bytes())["pdf"] == file_sha256(Path(job["pdf"])))
    except (OSError, ValueError, KeyError, TypeError):
        return False


if __name__ == "__main__":
    from signatures.delivery.workers import serve

    sys.exit(serve(make_annex))
