"""Pages for visitors are sent packed to browsers that take it.

What is made for one reader is never packed: its length would tell, byte by byte, of the form token in it to somebody
who can make that reader's browser send requests and watch how long the answers are (the attack called BREACH).
"""

from __future__ import annotations

import gzip
from typing import Final

from flask import Request, Response

from muniment.web.caching import add_vary

#: Shorter pages fit into one packet anyway.
LEAST: Final = 1200
#: A page of 30 kB takes about half a millisecond; higher levels win less than one part in a hundred.
LEVEL: Final = 6

_PACKED_TYPES: Final = frozenset({"text/html", "image/svg+xml"})


def accepts_gzip(request: Request) -> bool:
    """Whether the browser says that it takes packed answers."""
    return "gzip" in request.environ.get("HTTP_ACCEPT_ENCODING", "") and request.accept_encodings["gzip"] > 0


def pack(content: bytes) -> bytes:
    """The same bytes for the same content, whenever they are packed."""
    return gzip.compress(content, LEVEL, mtime=0)


def compress(response: Response, request: Request) -> None:
    """Pack the answer if it is a page for everybody. To be called when the rules for caches have been applied."""
    headers = response.headers
    if response.mimetype not in _PACKED_TYPES or "private" in headers.get("Cache-Control", ""):
        return
    add_vary(response, "Accept-Encoding")
    if "Content-Encoding" in headers or response.direct_passthrough or not response.is_sequence:
        return
    if accepts_gzip(request) and (response.content_length or 0) >= LEAST:
        response.set_data(pack(response.get_data()))
        headers["Content-Encoding"] = "gzip"
