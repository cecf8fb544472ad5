"""ID tokens: whom they are from, whom they are for, when, and for which sign-in; everything else proves nothing."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from muniment_oidc.directory import Description, Directory
from muniment_oidc.providers import Provider
from muniment_oidc.refusals import Refused

#: Signatures with keys that only the provider has. Never `none`, and none with a shared secret: a public key that is
#: taken for one would let anybody sign (key confusion).
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
#: Seconds by which the clocks of two machines may differ.
LEEWAY: Final = 120


def verified_claims(
    token: object, provider: Provider, description: Description, directory: Directory, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """The claims of an ID token that proves something; raises `Refused` for any other."""
    if not isinstance(token, str):
        raise Refused("not_proved", "no ID token")
    claims = _signed(token, description, directory)
    if claims.get("iss") != provider.issuer:
        raise Refused("not_proved", "the ID token is from another issuer")
    _check_audience(claims, provider.client_id)
    _check_times(claims, now.timestamp())
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode("utf-8", "replace"), nonce.encode()):
        raise Refused("not_proved", "the ID token belongs to another sign-in")
    return claims


def _signed(token: str, description: Description, directory: Directory) -> Mapping[str, Any]:
    try:
        known = _opened(token, directory.keys(description))
        # A key that is not known may be new: providers change their keys without asking.
        found = known if known is not None else _opened(token, directory.keys(description, anew=True))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refused("not_proved", f"the ID token cannot be read: {type(error).__name__}") from error
    if found is None:
        raise Refused("not_proved", "the ID token is not signed with a key of the provider")
    return found


def _opened(token: str, published: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The claims, if one of the keys signed the token; None when none did."""
    header = jws.extract_compact(token.encode()).headers()
    if header.get("alg") not in ALGORITHMS:
        raise Refused("not_proved", "the ID token is not signed as it should be")
    for key in _keys(published, header.get("kid")):
        try:
            return jwt.decode(token, KeySet([key]), algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError, TypeError):
            continue
    return None


def _keys(published: Mapping[str, Any], wanted: object) -> list[Any]:
    """The keys for signatures that a set holds: the one that is named, or all when none is. Those that cannot be read
    are left out, since sets may hold kinds that nobody here knows."""
    found = []
    for entry in published.get("keys", []) if isinstance(published.get("keys"), list) else []:
        if not isinstance(entry, dict) or entry.get("kty") == "oct" or entry.get("use", "sig") != "sig":
            continue
        if wanted is not None and entry.get("kid") != wanted:
            continue
        try:
            found.extend(KeySet.import_key_set({"keys": [entry]}).keys)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return found[:20]


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    if client_id not in listed:
        raise Refused("not_proved", "the ID token is for another site")
    party = claims.get("azp")
    if (len(listed) > 1 and party is None) or (party is not None and party != client_id):
        raise Refused("not_proved", "the ID token was made out to another site")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    for moment in (expires, issued, begins):
        if not isinstance(moment, int | float) or isinstance(moment, bool):
            raise Refused("not_proved", "the ID token has no proper times")
    if expires + LEEWAY < now:  # type: ignore[operator]
        raise Refused("not_proved", "the ID token has expired")
    if max(issued, begins) - LEEWAY > now:
        raise Refused("not_proved", "the ID token is from the future")
