"""OpenAIRE as a provider: discovered, asked for name and address, and not offered before it is set up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from muniment.api import SYSTEM
from muniment.testing.partners import Answered, Asked, played

pytestmark = pytest.mark.plugins("openaire-login")


@pytest.fixture
def issuer() -> Iterator[str]:
    """The description of the AAI, whose issuer ends with a slash."""
    at = ""

    def answer(asked: Asked) -> Answered:
        found = {
            "issuer": at,
            "authorization_endpoint": f"{at}authorize",
            "token_endpoint": f"{at}token",
            "userinfo_endpoint": f"{at}userinfo",
            "jwks_uri": f"{at}jwk",
        }
        return Answered(200 if asked.path == "/oidc/.well-known/openid-configuration" else 404, found)

    with played(answer) as url:
        at = f"{url}/oidc/"
        yield at


def test_nobody_is_offered_it_before_it_is_set_up(client: Any) -> None:
    assert "OpenAIRE" not in client.get("/login").text
    assert client.get("/oidc/openaire/sign-in").status_code == 404


@pytest.mark.hook("oidc_providers")
@pytest.mark.configuration("plugin", oidc={"internal": True})
def test_the_browser_is_sent_where_the_aai_says(repository: Any, issuer: str) -> None:
    from muniment.web.app import create_app

    given = {"client_id": "repository", "client_secret": "secret", "issuer": issuer}
    repository.plugin_settings.change("openaire-login", given, SYSTEM)
    client = create_app(repository.successor()).test_client()
    assert "OpenAIRE" in client.get("/login").text
    away = client.get("/oidc/openaire/sign-in").headers["Location"]
    assert away.startswith(f"{issuer}authorize?")
    asked = parse_qs(urlsplit(away).query)
    assert (asked["scope"], asked["client_id"]) == (["openid profile email"], ["repository"])
    assert asked["redirect_uri"][0].endswith("/oidc/openaire/callback")
