"""GeoJSON: what maps draw."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

pytestmark = pytest.mark.plugins("exports")


def test_places_are_features_with_their_geometry_and_names(written: Callable[..., bytes]) -> None:
    point = {"type": "Point", "coordinates": [8.8, 53.1]}
    place = {
        "place": "Bremen <Hafen>",
        "geometry": point,
        "identifiers": [{"scheme": "geonames", "identifier": 2944388}],
    }
    found = orjson.loads(written("geojson", locations={"features": [place, {"place": "Somewhere"}]}))
    first, second = found["features"]
    assert first["geometry"] == point
    assert first["properties"]["place"] == "Bremen <Hafen>"
    assert first["properties"]["identifiers"] == [{"scheme": "geonames", "identifier": "2944388"}]
    assert (first["id"], second["id"]) == (1, 2)
    # RFC 7946: a feature that is nowhere has the geometry null.
    assert second["geometry"] is None


def test_a_record_without_places_has_no_features(written: Callable[..., bytes]) -> None:
    found = orjson.loads(written("geojson"))
    assert (found["type"], found["features"]) == ("FeatureCollection", [])
    assert found["about"]["creators"] == ["Adeyemi, Ngozi"]
