"""The map beside the places of a record."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.web.ui.places_map import MapView, places_map


def the_map(*geometries: Any) -> MapView:
    found = places_map([{"geometry": geometry} for geometry in geometries])
    assert found is not None
    return found


def point(longitude: float, latitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [longitude, latitude]}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring, [[0, 0], [1, 1], [0, 1], [0, 0]]]}


def test_a_point_is_in_the_middle_of_its_part_of_the_world() -> None:
    found = the_map(point(0.5, 45))
    assert (found.box, found.spots, found.areas) == ("602 120 240 120", "M722 180h0", "")


@pytest.mark.parametrize("corner", [(-180, -90), (180, 90), (180, -90), (-180, 90)])
def test_the_window_never_leaves_the_world(corner: tuple[int, int]) -> None:
    left, top, width, height = map(float, the_map(point(*corner)).box.split())
    assert 0 <= left <= left + width <= 1440
    assert 0 <= top <= top + height <= 720


def test_places_far_from_each_other_are_all_on_the_map() -> None:
    assert the_map(point(6, 46), point(19, 70), point(-68, -55)).box == "0 0 1440 720"
    assert the_map(point(-20, 0), point(20, 0)).box == "600 300 240 120"
    assert the_map({"type": "MultiPoint", "coordinates": [[-60, 0], [60, 0]]}).box == "360 180 720 360"


def test_an_area_is_drawn_with_a_mark_in_its_middle() -> None:
    found = the_map(box(0, 10, 20, 30))
    assert found.areas == "M720 320L800 320L800 240L720 240L720 320z"
    assert found.spots == "M760 280h0"


def test_an_outline_with_thousands_of_corners_is_drawn_as_a_box() -> None:
    ring = [[number / 100, number % 7] for number in range(5000)]
    assert len(the_map({"type": "Polygon", "coordinates": [ring]}).areas) < 80


@pytest.mark.parametrize(
    "geometry",
    [None, "Point", {}, {"type": "Point"}, point(200, 0), {"type": "Point", "coordinates": ["a", "b"]},
     {"type": "Polygon", "coordinates": []}, {"type": "Polygon", "coordinates": [[]]},
     {"type": "MultiPoint", "coordinates": "x"}, {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}],
)  # fmt: skip
def test_what_is_nowhere_has_no_map(geometry: Any) -> None:
    assert places_map([{"geometry": geometry, "place": "Somewhere"}]) is None
