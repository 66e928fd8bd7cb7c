"""What the docs say is shown by a test has that test; what they point to is there."""

import re

import pytest

from petition.local import ROOT

THREATS = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")


def named_tests():
    path = ""
    for word in re.findall(r"`((?:tests/[\w/]+\.py)?(?:::\w+)?)`", THREATS):
        file, _, name = word.partition("::")
        path = file or path
        yield path, name


@pytest.mark.parametrize(("path", "name"), sorted(set(named_tests())))
def test_every_test_that_the_threats_name_is_there(path, name):
    assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_every_page_and_file_that_a_page_of_the_docs_points_to_is_there(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    places = [place.partition("#")[0] for place in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in place]
    # A number is a picture of an update.
    assert [place for place in places if place and not place.isdigit() and not (ROOT / "docs" / place).exists()] == []


@pytest.mark.parametrize("page", ["asvs.md", "threats.md"])
def test_every_file_of_ours_that_they_name_is_there(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:petition|signatures|tests)/[\w/]+\.(?:py|sql))", text))
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
