"""What an application learns about a person: only what the scopes say (OpenID Connect Core, 5.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def claims_of(user: Any, scopes: Iterable[str]) -> dict[str, Any]:
    """The claims about an account. `sub` is the public number of the account, which is never used twice."""
    wanted = set(scopes)
    claims: dict[str, Any] = {"sub": str(user.subject_id)}
    if "profile" in wanted:
        about = {"name": user.full_name, "preferred_username": user.username, "locale": user.locale}
        claims |= {name: value for name, value in about.items() if value}
        claims["updated_at"] = int(user.updated.timestamp())
    if not wanted.isdisjoint({"email", "user:email"}):
        claims |= {"email": user.email, "email_verified": user.confirmed_at is not None}
    return claims
