"""Build JSON answers of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from flask import Response, request

JSON: Final = "application/json"

#: Values of a boolean query argument that mean yes; the same set marshmallow takes.
TRUTHY: Final = frozenset({"1", "t", "T", "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})


def dump(data: Any, *, pretty: bool = False) -> bytes:
    """JSON bytes of plain data; dates are written as ISO 8601 with offset."""
    options = orjson.OPT_INDENT_2 if pretty else 0
    return orjson.dumps(data, option=options | orjson.OPT_NON_STR_KEYS)


def answer_json(
    data: Any,
    status: int = 200,
    *,
    headers: Mapping[str, str] | None = None,
    media_type: str = JSON,
) -> Response:
    """A JSON answer from plain data, or from bytes that are JSON already; honours `?prettyprint=1`."""
    pretty = bool(request.query_string) and request.args.get("prettyprint", "") in TRUTHY
    if isinstance(data, bytes):
        body = dump(orjson.loads(data), pretty=True) if pretty else data
    else:
        body = dump(data, pretty=pretty)
    response = Response(body, status=status, content_type=media_type)
    if headers:
        response.headers.update(headers)
    return response


def no_content(status: int = 204) -> Response:
    """An answer without a body."""
    response = Response(b"", status=status)
    response.headers.pop("Content-Type", None)
    return response
