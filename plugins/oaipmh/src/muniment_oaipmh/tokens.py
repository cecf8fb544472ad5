"""Resumption tokens: where a list stands, signed, so that nothing has to be kept for a harvest that goes on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
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

    @property
    def text(self) -> str:
        """What a token carries."""
        return json.dumps(list(vars(self).values()), separators=(",", ":"))

    @classmethod
    def of(cls, text: str, verb: str, now: int) -> Place:
        """The place that a text tells of; raises `BadToken` when it is of another verb, or too old."""
        try:
            place = cls(*json.loads(text))
        except (ValueError, TypeError) as error:
            raise BadToken() from error
        if place.verb != verb:
            raise BadToken()
        if place.expires < now:
            raise BadToken("The resumption token is too old. Begin the list again.")
        return place


class Tokens:
    """Signs texts with one secret of the repository."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def write(self, text: str) -> str:
        body = text.encode()
        return base64.urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def read(self, token: str) -> str:
        """The text that was signed; raises `ValueError` for a token that is forged or foreign."""
        if len(token) > _LONGEST:
            raise ValueError("too long")
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._signature(body)):
            raise ValueError("not signed here")
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
            raise ValueError("not as it was written")
        return body.decode()

    def _signature(self, body: bytes) -> bytes:
        return hmac.new(self._secret, body, hashlib.sha256).digest()[:_SIGNATURE]
