import re

import pytest

from petition import countries
from petition.local import ROOT
from signatures import queries, world

NOWHERE = {"AQ"}  # the map ends above it


def test_every_country_has_its_place_on_the_map():
    assert set(countries.CODES) - set(world.SHAPES) - set(world.DOTS) == NOWHERE


def test_map_has_no_place_that_is_no_country_and_none_has_two():
    assert set(world.SHAPES) | set(world.DOTS) <= set(countries.CODES)
    assert set(world.SHAPES) & set(world.DOTS) == set()


def extent(path):
    """The least and the greatest x and y of a path of M, l, h and z, all in whole numbers."""
    xs, ys = [], []
    for part in path.removesuffix("z").split("z"):
        start, *steps = [list(map(int, re.findall(r"-?\d+", run))) for run in re.split("[lh]", part)]
        x, y = start
        xs.append(x)
        ys.append(y)
        if len(steps[0]) > 1:
            for dx, dy in zip(steps[0][::2], steps[0][1::2], strict=True):
                x, y = x + dx, y + dy
                xs.append(x)
                ys.append(y)
    return min(xs), max(xs), min(ys), max(ys)


@pytest.mark.parametrize("code", sorted(world.SHAPES | world.DOTS))
def test_country_is_drawn_within_the_map(code):
    left, top, width, height = map(int, world.VIEW_BOX.split())
    x0, x1, y0, y1 = extent((world.SHAPES | world.DOTS)[code])
    assert left < x0 <= x1 < left + width
    assert top < y0 <= y1 < top + height


def middle(code):
    x0, x1, y0, y1 = extent((world.SHAPES | world.DOTS)[code])
    return (x0 + x1) / 2, (y0 + y1) / 2


@pytest.mark.parametrize(
    ("west", "east"), [("US", "FR"), ("FR", "IN"), ("IN", "KH"), ("KH", "JP"), ("JP", "NZ"), ("GF", "FR"), ("MY", "FJ")]
)
def test_countries_stand_from_west_to_east(west, east):
    assert middle(west)[0] < middle(east)[0]


@pytest.mark.parametrize(("north", "south"), [("SJ", "NO"), ("NO", "FR"), ("KH", "SG"), ("SG", "AU"), ("FR", "GF")])
def test_countries_stand_from_north_to_south(north, south):
    assert middle(north)[1] < middle(south)[1]


def test_geometry_is_light():
    assert (ROOT / "signatures" / "geometry" / "world.json").stat().st_size < 60_000


@pytest.mark.parametrize(
    ("n", "shade"),
    [(10, 1), (99, 1), (100, 2), (999, 2), (1000, 3), (10_000, 4), (99_999, 4), (100_000, 5), (10**6, 5)],
)
def test_shade_is_told_by_the_count(n, shade):
    assert [place.shade for place in world.world_map({"KH": n}).places] == [shade]


def test_shades_begin_where_countries_are_named():
    assert world.SHADES[0] == queries.SMALL_COUNTRY


def test_shaded_country_leaves_the_land():
    plain, shaded = world.world_map({}), world.world_map({"KH": 10})
    assert (world.SHAPES["KH"] in plain.land, world.SHAPES["KH"] in shaded.land) == (True, False)
    assert [(place.code, place.n, place.path) for place in shaded.places] == [("KH", 10, world.SHAPES["KH"])]


def test_dots_are_drawn_last():
    places = world.world_map({"SG": 500, "KH": 20, "MT": 10, "MY": 10}).places
    assert [(place.code, place.is_dot) for place in places] == [
        ("KH", False),
        ("MY", False),
        ("SG", True),
        ("MT", True),
    ]


def test_legend_ends_with_the_darkest_that_is_there():
    assert world.world_map({"KH": 150, "US": 10}).legend == [(1, 10, 99), (2, 100, 999)]


def test_darkest_of_all_has_no_upper_end():
    assert world.world_map({"KH": 10**6}).legend[-1] == (5, 100_000, None)


def test_country_without_a_place_is_left_out():
    assert world.world_map({"AQ": 500}).places == []
