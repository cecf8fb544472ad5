"""Two clients that others wrote sign somebody in, in a real browser: requests-oauthlib and httpx-oauth."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from playwright.sync_api import Page

from muniment.api import Repository

pytestmark = [pytest.mark.plugins("oauth-server"), pytest.mark.browser]


class Callback:
    """The address of an application on this machine, which remembers where browsers came to."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/back"):
                    outer.seen.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<title>Application</title>")

            def log_message(self, *_arguments: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/back"

    @property
    def came_back(self) -> str:
        return f"{self.address.removesuffix('/back')}{self.seen[-1]}"


@pytest.fixture
def callback() -> Iterator[Callback]:
    found = Callback()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def site_knows_itself(repository: Repository, site: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The site on the port of this test, as its configuration would say."""
    monkeypatch.setattr(type(repository.config.site), "url", site, raising=False)
    object.__setattr__(repository.config.site, "url", site)
    return site


@pytest.fixture
def page(browser: Any) -> Page:
    found: Page = browser.new_context().new_page()
    return found


def say_yes(page: Page, address: str, ada: Any) -> None:
    """Ada follows an application's link, signs in, reads what is asked and allows it."""
    page.goto(address)
    page.get_by_label("E-mail address or user name").fill(ada.email)
    page.get_by_label("Password", exact=True).fill(ada.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url("**/back?*")
    assert page.title() == "Application"


def test_requests_oauthlib_signs_in_and_deposits(
    site_knows_itself: str, page: Page, callback: Callback, register: Callable[..., Any], ada: Any, monkeypatch: Any
) -> None:
    from requests_oauthlib import OAuth2Session

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    site, one = site_knows_itself, register(addresses="http://127.0.0.1/back")
    scopes = ["openid", "profile", "deposit:write"]
    refreshed: list[Any] = []
    client = OAuth2Session(
        one.client_id,
        redirect_uri=callback.address,
        scope=scopes,
        pkce="S256",
        auto_refresh_url=f"{site}/oauth/token",
        auto_refresh_kwargs={"client_id": one.client_id, "client_secret": one.secret},
        token_updater=refreshed.append,
    )
    address, _state = client.authorization_url(f"{site}/oauth/authorize", nonce="n-0S6")
    say_yes(page, address, ada)
    token = client.fetch_token(
        f"{site}/oauth/token", authorization_response=callback.came_back, client_secret=one.secret
    )
    assert sorted(token["scope"]) == sorted(scopes)

    keys = KeySet.import_key_set(client.get(f"{site}/oauth/jwks").json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (site, [one.client_id], "n-0S6")
    assert (claims["sub"], claims["name"]) == (str(ada.subject), "Ada Lovelace")
    assert "email" not in claims

    draft = client.post(f"{site}/api/records", json={"metadata": {"title": "Sea ice"}})
    assert draft.status_code == 201
    refused = client.post(f"{site}/api/records/{draft.json()['id']}/draft/actions/publish")
    assert refused.status_code == 403
    client.token = {**token, "expires_in": -10, "expires_at": 1}
    assert client.get(f"{site}/oauth/userinfo").json()["name"] == "Ada Lovelace"
    assert refreshed[0]["refresh_token"] != token["refresh_token"]
    client.close()


def test_httpx_oauth_finds_everything_by_discovery(
    site_knows_itself: str, page: Page, callback: Callback, register: Callable[..., Any], ada: Any
) -> None:
    from httpx_oauth.clients.openid import OpenID
    from httpx_oauth.oauth2 import RefreshTokenError

    site, one = site_knows_itself, register(addresses=callback.address)

    async def start() -> tuple[OpenID, str]:
        client = OpenID(
            one.client_id, one.secret, f"{site}/.well-known/openid-configuration", base_scopes=["openid", "email"]
        )
        return client, await client.get_authorization_url(callback.address, state="xyz")

    def run(work: Any) -> Any:
        """In a thread of its own: the browser of this test has a loop in this one."""
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.append(asyncio.run(work)))
        thread.start()
        thread.join()
        return found[0]

    client, address = run(_prepared(start))
    say_yes(page, address, ada)
    code = callback.came_back.split("code=")[1].split("&")[0]

    async def finish() -> tuple[Any, Any, Any, str]:
        token = await client.get_access_token(code, callback.address)
        who = await client.get_id_email(token["access_token"])
        renewed = await client.refresh_token(token["refresh_token"])
        await client.revoke_token(renewed["refresh_token"], "refresh_token")
        try:
            await client.refresh_token(renewed["refresh_token"])
        except RefreshTokenError as error:
            return token, who, renewed, type(error).__name__
        return token, who, renewed, ""

    token, who, renewed, refused = run(finish())
    assert who == (str(ada.subject), ada.email)
    assert renewed["access_token"] != token["access_token"]
    assert refused == "RefreshTokenError"


async def _prepared(start: Any) -> Any:
    return await start()


def test_a_person_takes_it_back(
    site_knows_itself: str, page: Page, callback: Callback, register: Callable[..., Any], ada: Any, monkeypatch: Any
) -> None:
    from requests_oauthlib import OAuth2Session

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    site, one = site_knows_itself, register(public=True, addresses="http://127.0.0.1/back", name="Field notes")
    client = OAuth2Session(one.client_id, redirect_uri=callback.address, scope=["deposit:write"], pkce="S256")
    say_yes(page, client.authorization_url(f"{site}/oauth/authorize")[0], ada)
    client.fetch_token(f"{site}/oauth/token", authorization_response=callback.came_back, include_client_id=True)
    assert client.get(f"{site}/api/user/records").status_code == 200
    page.goto(f"{site}/account/settings/applications/authorized")
    page.get_by_role("button", name="Take back Field notes").click()
    assert page.get_by_text("The application has no access any more.").is_visible()
    assert client.get(f"{site}/api/user/records").status_code == 401
    client.close()


def test_a_no_goes_back_to_the_application(
    site_knows_itself: str, page: Page, callback: Callback, register: Callable[..., Any], ada: Any
) -> None:
    one = register(addresses=callback.address)
    page.goto(
        f"{site_knows_itself}/oauth/authorize?response_type=code&client_id={one.client_id}&scope=openid"
        f"&redirect_uri={callback.address.replace(':', '%3A').replace('/', '%2F')}&state=s"
    )
    page.get_by_label("E-mail address or user name").fill(ada.email)
    page.get_by_label("Password", exact=True).fill(ada.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Do not allow").click()
    page.wait_for_url("**/back?*")
    assert "error=access_denied" in callback.seen[-1]
