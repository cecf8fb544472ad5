"""The conversation with a provider: where to send a browser, and who it is that came back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from muniment.api import OutgoingClient
from muniment_oidc.directory import Description, Directory
from muniment_oidc.outgoing import asking, check_address, open_session, read_json
from muniment_oidc.providers import Provider
from muniment_oidc.refusals import Refused
from muniment_oidc.tokens import verified_claims

_LONGEST_CODE: Final = 2048


@dataclass(frozen=True)
class Identified:
    """Somebody whom a provider vouches for: their subject there, what it tells of them, and the tokens it gave."""

    subject: str
    claims: Mapping[str, Any]
    tokens: Mapping[str, Any] = field(repr=False)


class Conversation:
    """Talks to one provider. Raises `Refused` for all that goes wrong."""

    def __init__(
        self, client: OutgoingClient, provider: Provider, directory: Directory, redirect_uri: str, *, internal: bool
    ) -> None:
        self.provider = provider
        self.directory = directory
        self.description: Description = directory.description(provider)
        self._session: Any = open_session(
            client,
            OAuth2Session(
                client_id=provider.client_id,
                client_secret=provider.client_secret or None,
                scope=" ".join(provider.scopes),
                redirect_uri=redirect_uri,
                token_endpoint_auth_method=provider.authentication,
                code_challenge_method="S256",
            ),
            internal=internal,
        )

    def authorization_address(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes."""
        further = {"nonce": nonce} if self.provider.discover else {}
        address, _state = self._session.create_authorization_url(
            self.description.authorization_url,
            state=state,
            code_verifier=verifier,
            **further,
            **self.provider.parameters,
        )
        return str(address)

    def check_answer(self, answer: Mapping[str, str]) -> str:
        """The code in an answer that is from this provider; a browser brought it, so anybody may have written it."""
        issuer = answer.get("iss")
        if (issuer is not None or self.description.names_itself) and issuer != self.provider.issuer:
            raise Refused("not_proved", "the answer names another issuer (RFC 9207)")
        if error := answer.get("error"):
            if error == "access_denied":
                raise Refused("denied")
            away = error in ("server_error", "temporarily_unavailable")
            raise Refused("unreachable" if away else "misbehaves", "it answered with an error")
        code = answer.get("code", "")
        if not code or len(code) > _LONGEST_CODE:
            raise Refused("misbehaves", "the answer has no code")
        return code

    def identify(self, code: str, nonce: str, verifier: str, now: datetime) -> Identified:
        """Trade the code for tokens, and find out who it is."""
        tokens = self._tokens(code, verifier)
        if self.provider.identify is not None:
            claims = self._asked(tokens)
        else:
            claims = verified_claims(
                tokens.get("id_token"), self.provider, self.description, self.directory, nonce, now
            )
            claims = {**self._told(tokens, str(claims.get("sub"))), **claims}
        return Identified(_subject(claims), claims, tokens)

    def more_claims(self, subject: str) -> Mapping[str, Any]:
        """What the provider tells everybody about somebody; nothing when it does not, since people can type it."""
        assert self.provider.more_claims is not None
        try:
            return self.provider.more_claims(self._get_public, subject)
        except (Refused, LookupError, TypeError, ValueError, AttributeError):
            return {}

    def _tokens(self, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            with asking():
                found = self._session.fetch_token(
                    self.description.token_url,
                    code=code,
                    code_verifier=verifier,
                    headers={"Accept": "application/json"},
                )
        except AuthlibBaseError as error:
            raise Refused("not_proved", "it does not take the code") from error
        except requests.HTTPError as error:
            raise Refused("unreachable", "it cannot trade the code") from error
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise Refused("misbehaves", "its answer with the tokens cannot be read") from error
        if not isinstance(found, Mapping) or not isinstance(found.get("access_token"), str):
            raise Refused("misbehaves", "it gave no access token")
        if str(found.get("token_type", "bearer")).lower() != "bearer":
            raise Refused("misbehaves", "it gave a token of an unknown kind")
        return found

    def _told(self, tokens: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
        """What the provider tells beside the ID token; it must be about the same person."""
        if not self.description.userinfo_url:
            return {}
        told = self._get(tokens, self.description.userinfo_url)
        if told.get("sub") != subject:
            raise Refused("not_proved", "what it tells is about somebody else")
        return told

    def _asked(self, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        identify = self.provider.identify
        assert identify is not None
        try:
            return identify(lambda address: self._get_any(tokens, address))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Refused("misbehaves", "what it tells has another shape") from error

    def _get(self, tokens: Mapping[str, Any], address: str) -> dict[str, Any]:
        return read_json(self._sent(address, _bearer(tokens)))

    def _get_public(self, address: str) -> Any:
        return read_json(self._sent(check_address(address), {"Accept": "application/json"}))

    def _get_any(self, tokens: Mapping[str, Any], address: str) -> Any:
        response = self._sent(check_address(address), _bearer(tokens))
        if response.status_code != 200:
            raise Refused("misbehaves" if response.status_code < 500 else "unreachable", "it does not tell who it is")
        return json.loads(response.content)

    def _sent(self, address: str, headers: Mapping[str, str]) -> Any:
        with asking():
            return self._session.get(address, withhold_token=True, headers=headers)


def _bearer(tokens: Mapping[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}", "Accept": "application/json"}


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 200 or not subject.isprintable():
        raise Refused("misbehaves", "it names nobody")
    return subject
