"""Resumption tokens: where a list stands, signed, so that nothing has to be kept for a harvest that goes on."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from muniment_oaipmh.errors import BadToken

_SIGNATURE: Final = 16
_LONGEST: Final = 2000


@dataclass(frozen=True)
class Place:
    """Where a list goes on, and what it is a list of. `last` is the key of the last record that was sent, or of the
    last set; `cursor` counts what was sent; `expires` is in seconds since 1970."""

    verb: str
    prefix: str
    spec: str
    since: int | None
    until: int | None
    last: list[Any]
    cursor: int
    total: int
    expires: int


class Tokens:
    """Writes and reads tokens with one secret of the repository."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def write(self, place: Place) -> str:
        body = json.dumps(list(asdict(place).values()), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def read(self, token: str, verb: str, now: int) -> Place:
        """The place that a token names; raises `BadToken` for one that is forged, foreign or too old."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadToken() from error
        signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if len(token) > _LONGEST or not hmac.compare_digest(signature, self._signature(body)):
            raise BadToken()
        try:
            place = Place(*json.loads(body))
        except (ValueError, TypeError) as error:
            raise BadToken() from error
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token or place.verb != verb:
            raise BadToken()
        if place.expires < now:
            raise BadToken("The resumption token is too old. Begin the list again.")
        return place

    def _signature(self, body: bytes) -> bytes:
        return hmac.new(self._secret, body, hashlib.sha256).digest()[:_SIGNATURE]
