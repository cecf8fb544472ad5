"""Encrypts what must not be readable in the database or a copy of it: values of secret settings.

The key is derived from the instance's secret key, so that a dump of the database alone opens nothing. What was
encrypted belongs to one place (a plugin's setting): it cannot be read from another.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import Any, Final

import orjson

from muniment.errors import MunimentError

_MARK: Final = "encrypted"
_NONCE: Final = 12


class CannotDecrypt(MunimentError):
    """The value was encrypted with another key, or is damaged."""


class SecretBox:
    """Encrypts and decrypts JSON values with a key derived from `secret_key`."""

    def __init__(self, secret_key: bytes) -> None:
        # Imported here: most sites have no secret settings, and no start waits for it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(SHA256(), 32 + 4, None, b"muniment secret settings 1").derive(secret_key)
        self._cipher = AESGCM(derived[:32])
        #: Tells keys apart without telling anything about them.
        self._fingerprint = derived[32:].hex()

    def encrypt(self, value: Any, place: str) -> dict[str, str]:
        """`value` in a form that can be stored; `place` must be the same when it is decrypted."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, orjson.dumps(value), place.encode())
        return {_MARK: base64.b64encode(nonce + sealed).decode(), "key": self._fingerprint}

    def decrypt(self, stored: Mapping[str, Any], place: str) -> Any:
        """The value; raises `CannotDecrypt` that says whether the key is another one or the value is damaged."""
        from cryptography.exceptions import InvalidTag

        if stored.get("key") != self._fingerprint:
            raise CannotDecrypt(
                "it was encrypted with another key than that in var/secret_key; bring back the key that belongs to "
                "this database, or set the value again"
            )
        try:
            raw = base64.b64decode(stored[_MARK], validate=True)
            return orjson.loads(self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()))
        except (InvalidTag, ValueError, TypeError) as error:
            raise CannotDecrypt("the stored value is damaged; set it again") from error
