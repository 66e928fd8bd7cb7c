"""What each of our files imports, wherever in it, by the full name of the module or of what is taken from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def module(path: Path) -> str:
    """signatures/models/__init__.py is signatures.models."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    package = module(path) if path.name == "__init__.py" else module(path).rpartition(".")[0]
    return imported(parse(path), package)


def imported(tree: ast.Module, package: str) -> Iterator[str]:
    """`package` is where the file stands, for what it imports from beside it."""
    parts = package.split(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = parts[: len(parts) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{source}.{name.name}" for name in node.names)


def is_within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")
