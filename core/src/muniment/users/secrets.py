"""Secrets that are shown once: sessions, one-time links and tokens are stored as hashes only."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits as 43 characters that are safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What the database keeps of a secret: SHA-256 in hexadecimal.

    A plain hash is enough, since the secret has 256 random bits; passwords need argon2 instead.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
