"""The draw, and what is concluded from it, against numbers that others have published or that are counted out here."""

import hashlib
import math
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.delivery.sampling import Place, Result, draw, is_seed, places, upper_bound

ROOT = "0123456789abcdef" * 4
OTHER_ROOT = "fedcba9876543210" * 4
SEED = "lottery of 24 October: 4 8 15 16 23 42"


def drawn(root=ROOT, seed=SEED, total=1_000_000, size=300):
    return draw(root=root, seed=seed, total=total, size=size)


def test_first_number_is_what_the_rule_says():
    hashed = hashlib.sha256(f"{ROOT}:{SEED}:1".encode()).hexdigest()
    assert drawn(size=1) == [1 + int(hashed, 16) % 1_000_000]


def test_the_ten_lines_in_the_docs_draw_the_same():
    page = (Path(__file__).parents[3] / "docs" / "delivery.md").read_text(encoding="utf-8")
    (lines,) = (code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "hashlib" in code)
    given = {"root": ROOT, "seed": SEED, "N": 1_000, "size": 400}
    told: list[int] = []
    exec(lines, given | {"print": lambda numbers: told.extend(numbers)})  # noqa: S102 - our own docs
    assert len(lines.splitlines()) <= 10
    assert told == sorted(drawn(total=1_000, size=400))


def test_larger_sample_begins_with_the_smaller_one():
    assert drawn(size=300)[:50] == drawn(size=50)


@pytest.mark.parametrize("change", [{"root": OTHER_ROOT}, {"seed": SEED + "."}, {"total": 999_999}])
def test_another_root_seed_or_book_draws_other_lines(change):
    assert len(set(drawn()) & set(drawn(**change))) < 10


@given(total=st.integers(1, 500), part=st.floats(0, 1), seed=st.text("abc1", min_size=1, max_size=5))
def test_every_line_is_drawn_once_at_most_and_is_in_the_book(total, part, seed):
    size = max(1, int(total * part))
    found = draw(root=ROOT, seed=seed, total=total, size=size)
    assert len(set(found)) == len(found) == size
    assert set(found) <= set(range(1, total + 1))


def test_whole_book_can_be_drawn():
    assert sorted(drawn(total=100, size=100)) == list(range(1, 101))


def test_hash_above_the_last_whole_round_is_thrown_away():
    # With this many lines half of all hashes lie above: the draw must take the first that does not.
    total = 2**255 + 1
    turns = (int(hashlib.sha256(f"{ROOT}:{SEED}:{turn}".encode()).hexdigest(), 16) for turn in range(1, 100))
    below = next(hashed for hashed in turns if hashed < total)
    assert draw(root=ROOT, seed=SEED, total=total, size=1) == [1 + below]


def test_all_parts_of_the_book_are_drawn_alike():
    found = [drawn(seed=f"seed {n}", total=10, size=1)[0] for n in range(5_000)]
    squared = sum((found.count(number) - 500) ** 2 / 500 for number in range(1, 11))
    assert squared < 27.9  # chi-squared, 9 degrees of freedom: one seed in a thousand is above it


@pytest.mark.parametrize(
    "wrong", [{"root": "ab"}, {"root": ROOT.upper()}, {"seed": ""}, {"seed": "a\nb"}, {"size": 0}, {"size": 1_000_001}]
)
def test_what_can_not_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match=r"a root is|a seed is|a sample has"):
        drawn(**wrong)


@pytest.mark.parametrize(
    ("seed", "right"), [("៤ ៨ ១៥", True), (" a", False), ("a\u200b", False), ("a" * 201, False), ("🎲", False)]
)
def test_seed_can_be_typed_in_again_from_paper(seed, right):
    assert is_seed(seed) is right


def test_places_are_those_of_the_printed_book():
    found = places([25_001, 1, 50, 51, 25_000], [1, 25_001])
    assert found == [
        Place(1, 1, 1),
        Place(50, 1, 1),
        Place(51, 1, 2),
        Place(25_000, 1, 500),
        Place(25_001, 2, 1),
    ]


def chance(total, bad, checked, wrong):
    """Of `wrong` or fewer, counted out."""
    ways = sum(math.comb(bad, n) * math.comb(total - bad, checked - n) for n in range(wrong + 1))
    return Fraction(ways, math.comb(total, checked))


@pytest.mark.parametrize("total", [1, 2, 7, 20, 31])
def test_bound_is_the_least_that_holds_in_95_of_100_draws(total):
    for checked in range(1, total + 1):
        for wrong in range(checked + 1):
            bound = upper_bound(total=total, checked=checked, wrong=wrong)
            possible = range(wrong, total - (checked - wrong) + 1)
            assert bound == max(bad for bad in possible if chance(total, bad, checked, wrong) > Fraction(5, 100))


@pytest.mark.parametrize(
    ("checked", "wrong", "percent"),
    # Clopper and Pearson's one-sided 95 % bound, from tables.
    [(100, 0, 2.951), (100, 1, 4.656), (100, 2, 6.162), (59, 0, 4.951), (93, 1, 4.999), (300, 0, 0.994)],
)
def test_bound_of_a_large_book_is_the_one_of_the_tables(checked, wrong, percent):
    total = 10**9
    assert upper_bound(total=total, checked=checked, wrong=wrong) / total * 100 == pytest.approx(percent, abs=0.001)


@pytest.mark.parametrize("checked", [100, 300, 1_000])
def test_with_none_wrong_it_is_the_rule_of_three(checked):
    assert upper_bound(total=1_000_000, checked=checked, wrong=0) / 1_000_000 == pytest.approx(3 / checked, rel=0.02)


def test_whole_book_checked_leaves_no_doubt():
    assert upper_bound(total=300, checked=300, wrong=2) == 2


def test_bound_holds_for_many_wrong_of_many_checked():
    bound = upper_bound(total=1_000_000, checked=1_000, wrong=400)
    assert chance(1_000_000, bound, 1_000, 400) > Fraction(5, 100) >= chance(1_000_000, bound + 1, 1_000, 400)


@pytest.mark.parametrize("numbers", [(10, 0, 0), (10, 11, 0), (10, 5, 6), (10, 5, -1)])
def test_what_can_not_have_been_checked_is_refused(numbers):
    total, checked, wrong = numbers
    with pytest.raises(ValueError, match="some are checked"):
        upper_bound(total=total, checked=checked, wrong=wrong)


def test_result_of_300_right_lines_of_a_million():
    result = Result(total=1_000_000, right=300, wrong=0, unknown=0)
    assert (result.size, result.percent) == (300, Decimal("1.0"))
    assert 9_900 < result.bound < 9_940


def test_line_that_could_not_be_checked_counts_as_wrong():
    assert Result(1_000_000, 299, 0, 1).bound == Result(1_000_000, 299, 1, 0).bound
