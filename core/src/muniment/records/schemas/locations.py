"""Places: GeoJSON points and areas (RFC 7946, WGS 84), names, identifiers."""

from __future__ import annotations

import math
from typing import Any

from marshmallow import ValidationError

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import limits
from muniment.records.schemas.identifiers import IdentifierPart
from muniment.records.schemas.parts import NOT_AN_OBJECT, Errors, ListOf, ObjectOf, Part, add_error
from muniment.records.schemas.text import Text, ValueField, too_long

GEOMETRY_TYPES = ("Point", "MultiPoint", "Polygon")
#: Metres above or below the ellipsoid; more is not on Earth.
_MAXIMUM_ALTITUDE = 1e8

Position = list[float]


class GeometryField(ValueField):
    """A GeoJSON geometry of one of `GEOMETRY_TYPES`; other members are dropped."""

    def load_value(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(NOT_AN_OBJECT)
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in GEOMETRY_TYPES:
            raise ValidationError({"type": [f"Unknown GeoJSON object type. Choose one of {list(GEOMETRY_TYPES)}."]})
        try:
            coordinates = _COORDINATES[kind](value.get("coordinates"))
        except ValidationError as error:
            raise ValidationError({"coordinates": error.messages}) from error
        return {"type": kind, "coordinates": coordinates}


def _position(value: Any) -> Position:
    if not isinstance(value, list) or not 2 <= len(value) <= 3:
        raise ValidationError("A position must have two or three numbers: longitude, latitude and altitude.")
    longitude, latitude, *altitude = [_number(item) for item in value]
    if abs(longitude) > 180:
        raise ValidationError("The longitude, which comes first, must be between -180 and 180 degrees.")
    if abs(latitude) > 90:
        raise ValidationError("The latitude, which comes second, must be between -90 and 90 degrees.")
    if altitude and abs(altitude[0]) > _MAXIMUM_ALTITUDE:
        raise ValidationError("The altitude, which comes third, must be in metres.")
    return [longitude, latitude, *altitude]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValidationError("Not a valid number.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError("Special numeric values (nan or infinity) are not permitted.")
    return value


def _positions(value: Any) -> list[Position]:
    if not isinstance(value, list) or not value:
        raise ValidationError("Not a valid list of positions.")
    if len(value) > limits.POSITIONS:
        raise ValidationError(too_long(limits.POSITIONS))
    return [_position(item) for item in value]


def _ring(value: Any) -> list[Position]:
    ring = _positions(value)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValidationError("Each linear ring must have at least four positions and end where it starts.")
    return ring


def _rings(value: Any) -> list[list[Position]]:
    if not isinstance(value, list) or not value:
        raise ValidationError("Not a valid list of linear rings.")
    if len(value) > limits.POSITIONS or sum(len(ring) for ring in value if isinstance(ring, list)) > limits.POSITIONS:
        raise ValidationError(too_long(limits.POSITIONS))
    return [_ring(item) for item in value]


_COORDINATES = {"Point": _position, "MultiPoint": _positions, "Polygon": _rings}


class LocationPart(Part):
    """One place: a geometry, a name, identifiers or a description, at least one of them."""

    geometry = GeometryField()
    place = Text()
    description = Text(lines=True)

    def finish(self, data: dict[str, Any], errors: Errors) -> None:
        if not any(data.get(key) for key in self.load_fields) and not errors:
            add_error(errors, "At least one of ['geometry', 'place', 'identifiers', 'description'] must be present.")


class FeaturesPart(Part):
    """GeoJSON's collection of places."""


def locations(schemes: IdentifierSchemes) -> ObjectOf:
    identifiers = ListOf(ObjectOf(IdentifierPart(schemes, "location")), maximum=100)
    features = ListOf(ObjectOf(LocationPart.with_fields(identifiers=identifiers)), maximum=1000)
    return ObjectOf(FeaturesPart.with_fields(features=features))
