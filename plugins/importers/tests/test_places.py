"""Places become GeoJSON with the longitude first."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_importers import places
from muniment_importers.values import Losses


def read(*locations: Any) -> tuple[list[dict[str, Any]], list[str]]:
    losses = Losses()
    return places.features(list(locations), losses), [loss.field for loss in losses.result()]


def corner(longitude: float, latitude: float) -> dict[str, Any]:
    return {"polygonPoint": {"pointLongitude": str(longitude), "pointLatitude": latitude}}


def test_a_point_with_its_place() -> None:
    location = {
        "geoLocationPlace": "Vancouver",
        "geoLocationPoint": {"pointLongitude": "-123.1207", "pointLatitude": 49.2827},
    }
    geometry = {"type": "Point", "coordinates": [-123.1207, 49.2827]}
    assert read(location) == ([{"geometry": geometry, "place": "Vancouver"}], [])


def test_kernel_3_writes_latitude_first() -> None:
    features, _ = read({"geoLocationPoint": "31.233 -67.302"}, {"geoLocationBox": "41.09 -71.03 41.89 -68.21"})
    assert features[0]["geometry"]["coordinates"] == [-67.302, 31.233]
    assert features[1]["geometry"]["coordinates"][0][0] == [-71.03, 41.09]


def test_a_box_is_a_closed_ring_against_the_clock() -> None:
    box = {"westBoundLongitude": "-1", "eastBoundLongitude": "2", "southBoundLatitude": "3", "northBoundLatitude": "4"}
    features, _ = read({"geoLocationBox": box})
    ring = [[-1.0, 3.0], [2.0, 3.0], [2.0, 4.0], [-1.0, 4.0], [-1.0, 3.0]]
    assert features == [{"geometry": {"type": "Polygon", "coordinates": [ring]}}]


def test_a_box_across_the_date_line_is_cut_there() -> None:
    box = {"westBoundLongitude": 170, "eastBoundLongitude": -170, "southBoundLatitude": -5, "northBoundLatitude": 5}
    features, _ = read({"geoLocationBox": box, "geoLocationPlace": "Fiji"})
    corners = [feature["geometry"]["coordinates"][0][:2] for feature in features]
    assert corners == [[[170.0, -5.0], [180.0, -5.0]], [[-180.0, -5.0], [-170.0, -5.0]]]
    assert {feature["place"] for feature in features} == {"Fiji"}


def test_a_box_without_extent_is_a_point() -> None:
    box = {"westBoundLongitude": 1, "eastBoundLongitude": 1, "southBoundLatitude": 2, "northBoundLatitude": 2}
    assert read({"geoLocationBox": box})[0][0]["geometry"] == {"type": "Point", "coordinates": [1.0, 2.0]}


def test_polygons_are_closed_and_their_inner_point_is_no_corner() -> None:
    points = [corner(0, 0), corner(4, 0), corner(4, 4), {"inPolygonPoint": {"pointLongitude": 1, "pointLatitude": 1}}]
    ring = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 0.0]]
    assert read({"geoLocationPolygon": points})[0][0]["geometry"]["coordinates"] == [ring]
    assert len(read({"geoLocationPolygon": [points, points]})[0]) == 2


@pytest.mark.parametrize(
    "location",
    [
        {"geoLocationPoint": {"pointLongitude": "200", "pointLatitude": "0"}},
        {"geoLocationPoint": {"pointLongitude": "east", "pointLatitude": "0"}},
        {"geoLocationPoint": {"pointLongitude": "nan", "pointLatitude": "0"}},
        {"geoLocationPoint": {"pointLongitude": "1"}},
        {"geoLocationBox": "1 2 3"},
        {"geoLocationPolygon": [corner(0, 0), corner(1, 1)]},
        {"geoLocationPolygon": [corner(0, 0), corner(1, 1), corner(2, 95)]},
    ],
)
def test_impossible_coordinates_are_reported(location: dict[str, Any]) -> None:
    features, lost = read(location)
    assert features == []
    assert len(lost) == 1


def test_the_place_of_an_impossible_geometry_is_kept() -> None:
    features, lost = read({"geoLocationPlace": "Basel", "geoLocationPoint": "x y"})
    assert (features, len(lost)) == ([{"place": "Basel"}], 1)
