"""Bodies of any size and media type: handed on as they come, and read to their end when they are refused.

Most HTTP libraries read the answer only when they have sent the whole body. A server that answers and closes at once
gives their users a broken pipe in place of the reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from flask import Response, g, request

from muniment.errors import InvalidRequest, MunimentError
from muniment.files.digests import CHUNK
from muniment.files.errors import TransferCut
from muniment.files.receive import Incoming

#: What is read of a refused body, at most; a larger one, or a slower one, meets a closed connection.
DRAIN_BYTES: Final = 4 * 1024**3
DRAIN_SECONDS: Final = 30.0

View = TypeVar("View", bound=Callable[..., Response])


def incoming() -> Incoming:
    """The body as it comes from the server: never parsed, whatever its media type says."""
    stream: Any = request.environ["wsgi.input"]
    length = request.environ.get("CONTENT_LENGTH") or None
    if length is None:
        body = Incoming(stream, may_be_cut=True)  # the server ends a chunked body that breaks off like a whole one
    elif length.isascii() and length.isdigit():
        body = Incoming(stream, int(length))
    else:
        raise InvalidRequest("The header Content-Length is not a number of bytes.")
    g.incoming = body
    return body


def receives_body(view: View) -> View:
    """Let a client that is refused finish sending, so that it reads why."""

    @wraps(view)
    def received(**arguments: Any) -> Response:
        try:
            return view(**arguments)
        except TransferCut:
            raise
        except MunimentError:
            body: Incoming | None = g.get("incoming")
            # Reading would ask a client that waits for "100 Continue" to send what nobody wants.
            if body is not None and "Expect" not in request.headers:
                drain(body)
            raise

    return cast("View", received)


def drain(body: Incoming) -> None:
    """Read what is left of a refused body, within bounds."""
    if body.length is not None and body.length - body.received > DRAIN_BYTES:
        return
    deadline = time.monotonic() + DRAIN_SECONDS
    left = DRAIN_BYTES
    while left > 0 and time.monotonic() < deadline:
        try:
            skipped = body.skip(CHUNK)
        except TransferCut:
            return
        if not skipped:
            return
        left -= skipped
