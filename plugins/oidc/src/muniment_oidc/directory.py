"""What providers publish about themselves, and their keys: fetched when needed, kept for an hour, renewed when keys
change."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests

from muniment.api import OutgoingClient
from muniment_oidc.outgoing import asking, check_address, open_session, read_json
from muniment_oidc.providers import Provider
from muniment_oidc.refusals import Refused

KEPT: Final = 3600.0
#: Keys are not fetched anew more often, however many tokens name one that is not known.
PAUSE: Final = 10.0


@dataclass(frozen=True)
class Description:
    """A provider's endpoints; `names_itself` says that its answers carry ``iss`` (RFC 9207)."""

    authorization_url: str
    token_url: str
    userinfo_url: str = ""
    keys_url: str = ""
    names_itself: bool = False


class Directory:
    """The descriptions and keys of the providers of one process."""

    def __init__(self, client: OutgoingClient, *, internal: bool) -> None:
        self._client = client
        self._internal = internal
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def description(self, provider: Provider) -> Description:
        """Raises `Refused` when the provider cannot be asked, or says that it is another one."""
        if not provider.discover:
            return Description(check_address(provider.authorization_url), check_address(provider.token_url))
        told = self._fetched(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", KEPT)
        if told.get("issuer") != provider.issuer:
            raise Refused("misbehaves", "it says that it is another issuer")
        return Description(
            authorization_url=_needed(told, "authorization_endpoint"),
            token_url=_needed(told, "token_endpoint"),
            userinfo_url=_needed(told, "userinfo_endpoint") if told.get("userinfo_endpoint") else "",
            keys_url=_needed(told, "jwks_uri"),
            names_itself=told.get("authorization_response_iss_parameter_supported") is True,
        )

    def keys(self, description: Description, *, anew: bool = False) -> Mapping[str, Any]:
        """The provider's keys as it publishes them (a JWK set); `anew` when a token names one that is not in it."""
        return self._fetched(description.keys_url, PAUSE if anew else KEPT)

    def _fetched(self, address: str, kept: float) -> dict[str, Any]:
        with self._lock:
            known = self._kept.get(address)
        if known is not None and time.monotonic() - known[0] < kept:
            return known[1]
        with asking(), open_session(self._client, requests.Session(), internal=self._internal) as session:
            found = read_json(session.get(check_address(address), headers={"Accept": "application/json"}))
        with self._lock:
            self._kept[address] = (time.monotonic(), found)
        return found


def _needed(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    if not isinstance(value, str):
        raise Refused("misbehaves", f"its description lacks {key}")
    return check_address(value)
