"""Conditional requests: entity tags, 304, and the revision that a change is meant for."""

from __future__ import annotations

import re
import zlib
from typing import Final

from flask import Response, request

from muniment.errors import Problem, ValidationFailed

_REVISION: Final = re.compile(r"(\d{1,15})(?:-[0-9a-zA-Z.-]*)?")


def expected_revision() -> int | None:
    """The revision in `If-Match`: `4`, `"4"`, or an entity tag that this server sent; None when any will do.

    Raises ValidationFailed for anything else, since a lock that is not understood must not be ignored.
    """
    value = request.headers.get("If-Match", "").strip()
    if value in ("", "*"):
        return None
    tag = value.removeprefix("W/").strip('"')
    found = _REVISION.fullmatch(tag)
    if found is None:
        raise ValidationFailed(
            errors=[Problem("if_match", 'Not a valid integer: send the revision, like If-Match: "4".')]
        )
    return int(found[1])


def variant_tag(revision_tag: str, body: bytes) -> str:
    """The entity tag of another form of the same revision (expanded, indented, other media type)."""
    return f"{revision_tag}-{zlib.crc32(body):08x}"


def is_unchanged(tag: str) -> bool:
    """Whether the client has this version already (If-None-Match, weak comparison: RFC 9110, 13.1.2)."""
    header = request.environ.get("HTTP_IF_NONE_MATCH")
    if not header or request.method not in ("GET", "HEAD"):
        return False
    if header.strip() == "*":
        return True
    return any(candidate.strip().removeprefix("W/").strip('"') == tag for candidate in header.split(","))


def tagged(response: Response, tag: str) -> Response:
    """Set the entity tag, and make the answer a 304 when the client has it."""
    response.headers["ETag"] = f'"{tag}"'
    if response.status_code == 200 and is_unchanged(tag):
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Type", "Content-Length"):
            response.headers.pop(name, None)
    return response
