"""Places of DataCite (all kernels) as GeoJSON features."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from muniment_importers.values import Losses, line, listed, mapping, mappings

Position = list[float]
Geometry = dict[str, Any]


def features(locations: Any, losses: Losses) -> list[dict[str, Any]]:
    """One feature for each geometry of each `geoLocation`; a place without geometry is a feature of its own."""
    found: list[dict[str, Any]] = []
    for number, location in mappings(locations):
        where = f"geoLocations.{number}"
        place = line(location.get("geoLocationPlace"))
        geometries = list(_geometries(location, where, losses))
        for geometry in geometries:
            found.append({"geometry": geometry, **({"place": place} if place else {})})
        if place and not geometries:
            found.append({"place": place})
    return found


def point(longitude: Any, latitude: Any) -> Geometry | None:
    """A GeoJSON point, or None where the numbers are none or lie off the globe."""
    position = _position(longitude, latitude)
    return {"type": "Point", "coordinates": position} if position else None


def _geometries(location: Mapping[str, Any], where: str, losses: Losses) -> Iterator[Geometry]:
    for key, read in (("Point", _point), ("Box", _box), ("Polygon", _polygons)):
        source = location.get(f"geoLocation{key}")
        if not source:
            continue
        geometries = read(source)
        if not geometries:
            losses.add(f"{where}.geoLocation{key}", "the coordinates are incomplete, no numbers or off the globe")
        yield from geometries


def _point(source: Any) -> list[Geometry]:
    """Kernel 4 names its coordinates; kernel 3 writes "latitude longitude"."""
    if isinstance(source, str):
        numbers = _numbers(source, 2)
        found = point(numbers[1], numbers[0]) if numbers else None
    else:
        corner = mapping(source)
        found = point(corner.get("pointLongitude"), corner.get("pointLatitude"))
    return [found] if found else []


def _box(source: Any) -> list[Geometry]:
    """A box as a polygon; one across the date line as two, as RFC 7946, section 3.1.9, asks."""
    sides = mapping(source)
    if isinstance(source, str):
        corners = ("southBoundLatitude", "westBoundLongitude", "northBoundLatitude", "eastBoundLongitude")
        sides = dict(zip(corners, _numbers(source, 4) or (), strict=False))
    west, east = sides.get("westBoundLongitude"), sides.get("eastBoundLongitude")
    south, north = sides.get("southBoundLatitude"), sides.get("northBoundLatitude")
    low, high = _position(west, south), _position(east, north)
    if not low or not high or low[1] > high[1]:
        return []
    if low == high:
        return [{"type": "Point", "coordinates": low}]
    if low[0] > high[0]:
        return [_rectangle(low, [180.0, high[1]]), _rectangle([-180.0, low[1]], high)]
    return [_rectangle(low, high)]


def _rectangle(low: Position, high: Position) -> Geometry:
    (west, south), (east, north) = low, high
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _polygons(source: Any) -> list[Geometry]:
    """A polygon is a list of points; several polygons are a list of such lists or of objects that hold one."""
    rings = listed(source)
    if rings and all(isinstance(ring, list) for ring in rings):
        return [polygon for ring in rings for polygon in _polygons(ring)]
    if isinstance(source, Mapping) and isinstance(source.get("polygonPoints"), list):
        rings = source["polygonPoints"]
    positions = [_position(corner.get("pointLongitude"), corner.get("pointLatitude")) for corner in _corners(rings)]
    ring = [position for position in positions if position]
    if len(ring) < 3 or len(ring) < len(positions):
        return []
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    return [{"type": "Polygon", "coordinates": [ring]}] if len(ring) >= 4 else []


def _corners(points: list[Any]) -> Iterator[Mapping[str, Any]]:
    for _, corner in mappings(points):
        if "inPolygonPoint" not in corner:
            yield mapping(corner.get("polygonPoint")) or corner


def _position(longitude: Any, latitude: Any) -> Position | None:
    east, north = _number(longitude), _number(latitude)
    if east is None or north is None or abs(east) > 180 or abs(north) > 90:
        return None
    return [east, north]


def _numbers(value: str, count: int) -> list[float] | None:
    numbers = [_number(part) for part in re.split(r"[\s,;]+", value.strip())]
    found = [number for number in numbers if number is not None]
    return found if len(found) == len(numbers) == count else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
