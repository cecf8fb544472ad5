"""Where the places of a record are: drawn over an outline of the world, which needs no map service.

The projection is the plate carrée: a position is its own place on the drawing, `SCALE` steps to a degree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

SCALE: Final = 4
#: Degrees of longitude that a map may show; it is half as high. Closer than that the outline is too coarse.
_WIDTHS: Final = (60.0, 120.0, 180.0)
#: Around the places at least this part of the width stays free.
_MARGIN: Final = 0.15
#: Areas with more corners are drawn as the box around them, so that a page stays light.
_MOST_CORNERS: Final = 400

#: Longitude and latitude, in degrees.
Position = tuple[float, float]


@dataclass(frozen=True)
class MapView:
    """`box` is the part of the world that is shown; `spots` and `areas` are paths: points, and outlines."""

    box: str
    spots: str
    areas: str


def places_map(features: Iterable[Mapping[str, Any]]) -> MapView | None:
    """The map of the geometries among GeoJSON features; nothing when there are none."""
    points: list[Position] = []
    rings: list[list[Position]] = []
    for feature in features:
        found, outlines = positions(feature.get("geometry"))
        points += found
        rings += outlines
    everything = [*points, *(position for ring in rings for position in ring)]
    if not everything:
        return None
    west, south, east, north = bounds(everything)
    if sum(map(len, rings)) > _MOST_CORNERS:
        rings = [_box(ring) for ring in rings[:_MOST_CORNERS]]
    # An area may be too small to be seen, so its middle is marked too.
    middles = [_middle(ring) for ring in rings]
    return MapView(
        box=_window(west, south, east, north),
        spots="".join(f"M{_step(*point)}h0" for point in dict.fromkeys([*points, *middles])),
        areas="".join("M" + "L".join(_step(*position) for position in ring) + "z" for ring in rings),
    )


def positions(geometry: object) -> tuple[list[Position], list[list[Position]]]:
    """The points of a geometry, and its outlines; holes of areas are left out."""
    if not isinstance(geometry, Mapping):
        return [], []
    kind, given = geometry.get("type"), geometry.get("coordinates")
    try:
        if kind == "Point":
            return [_position(given)], []
        if kind == "MultiPoint":
            return [_position(one) for one in _listed(given)], []
        if kind == "Polygon":
            rings = [[_position(one) for one in _listed(ring)] for ring in _listed(given)[:1]]
            return [], [ring for ring in rings if ring]
    except (TypeError, ValueError, IndexError, KeyError):
        pass
    return [], []


def bounds(found: Iterable[Position]) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    longitudes, latitudes = zip(*found, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _position(value: Any) -> Position:
    longitude, latitude = float(value[0]), float(value[1])
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError("not on Earth")
    return longitude, latitude


def _step(longitude: float, latitude: float) -> str:
    return f"{round((longitude + 180) * SCALE, 1):g} {round((90 - latitude) * SCALE, 1):g}"


def _box(ring: list[Position]) -> list[Position]:
    west, south, east, north = bounds(ring)
    return [(west, south), (east, south), (east, north), (west, north)]


def _middle(ring: list[Position]) -> Position:
    west, south, east, north = bounds(ring)
    return (west + east) / 2, (south + north) / 2


def _window(west: float, south: float, east: float, north: float) -> str:
    """The smallest window around the places that is twice as wide as high and does not leave the world."""
    needed = max(east - west, 2 * (north - south)) / (1 - 2 * _MARGIN)
    width = next((width for width in _WIDTHS if width >= needed), 360.0)
    left = min(max((west + east) / 2 - width / 2, -180), 180 - width)
    top = max(min((south + north) / 2 + width / 4, 90), -90 + width / 2)
    return " ".join(f"{round(value * SCALE, 1):g}" for value in (left + 180, 90 - top, width, width / 2))
