"""The house's shape: what stands at the top, and that nothing grows past being seen at once."""

import ast
import subprocess

import pytest

from petition.local import ROOT
from tests.house.imports import files, parse

TOP = {
    *(".ci", ".gitignore", "LICENSE", "Makefile", "README.md", "docs", "locale", "manage.py", "petition"),
    *("pyproject.toml", "requirements-dev.txt", "requirements.txt", "signatures", "static", "templates", "tests"),
}
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 320, 420, 60
CODE = [path for room in ("petition", "signatures") for path in files(room) if "migrations" not in path.parts]
TESTS = files("tests")


def named(path):
    return str(path.relative_to(ROOT))


def test_top_is_as_ordered():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.partition("/")[0].strip('"') for line in listed.stdout.splitlines()} == TOP


@pytest.mark.parametrize(("room", "most"), [(CODE, FILE_LINES), (TESTS, TEST_FILE_LINES)], ids=["code", "tests"])
def test_no_file_is_too_long(room, most):
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in room}
    assert {name: count for name, count in lines.items() if count > most} == {}


def functions():
    for path in (*CODE, *TESTS):
        for node in ast.walk(parse(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{named(path)}: {node.name}", node.end_lineno - node.lineno + 1


def test_no_function_is_too_long():
    assert {name: lines for name, lines in functions() if lines > FUNCTION_LINES} == {}


def test_nothing_is_caught_without_a_name():
    bare = [
        f"{named(path)}:{node.lineno}"
        for path in (*CODE, *TESTS)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


@pytest.mark.parametrize("name", ["utils.py", "services.py", "helpers.py", "common.py", "misc.py"])
def test_no_drawer_for_everything(name):
    assert [named(path) for path in (*CODE, *TESTS) if path.name == name] == []


def test_no_test_is_skipped_or_expected_to_fail():
    marks = ("pytest.mark." + "skip", "pytest." + "skip(", "pytest.mark." + "xfail")
    assert [named(path) for path in TESTS if any(mark in path.read_text(encoding="utf-8") for mark in marks)] == []
