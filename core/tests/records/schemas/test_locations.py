"""Places: geometries, names, identifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Outcome = Callable[..., tuple[dict[str, Any], dict[str, list[str]]]]


SQUARE = [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [-32.94682, -60.63932]},
        {"type": "Point", "coordinates": [8.5, 47.3, 408.0]},
        {"type": "MultiPoint", "coordinates": [[0, 0], [1.5, 1]]},
        {"type": "Polygon", "coordinates": [SQUARE, SQUARE]},
    ],
)
def test_geometries(outcome: Outcome, geometry: dict[str, Any]) -> None:
    stored, messages = outcome(
        locations={"type": "FeatureCollection", "features": [{"geometry": {**geometry, "crs": "x"}}]}
    )
    assert messages == {}
    assert stored["locations"] == {"features": [{"geometry": geometry}]}


@pytest.mark.parametrize(
    ("geometry", "field", "message"),
    [
        ({"type": "Circle", "coordinates": [0, 0]}, "type", "Unknown GeoJSON object type"),
        ({"coordinates": [0, 0]}, "type", "Unknown GeoJSON object type"),
        ({"type": ["Point"], "coordinates": [0, 0]}, "type", "Unknown GeoJSON object type"),
        ({"type": "Point"}, "coordinates", "two or three numbers"),
        ({"type": "Point", "coordinates": [1]}, "coordinates", "two or three numbers"),
        ({"type": "Point", "coordinates": ["1", "2"]}, "coordinates", "Not a valid number"),
        ({"type": "Point", "coordinates": [True, 2]}, "coordinates", "Not a valid number"),
        ({"type": "Point", "coordinates": [181, 2]}, "coordinates", "longitude"),
        ({"type": "Point", "coordinates": [47, -91]}, "coordinates", "latitude"),
        ({"type": "Point", "coordinates": [1, 10**400]}, "coordinates", "latitude"),
        ({"type": "Point", "coordinates": [1, 1, 10**400]}, "coordinates", "altitude"),
        ({"type": "Point", "coordinates": [float("nan"), 1]}, "coordinates", "Special numeric values"),
        ({"type": "Point", "coordinates": [float("inf"), 1]}, "coordinates", "Special numeric values"),
        ({"type": "MultiPoint", "coordinates": []}, "coordinates", "Not a valid list"),
        ({"type": "MultiPoint", "coordinates": [[0, 0]] * 10_001}, "coordinates", "Longer than"),
        ({"type": "Polygon", "coordinates": [SQUARE[:4]]}, "coordinates", "end where it starts"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "coordinates", "at least four"),
        ({"type": "Polygon", "coordinates": [SQUARE] * 2001}, "coordinates", "Longer than"),
        ({"type": "Polygon", "coordinates": {}}, "coordinates", "linear rings"),
    ],
)
def test_geometries_are_checked(outcome: Outcome, geometry: Any, field: str, message: str) -> None:
    stored, messages = outcome(locations={"features": [{"geometry": geometry, "place": "Here"}]})
    assert stored["locations"] == {"features": [{"place": "Here"}]}
    assert list(messages) == [f"locations.features.0.geometry.{field}"]
    assert message in messages[f"locations.features.0.geometry.{field}"][0]


def test_places(outcome: Outcome) -> None:
    stored, messages = outcome(
        locations={
            "features": [
                {
                    "place": "Zürich",
                    "identifiers": [{"identifier": "Q72"}, {"identifier": "2657896", "scheme": "geonames"}],
                },
                {"description": "Two\nlines"},
                {"place": ""},
                {"geometry": "POINT (1 2)"},
            ]
        }
    )
    assert stored["locations"]["features"] == [
        {
            "place": "Zürich",
            "identifiers": [
                {"identifier": "Q72", "scheme": "wikidata"},
                {"identifier": "2657896", "scheme": "geonames"},
            ],
        },
        {"description": "Two\nlines"},
        {"place": ""},
    ]
    assert messages == {
        "locations.features.2": [
            "At least one of ['geometry', 'place', 'identifiers', 'description'] must be present."
        ],
        "locations.features.3.geometry": ["Invalid input type."],
    }
