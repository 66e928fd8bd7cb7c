"""Makes signatures/geometry/world.json from Natural Earth. Run it only to change the map; README.md beside the result
says where the data comes from, and how to run this.

    python docs/world_map.py PACKAGE    the unpacked npm package `world-atlas`; needs shapely 2.1 or newer, and Babel
"""

import json
import math
import sys
from pathlib import Path

import shapely
from babel.core import get_global
from shapely.geometry import Polygon

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "signatures" / "geometry" / "world.json"

WIDTH = 1000  # of the land, in units; all coordinates are whole
EDGE = 6  # units around what is drawn
EAST, WEST = 191.5, -168.5  # the map's edges, in degrees: they run through the Bering Strait and cut no land
TOLERANCE = 0.9  # units: what the simplified lines may leave away
SMALL = 12  # square units: a country below that is a dot, as large as can be seen
ISLET = 4  # square units: an island below that is left out, where its country has a larger one

# Natural Earth draws what rules; ISO 3166-1 counts by its codes, and the General Assembly of the United Nations says
# whose Crimea is (resolution 68/262). A part is known by a place in it: (longitude, latitude), of whom, to whom.
PARTS = [
    ((-53, 4), "FR", "GF"),
    ((16, 78.5), "NO", "SJ"),
    ((23, 79.9), "NO", "SJ"),
    ((23, 78), "NO", "SJ"),
    ((34.3, 45.3), "RU", "UA"),
]
WITHOUT_CODE = {"N. Cyprus": "CY", "Somaliland": "SO", "Kosovo": ""}
# Places of those that no file tells apart from another country, and of those whose people live far from the largest
# island: the capital's, or the station's.
PLACES = {
    "BQ": (-68.3, 12.2), "BV": (3.4, -54.4), "CC": (96.8, -12.2), "CX": (105.7, -10.4), "GP": (-61.7, 16.0),
    "KI": (173.0, 1.4), "MQ": (-61.1, 14.6), "RE": (55.4, -20.9), "TK": (-171.8, -9.4), "UM": (166.6, 19.3),
    "YT": (45.2, -12.8),
}  # fmt: skip
SKIPPED = {"AQ"}


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Equal Earth (Šavrič, Patterson and Jenny, 2018), which keeps areas: as if on a globe of radius 1, y downwards."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    if longitude < WEST:
        longitude += 360
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude - (EAST + WEST) / 2) * math.cos(t) / (3 * slope)
    return x, -(a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t)


def countries(file: Path) -> dict[str, list[list[tuple[float, float]]]]:
    """Each code's outer rings, in degrees, from TopoJSON; "" stands for land without a code. Lakes do not matter."""
    topology = json.loads(file.read_text(encoding="utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        arcs.append([(tx + sx * (x := x + dx), ty + sy * (y := y + dy)) for dx, dy in arc])
    codes = {number: names[0] for number, names in get_global("territory_aliases").items() if number.isdigit()}
    found: dict[str, list[list[tuple[float, float]]]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = codes[shape["id"]] if shape.get("id") else WITHOUT_CODE.get(name)
        if code is None or code in SKIPPED:
            continue
        for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
            ring: list[tuple[float, float]] = []
            for i in polygon[0]:
                ring += (arcs[i] if i >= 0 else arcs[~i][::-1])[bool(ring) :]
            found.setdefault(owner(code, ring), []).append(ring)
    return found


def owner(code: str, ring: list[tuple[float, float]]) -> str:
    for place, of, to in PARTS:
        if code == of and Polygon(ring).contains(shapely.Point(place)):
            return to
    return code


def path(shape: shapely.Geometry) -> str:
    """SVG, in whole units, each point told by its distance from the one before."""
    words = []
    rings = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
    for part in rings:
        points: list[tuple[int, int]] = []
        for x, y in part.exterior.coords:
            point = round(x), round(y)
            if not points or point != points[-1]:
                points.append(point)
        if len(points) < 4 or (part.area < ISLET and part is not rings[0]):
            continue
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(points, points[1:-1], strict=False)]
        joined = "".join(number if number[0] == "-" else f" {number}" for step in steps for number in map(str, step))
        words.append(f"M{points[0][0]} {points[0][1]}l{joined.strip()}z")
    return "".join(words)


def main(package: Path) -> None:
    rings = countries(package / "countries-110m.json")
    corners = [projected(*point) for parts in rings.values() for ring in parts for point in ring]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    scale = WIDTH / (max(x for x, _ in corners) - left)

    def placed(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = projected(longitude, latitude)
        return (x - left) * scale, (y - top) * scale

    def whole(parts: list[list[tuple[float, float]]]) -> shapely.Geometry:
        return shapely.union_all([shapely.make_valid(Polygon([placed(*point) for point in ring])) for ring in parts])

    codes = sorted(rings)
    simple = dict(zip(codes, shapely.coverage_simplify([whole(rings[code]) for code in codes], TOLERANCE), strict=True))
    shapes = {code: path(shape) for code, shape in simple.items() if code and shape.area >= SMALL}
    dots = {code: placed(*place) for code, place in PLACES.items() if code not in shapes}
    for detail in ("110m", "50m", "10m"):
        for code, parts in countries(package / f"countries-{detail}.json").items():
            if code and code not in shapes and code not in dots:
                largest = max((whole([ring]) for ring in parts), key=lambda shape: shape.area)
                dots[code] = shapely.point_on_surface(largest).coords[0]
    x0, y0, x1, y1 = shapely.union_all([*simple.values(), *map(shapely.Point, dots.values())]).bounds
    result = {
        "box": [round(x0) - EDGE, round(y0) - EDGE, round(x1 - x0) + 2 * EDGE, round(y1 - y0) + 2 * EDGE],
        "land": "".join(path(shape) for code, shape in simple.items() if code not in shapes),
        "shapes": shapes,
        "dots": {code: [round(x), round(y)] for code, (x, y) in sorted(dots.items())},
    }
    RESULT.write_text(json.dumps(result, indent=0, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
