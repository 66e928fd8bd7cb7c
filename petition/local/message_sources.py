"""Every string of the project that a translator must see: from the Python files and from the templates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

SOURCES = ("petition", "signatures")
TEMPLATES = "templates"
Positions = tuple[int | tuple[int, str], ...]
# Where the string, its plural and its context stand among the arguments.
_PLURAL: Positions = (1, 2)
_CONTEXT: Positions = ((1, "c"), 2)
_BOTH: Positions = ((1, "c"), 2, 3)
KEYWORDS: dict[str, Positions | None] = {
    **dict.fromkeys(("_", "_t", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), _PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), _CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), _BOTH),
}


def _python(root: Path) -> Iterator[tuple[Path, bytes]]:
    for source in SOURCES:
        for path in sorted((root / source).rglob("*.py")):
            yield path, path.read_bytes()


def _templates(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Django makes of a template what reads as Python's calls; in brackets its indentation means nothing."""
    for path in sorted((root / TEMPLATES).rglob("*")):
        if path.is_file():
            calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            yield path, f"(\n{calls}\n)".encode()


def strings(root: Path) -> Catalog:
    """A catalog of all strings found under `root`, untranslated."""
    catalog = Catalog(locale="km", fuzzy=False)
    for _path, source in (*_python(root), *_templates(root)):
        for _line, string, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
            catalog.add(string, context=context)
    return catalog
