"""ORCID as its documentation describes it: OpenID Connect with the iD as subject, names apart, and no address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from muniment.testing.partners import Answered, played

ID = "0000-0002-1825-0097"


class Orcid:
    """What it knows of one person; `asked` are the forms that its token endpoint got."""

    def __init__(self) -> None:
        self.url = ""
        self.nonce = ""
        self.key = RSAKey.generate_key(2048, {"kid": "production-orcid-org", "use": "sig"})
        self.person: dict[str, Any] = {"given_name": "Josiah", "family_name": "Carberry", "name": None}
        self.asked: list[dict[str, str]] = []

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/oauth/authorize",
            "token_endpoint": f"{self.url}/oauth/token",
            "userinfo_endpoint": f"{self.url}/oauth/userinfo",
            "jwks_uri": f"{self.url}/oauth/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
        }

    def tokens(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if form.get("client_secret") != "the secret":
            return 401, {"error": "invalid_client", "error_description": "Client not found"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": ID,
            "aud": "APP-0123456789ABCDEF",
            "exp": now + 86400,
            "iat": now,
            "auth_time": now,
            "jti": "a",
            "nonce": self.nonce,
            **{name: value for name, value in self.person.items() if value},
        }
        token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return 200, {
            "access_token": "f5af9f51-07e6-4332-8f1a-c0c11c1e3728",
            "token_type": "bearer",
            "refresh_token": "f725f747-3a65-49f6-a231-3e8944ce464d",
            "expires_in": 631138518,
            "scope": "openid",
            "name": "Josiah Carberry",
            "orcid": ID,
            "id_token": token,
        }

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if path == "/oauth/token":
            return self.tokens(form)
        return 200, {
            "/.well-known/openid-configuration": self.description(),
            "/oauth/jwks": {"keys": [self.key.as_dict(private=False)]},
            "/oauth/userinfo": {"id": f"{self.url}/{ID}", "sub": ID, **self.person},
        }[path]


@pytest.fixture
def orcid() -> Iterator[Orcid]:
    known = Orcid()
    with played(lambda asked: Answered(*known.answer(asked.path, asked.form))) as url:
        known.url = url
        yield known


@pytest.fixture
def instance(instance: Any, orcid: Orcid) -> Any:
    """The instance with an API client at this ORCID."""
    file = instance.path / "instance.toml"
    text = file.read_text(encoding="utf-8")
    text += f'[plugin.oidc]\ninternal = true\n[plugin.orcid]\nurl = "{orcid.url}"\n'
    file.write_text(text + 'client_id = "APP-0123456789ABCDEF"\nclient_secret = "the secret"\n', encoding="utf-8")
    return type(instance).load(instance.path, environ={})


@pytest.fixture
def sign_in(client: Any, orcid: Orcid) -> Any:
    """Goes to ORCID and comes back; the answer of the site."""

    def go(next_path: str = "/") -> Any:
        away = client.get("/oidc/orcid/sign-in", query_string={"next": next_path}).headers["Location"]
        asked = parse_qs(urlsplit(away).query)
        orcid.nonce = asked["nonce"][0]
        assert asked["scope"] == ["openid"]
        return client.get("/oidc/orcid/callback", query_string={"code": "Q70Y3A", "state": asked["state"][0]})

    return go
