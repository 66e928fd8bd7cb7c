"""The README's table of settings is the settings: each that the code reads stands in it once, and no other does."""

import ast
import re

from petition.local import ROOT

HEADING = "## Settings"
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
READERS = {"key", "word", "whole"}


def names_read(text):
    """The first argument of each env.…("NAME"), key("NAME"), word("NAME") and whole("NAME")."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        called = node.func
        of_env = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "env"
        if of_env or isinstance(called, ast.Name) and called.id in READERS:
            yield node.args[0].value


def first_table(text):
    """The rows of the first table below the heading."""
    below = text.partition(f"\n{HEADING}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    return ROW.findall(table[0]) if table else []


def test_table_names_what_the_settings_read():
    settings = (ROOT / "petition" / "settings.py").read_text(encoding="utf-8")
    table = first_table((ROOT / "README.md").read_text(encoding="utf-8"))
    assert sorted(table) == sorted(set(names_read(settings)))


def test_environment_is_read_in_no_other_file_of_the_site():
    """Set-up and serving run before the settings are there, and read their own few; workers.py hands all of it on."""
    readers = [
        str(path.relative_to(ROOT))
        for room in ("petition", "signatures")
        for path in sorted((ROOT / room).rglob("*.py"))
        if re.search(r"\bos\.(?:environ|getenv)\b", path.read_text(encoding="utf-8")) and "local" not in path.parts
    ]
    assert readers == ["petition/wsgi.py", "signatures/delivery/workers.py"]


def test_each_way_of_reading_is_seen():
    text = 'A = env.str("ONE", default="x")\nB = key("TWO")\nC = f(word("THREE", ("a",), "a"))\nD = other("FOUR")'
    assert list(names_read(text)) == ["ONE", "TWO", "THREE"]
