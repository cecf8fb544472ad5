"""What a provider tells about somebody, as the fields of a profile; nothing of it is believed but its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment_oidc.providers import Provider


def profile_of(claims: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """`full_name`, `affiliations`, `email`, `email_proved` and `groups`; what is missing or strange is empty.

    `email_proved` is true only for an address that the provider calls verified and whose word the site takes.
    """
    name = _text(_found(claims, provider.claims.get("name", "name")), 200)
    if not name:
        name = " ".join(filter(None, (_text(claims.get(key), 100) for key in ("given_name", "family_name"))))
    email = _text(_found(claims, provider.claims.get("email", "email")), 254)
    affiliation = _found(claims, provider.claims.get("affiliation", "affiliation"))
    groups = _found(claims, provider.claims.get("groups", "groups"))
    return {
        "full_name": name,
        "affiliations": "; ".join(_texts(affiliation))[:400],
        "email": email,
        "email_proved": bool(email) and provider.trusts_email and claims.get("email_verified") is True,
        "groups": _texts(groups),
    }


def _found(claims: Mapping[str, Any], path: str) -> Any:
    """The value at a path: the whole name first, since names of claims may have dots (they are often addresses)."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:longest]


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for item in listed[:500] if (text := _text(item, 200))]
