"""The register by country: which numbers it holds, how they are laid out, and what is said where they do not add up."""

import re
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petition import countries
from signatures.delivery import annex
from signatures.delivery.bundle import Row
from signatures.delivery.front import FIGURE_DASH, FIGURE_SPACE
from signatures.delivery.problems import BuildProblem
from signatures.delivery.registers import csv_rows
from tests.signatures.delivery.reading import pages

NUMBERS = st.lists(st.sampled_from([1, 1, 1, 2, 7]), max_size=120).map(lambda gaps: list(accumulate(gaps)))
ROWS = [("Sok, Dara", "KH"), ("", "US"), ("", "KH"), ('"Sok', "KH"), ("José", "FR"), ("Smith", "US"), ("", "KH")]
COUNTED = {"FR": 1, "KH": 4, "US": 2}


@pytest.fixture
def parts(tmp_path):
    rows = [Row(n, name, "", code, "2027-01-31", "web", bool(name)) for n, (name, code) in enumerate(ROWS, start=1)]
    for place, some in enumerate((rows[:4], rows[4:])):
        (tmp_path / f"{place}.csv").write_bytes(csv_rows(some))
    return sorted(tmp_path.iterdir())


def read(lines):
    """The numbers that laid-out lines stand for."""
    found = []
    for cell in FIGURE_SPACE.join(lines).split(FIGURE_SPACE):
        if cell:
            first, _, last = cell.partition(FIGURE_DASH)
            found += range(int(first), int(last or first) + 1)
    return found


@settings(deadline=None)
@given(NUMBERS)
def test_what_is_laid_out_reads_back(numbers):
    assert read(annex.lay_out(numbers, 4)) == numbers


@settings(deadline=None)
@given(NUMBERS)
def test_cells_stand_in_columns(numbers):
    lines = annex.lay_out(numbers, 4)
    assert [line for line in lines if len(line) > annex.LINE_FIGURES] == []
    assert {len(line) % 5 for line in lines} <= {4}


def test_three_in_a_row_and_more_are_a_range():
    assert list(annex.runs([1, 2, 4, 5, 6, 9, 11, 12, 13, 14])) == [(1, 1), (2, 2), (4, 6), (9, 9), (11, 14)]


def test_countries_come_largest_first_with_who_is_named(parts):
    found = annex.read_countries(parts, COUNTED, 0, 7)
    assert [(c.code, c.total, c.named, c.numbers) for c in found] == [
        ("KH", 4, 2, [1, 3, 4, 7]),
        ("US", 2, 1, [2, 6]),
        ("FR", 1, 1, [5]),
    ]


@pytest.mark.parametrize("cut", range(8))
def test_two_annexes_hold_what_one_would(parts, cut):
    both = [annex.read_countries(parts, COUNTED, *places) for places in ((0, cut), (cut, 7))]
    assert [n for some in both for country in some for n in country.numbers] == [1, 3, 4, 7, 2, 6, 5]
    assert [country.named for country in both[0]] == [country.named for country in both[1]] == [2, 1, 1]


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ({"FR": 1, "KH": 5, "US": 2}, "The rows hold 4 signatures for KH, the bundle counts 5."),
        ({"KH": 4, "US": 2}, "Row 5 is not where the annex looks for it."),
    ],
)
def test_rows_that_are_not_those_that_were_counted_are_refused(parts, counted, said):
    with pytest.raises(BuildProblem, match=re.escape(said)):
        annex.read_countries(parts, counted, 0, 7)


def test_rows_that_are_missing_are_refused(parts):
    with pytest.raises(BuildProblem, match=r"Row 1 is not where the annex looks for it\."):
        annex.read_countries(parts[1:], COUNTED, 0, 7)


@settings(deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=12))
def test_no_page_is_overfull_and_no_head_stands_last_on_one(sizes):
    some = [annex.Country("KH", size, 0, 0, list(range(1, 2 * size, 2))) for size in sizes]
    for items in annex.paginate(some, 0, 4)[0]:
        used = [len(item) if isinstance(item, list) else item["lines"] for item in items]
        assert sum(used) <= annex.PAGE_LINES
        assert isinstance(items[-1], list)


def test_annex_has_every_number_under_its_country(built):
    """Read as it is printed: heads of countries, and numbers below each."""
    known = {countries.name(code, "en"): code for code in countries.CODES}
    found: dict[str, list[str]] = {}
    code = None
    for page in pages(built.folder / "book" / "annex-001.pdf"):
        _head, begins, numbers = page.partition("Annex 1 of 1".lower())
        for line in (numbers if begins else "").splitlines():
            if (name := line.split(" · ")[0]) in known:
                code = known[name]
            elif code and re.fullmatch(f"[\\d{FIGURE_DASH}{FIGURE_SPACE} ]+", line):
                found.setdefault(code, []).append(line.strip().replace(" ", FIGURE_SPACE))
    expected: dict[str, list[int]] = {}
    for signer in built.signers:
        expected.setdefault(signer["country"], []).append(signer["number"])
    assert {code: read(lines) for code, lines in found.items()} == expected
    counts = [len(read(lines)) for lines in found.values()]
    assert counts == sorted(counts, reverse=True)


def test_annex_says_how_many_are_named_and_in_which_volume_a_number_stands(built):
    text = "\n".join(pages(built.folder / "book" / "annex-001.pdf"))
    signers = [s for s in built.signers if s["country"] == "KH"]
    named = sum(s["name"] is not None for s in signers)
    assert f"{len(signers)} signatures: {named} named, {len(signers) - named} withheld" in text
    assert "Volume 2: 51–100" in text
