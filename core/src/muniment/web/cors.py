"""Which other sites' scripts may use the API from a browser: the headers of CORS, and its preflights.

Cookies are never allowed, whatever is configured: a script of another site is a visitor, or whoever its token says.
`*` opens reading without a token to every site; only a site that is named may send tokens and change something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from muniment.settings.config import Config
from muniment.web.errors import is_api

ANY: Final = "*"
READING: Final = "GET, HEAD, OPTIONS"
EVERYTHING: Final = "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
#: Request headers beside those that a browser always lets pass.
_READING_HEADERS: Final = "Accept, Content-Type, If-None-Match, If-Modified-Since, Range"
_EVERY_HEADER: Final = (
    f"{_READING_HEADERS}, Authorization, If-Match, Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, "
    "Upload-Checksum, X-HTTP-Method-Override"
)
#: Answer headers that a script may see beside those that it always sees.
_EXPOSED: Final = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, Location, Retry-After, Tus-Resumable, "
    "Upload-Expires, Upload-Length, Upload-Offset, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
_PREFLIGHT_SECONDS: Final = "86400"


class Cors:
    """The rule of one site, by `server.cors_origins`."""

    def __init__(self, config: Config) -> None:
        origins = config.server.cors_origins
        self._everybody = ANY in origins
        self._named = frozenset(origins) - {ANY}
        self._open = [("Access-Control-Allow-Origin", ANY), ("Access-Control-Expose-Headers", _EXPOSED)]

    def headers(self, environ: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What an answer gets beside its own headers; nothing outside the API."""
        if not is_api(environ.get("PATH_INFO", "")):
            return []
        if not self._named:
            return self._open if self._everybody else []
        varying = ("Vary", "Origin")
        origin = environ.get("HTTP_ORIGIN")
        if origin in self._named:
            return [("Access-Control-Allow-Origin", str(origin)), self._open[1], varying]
        return [*self._open, varying] if self._everybody else [varying]

    def preflight(self, environ: Mapping[str, Any]) -> Response | None:
        """The answer to a browser that asks whether a script may send its request; None for any other request.

        A site that may not is told so by the absence of the headers; browsers look at nothing else.
        """
        origin = environ.get("HTTP_ORIGIN")
        asks = environ["REQUEST_METHOD"] == "OPTIONS" and origin and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        if not asks or not is_api(environ.get("PATH_INFO", "")):
            return None
        named = origin in self._named
        headers: Iterable[tuple[str, str]] = ()
        if named or self._everybody:
            headers = (
                ("Access-Control-Allow-Methods", EVERYTHING if named else READING),
                ("Access-Control-Allow-Headers", _EVERY_HEADER if named else _READING_HEADERS),
                ("Access-Control-Max-Age", _PREFLIGHT_SECONDS),
            )
        return Response(status=204, headers=Headers([*headers]))
