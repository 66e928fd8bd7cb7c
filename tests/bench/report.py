"""What was measured, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.load import Load
from tests.bench.weight import MOST_BYTES, MOST_REQUESTS, Weight

WIDTH = 96  # of the table; cut off, a figure says nothing
NAME = 24  # of a page, which may be cut off


@dataclass
class Figure:
    """One line: a value beside its floor. `unit` is "/s" (more is better) or "s" (less is better)."""

    name: str
    stored: int  # signatures in the database when it was taken
    value: float
    unit: str
    floor_name: str
    floor: float
    aim: str = ""
    is_met: bool | None = None  # None where there is no aim
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.value / self.floor

    @classmethod
    def of_rates(
        cls,
        name: str,
        stored: int,
        loads: Sequence[Load],
        floors: Sequence[Load],
        *,
        floor_name: str,
        aim: str,
        least: float = 0.0,
        least_ratio: float = 0.0,
    ) -> Figure:
        """The medians of some rounds, each in requests a second."""
        value, floor = (statistics.median(load.rate for load in some) for some in (loads, floors))
        detail = {
            "rounds": [round(load.rate, 1) for load in loads],
            "floor_rounds": [round(load.rate, 1) for load in floors],
            "p50_ms": round(statistics.median(load.p50 for load in loads) * 1000, 1),
            "p99_ms": round(statistics.median(load.p99 for load in loads) * 1000, 1),
            "client_busy": round(max(load.busy for load in loads), 2),
        }
        is_met = value >= least and value / floor >= least_ratio
        return cls(name, stored, value, "/s", floor_name, floor, aim, is_met, detail)

    @classmethod
    def of_seconds(
        cls, name: str, stored: int, seconds: float, floor: float, *, floor_name: str, most: float | None = None
    ) -> Figure:
        aim = "" if most is None else f"< {most:g} s"
        return cls(name, stored, seconds, "s", floor_name, floor, aim, None if most is None else seconds < most)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def show(figures: Sequence[Figure], weights: Sequence[Weight], conditions: Sequence[str], console: Console) -> None:
    if weights:
        show_weights(weights, console)
    if figures:
        show_figures(figures, console)
    console.print()
    for line in conditions:
        console.print(f"[dim]{line}[/dim]", highlight=False, soft_wrap=True)


def show_figures(figures: Sequence[Figure], console: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading, place in (
        ("", "left"),
        ("", "right"),
        ("floor", "right"),
        ("", "left"),
        ("ratio", "right"),
        ("aim", "left"),
    ):
        table.add_column(heading, justify=place, no_wrap=True)
    for stored in sorted({figure.stored for figure in figures}):
        table.add_row(f"[bold]{stored:,} signatures stored[/bold]" if stored else "[bold]nothing stored[/bold]")
        for figure in figures:
            if figure.stored == stored:
                table.add_row(*_cells(figure))
    console.print()
    console.print(table, width=max(console.width, WIDTH), crop=False)


def _cells(figure: Figure) -> list[str]:
    result = {None: "", True: "  [green]met[/green]", False: "  [yellow]not met[/yellow]"}[figure.is_met]
    return [
        f"  {figure.name}",
        f"{_number(figure.value)} {figure.unit}",
        f"{_number(figure.floor)} {figure.unit}",
        f"[dim]{figure.floor_name}[/dim]",
        f"{figure.ratio:.2f}",
        f"{figure.aim}{result}",
    ]


def show_weights(weights: Sequence[Weight], console: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    headings = ("", "", "kept, ms", "ratio", "fresh, ms", "ratio", "gzip, B", "br, B", "visit, B", "requests")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number < 2 else "right", no_wrap=True)
    for one in weights:
        mark = ("", "") if one.is_met else ("[yellow]", "[/yellow]")
        table.add_row(
            f"  {one.page[:NAME]}",
            one.language,
            *(part for wait in (one.kept, one.fresh) for part in (f"{wait * 1000:.2f}", f"{wait / one.floor:.1f}")),
            *(f"{size:,}" for size in (one.gzip, one.brotli)),
            *(f"{mark[0]}{number:,}{mark[1]}" for number in (one.visit, one.requests)),
        )
    console.print()
    console.print(table, width=max(console.width, WIDTH), crop=False)
    floor = statistics.median(one.floor for one in weights) * 1000
    most = " and ".join(f"{size:,} B ({language})" for language, size in MOST_BYTES.items())
    met = sum(one.is_met for one in weights)
    for line in (
        f"First byte of a page that is kept, and rendered anew; the ratio is to hello-world's, {floor:.2f} ms.",
        f"Aim of a first visit: {most}, {MOST_REQUESTS} requests: met by {met} of {len(weights)} pages.",
    ):
        console.print(f"  {line}", highlight=False, soft_wrap=True)


def write_json(path: Path, figures: Sequence[Figure], weights: Sequence[Weight], about: dict[str, Any]) -> None:
    rows = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
    pages = [asdict(weight) | {"is_met": weight.is_met} for weight in weights]
    path.write_text(
        json.dumps({"about": about, "figures": rows, "pages": pages}, indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
