"""The map of the world, its countries shaded by how many have signed there (geometry/README.md)."""

from __future__ import annotations

import bisect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_WORLD = json.loads((Path(__file__).parent / "geometry" / "world.json").read_text(encoding="utf-8"))
VIEW_BOX = " ".join(map(str, _WORLD["box"]))
SHAPES: dict[str, str] = _WORLD["shapes"]
# A line of no length: its round end is a dot, and stays as large on a small screen.
DOTS: dict[str, str] = {code: f"M{x} {y}h0" for code, (x, y) in _WORLD["dots"].items()}

SHADES = (10, 100, 1_000, 10_000, 100_000)  # the least count of each shade; 10 is queries.SMALL_COUNTRY


class Place(NamedTuple):
    code: str
    n: int
    shade: int  # 1 is the lightest
    path: str
    is_dot: bool


class Shade(NamedTuple):
    shade: int
    least: int
    most: int | None  # None: as many as there may be


class WorldMap(NamedTuple):
    land: str  # one path of all that is not shaded
    places: list[Place]  # dots last, so that no shape covers them
    legend: list[Shade]  # up to the darkest that is there


def world_map(by_country: Mapping[str, int]) -> WorldMap:
    """Of the countries' counts, none of them below SHADES[0]. A code that has no place on the map is left out."""
    places = [
        Place(code, count, bisect.bisect(SHADES, count), SHAPES.get(code) or DOTS[code], code not in SHAPES)
        for code, count in by_country.items()
        if code in SHAPES or code in DOTS
    ]
    land = _WORLD["land"] + "".join(path for code, path in SHAPES.items() if code not in by_country)
    darkest = max((place.shade for place in places), default=0)
    ends = [least - 1 for least in SHADES[1:]] + [None]
    legend = [Shade(i + 1, SHADES[i], ends[i]) for i in range(darkest)]
    return WorldMap(land, sorted(places, key=lambda place: place.is_dot), legend)
