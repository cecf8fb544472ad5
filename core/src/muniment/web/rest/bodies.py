"""Read JSON request bodies: media type, size, depth and form are checked before anything else sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson
from flask import request
from werkzeug.exceptions import ClientDisconnected

from muniment.errors import InvalidRequest, Problem, TooLarge, UnsupportedMediaType, ValidationFailed
from muniment.web.current import state

MAX_JSON_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 64
JSON_TYPES: Final = ("application/json", "application/vnd.inveniordm.v1+json")

NOT_JSON: Final = "Unable to decode JSON data in request body."


def read_json(media_types: Iterable[str] = JSON_TYPES, *, empty: Any = None) -> Any:
    """The parsed body; `empty` stands for a body of no bytes.

    A body without Content-Type is taken for JSON, as InvenioRDM does. NUL characters are removed: no text has a use
    for them, and PostgreSQL cannot store them.

    Raises UnsupportedMediaType (415), TooLarge (413) or InvalidRequest (400).
    """
    raw = _read()
    if not raw:
        return empty
    check_media_type(media_types)
    try:
        data = orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError):
        raise InvalidRequest(NOT_JSON) from None
    _check_depth(data)
    return _without_nul(data) if b"\\u0000" in raw else data


def read_object(media_types: Iterable[str] = JSON_TYPES) -> dict[str, Any]:
    """The parsed body, which must be a JSON object; no body at all is an empty one."""
    data = read_json(media_types, empty={})
    if not isinstance(data, dict):
        raise ValidationFailed(errors=[Problem("_schema", "Invalid input type.")])
    return data


def check_media_type(media_types: Iterable[str]) -> None:
    """Raise UnsupportedMediaType unless the body's type, whatever its parameters, is one of these."""
    accepted = tuple(media_types)
    if request.mimetype and request.mimetype not in accepted:
        raise UnsupportedMediaType(f"Invalid 'Content-Type' header. Expected one of: {', '.join(accepted)}")


def _read() -> bytes:
    length = request.content_length
    if length is not None and length > MAX_JSON_BYTES:
        raise TooLarge(f"A JSON body may have {MAX_JSON_BYTES} bytes; this one has {length}.")
    if length == 0 or (length is None and "Transfer-Encoding" not in request.headers):
        return b""
    # Werkzeug cuts a body of unknown length at its limit without a word: one byte more tells that it was longer.
    request.max_content_length = MAX_JSON_BYTES + 1
    leave = state().transfers.enter(None)
    try:
        raw = request.get_data(cache=False)
    except ClientDisconnected:
        raise InvalidRequest("The request body ended before its declared length.") from None
    finally:
        leave()
    if len(raw) > MAX_JSON_BYTES:
        raise TooLarge(f"A JSON body may have {MAX_JSON_BYTES} bytes; this one has more.")
    return raw


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for value in level
            if isinstance(value, (dict, list))
            for child in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise InvalidRequest(f"The JSON body is nested deeper than {MAX_DEPTH} levels.")


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {key.replace("\x00", ""): _without_nul(item) for key, item in value.items()}
    return value
