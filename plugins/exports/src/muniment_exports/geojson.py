"""GeoJSON (RFC 7946): the places of a work as features."""

from __future__ import annotations

from typing import Any

import orjson

from muniment_exports.work import Work, line


def write(work: Work) -> bytes:
    features = [_feature(work, number, place) for number, place in enumerate(work.places, start=1)]
    about = {"title": work.title, "url": work.address, "date": work.date, "creators": [a.name for a in work.creators]}
    return orjson.dumps({"type": "FeatureCollection", "features": features, "about": about})


def _feature(work: Work, number: int, place: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "place": line(place.get("place")),
        "description": line(place.get("description")),
        "identifiers": [
            {key: str(item[key]) for key in ("scheme", "identifier") if item.get(key)}
            for item in place.get("identifiers") or []
        ],
        "record": work.address,
    }
    geometry = place.get("geometry") or None
    shown = {key: value for key, value in properties.items() if value}
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": shown}
