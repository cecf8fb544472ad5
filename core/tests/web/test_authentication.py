"""Who makes a request, and requests that other sites made a browser send."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from muniment.access.actor import person as actor_of_person
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.web.caching import SESSION_COOKIE
from muniment.web.csrf import form_token

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def secret(repository: Repository, ada: Person) -> str:
    """The secret of a session of Ada's."""
    return repository.sessions.start(ada.subject, ip="192.0.2.1")


@pytest.fixture
def signed_in(client: FlaskClient, secret: str) -> FlaskClient:
    client.set_cookie(SESSION_COOKIE, secret)
    return client


def revoke_nothing(client: FlaskClient, **arguments: Any) -> TestResponse:
    """An unsafe request of the API that needs somebody: 404 says that it was let through."""
    return client.delete("/api/sessions/999999", **arguments)


def test_a_session_cookie_is_its_owner(signed_in: FlaskClient, ada: Person) -> None:
    assert signed_in.get("/api/me").json["id"] == str(ada.subject)  # type: ignore[index]


def test_a_token_comes_before_the_cookie(signed_in: FlaskClient, repository: Repository, grace: Person) -> None:
    bearer = {"Authorization": f"Bearer {repository.tokens.create(grace.subject, 'laptop')}"}
    assert signed_in.get("/api/me", headers=bearer).json["id"] == str(grace.subject)  # type: ignore[index]


@pytest.mark.parametrize("header", ["Bearer unknown", "bearer", "Bearer ", "Bearer \x7f", "BEARER a b c"])
def test_a_wrong_token_is_401_whoever_the_cookie_is(signed_in: FlaskClient, header: str) -> None:
    assert signed_in.get("/api/me", headers={"Authorization": header}).status_code == 401
    assert signed_in.get("/api/records", headers={"Authorization": header}).status_code == 401


@pytest.fixture
def stamps(fake_plugin: Any) -> None:
    """A plugin with tokens of its own."""
    fake_plugin(
        "stamps",
        resolve_bearer=lambda token: actor_of_person(int(token[6:])) if token.startswith("stamp-") else None,
    )


@pytest.mark.hook("resolve_bearer")
@pytest.mark.plugins("stamps")
def test_tokens_of_several_plugins_live_side_by_side(
    stamps: None, client: FlaskClient, repository: Repository, ada: Person, grace: Person
) -> None:
    def who(**headers: str) -> Any:
        answer = client.get("/api/me", headers=headers)
        return answer.json["id"] if answer.json and answer.status_code == 200 else answer.status_code

    assert who(Authorization=f"Bearer {repository.tokens.create(ada.subject, 'laptop')}") == str(ada.subject)
    assert who(Authorization=f"Bearer stamp-{grace.subject}") == str(grace.subject)
    assert who(Authorization="Bearer nobody's") == 401
    assert who() == 403


@pytest.mark.parametrize("header", ["Basic YTpi", "Token abc", ""])
def test_other_schemes_are_not_ours(client: FlaskClient, header: str) -> None:
    assert client.get("/api/records", headers={"Authorization": header}).status_code == 200


def test_a_token_in_the_address_counts_below_api_only(client: FlaskClient, repository: Repository, ada: Person) -> None:
    token = repository.tokens.create(ada.subject, "laptop")
    assert client.get(f"/api/me?access_token={token}").json["id"] == str(ada.subject)  # type: ignore[index]
    assert client.get("/api/me?access_token=unknown").status_code == 401
    assert client.get(f"/account/settings/profile?access_token={token}").status_code == 302


@pytest.mark.parametrize("cookie", ["unknown", "\x7f", "a" * 2000])
def test_a_dead_cookie_is_nobody_and_is_taken_away(client: FlaskClient, cookie: str) -> None:
    client.set_cookie(SESSION_COOKIE, cookie)
    answer = client.get("/login")
    assert answer.status_code == 200
    assert any(line.startswith(f"{SESSION_COOKIE}=;") for line in answer.headers.getlist("Set-Cookie"))


def test_a_session_that_lives_on_gets_a_cookie_that_does_too(signed_in: FlaskClient) -> None:
    assert not signed_in.get("/api/me").headers.getlist("Set-Cookie")
    with time_machine.travel(time_machine_target(minutes=11)):
        (cookie,) = signed_in.get("/api/me").headers.getlist("Set-Cookie")
    assert "Max-Age=2592000" in cookie


def time_machine_target(minutes: int) -> Any:
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(minutes=minutes)


# Requests that other sites make a browser send ----------------------------------------------------------------------


def test_a_page_of_this_site_with_its_token_is_carried_out(signed_in: FlaskClient, secret: str) -> None:
    headers = {**SAME, "X-CSRFToken": form_token(secret)}
    assert revoke_nothing(signed_in, headers=headers).status_code == 404


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_other_origins_are_refused_even_with_the_token(
    signed_in: FlaskClient, secret: str, origin: dict[str, str]
) -> None:
    assert revoke_nothing(signed_in, headers={**origin, "X-CSRFToken": form_token(secret)}).status_code == 400


@pytest.mark.parametrize("token", [None, "", "wrong", form_token("another secret")])
def test_a_missing_or_wrong_token_is_refused(signed_in: FlaskClient, token: str | None) -> None:
    headers = SAME if token is None else {**SAME, "X-CSRFToken": token}
    assert revoke_nothing(signed_in, headers=headers).status_code == 400


def test_a_token_request_does_not_open_the_way_for_a_cookie_request_cve_2026_41255(
    signed_in: FlaskClient, repository: Repository, ada: Person
) -> None:
    bearer = {"Authorization": f"Bearer {repository.tokens.create(ada.subject, 'laptop')}"}
    for _ in range(3):
        assert revoke_nothing(signed_in, headers=bearer).status_code == 403  # let through, but a token has no session
        assert revoke_nothing(signed_in).status_code == 400
        assert revoke_nothing(signed_in, headers=SAME).status_code == 400


def test_every_unsafe_route_refuses_a_cookie_without_a_token(
    app: Flask, client: FlaskClient, repository: Repository, administrator: Person
) -> None:
    """No route is exempt: each is asked with an administrator's cookie as another site would ask it."""
    from muniment.web.current import state_of

    client.set_cookie(SESSION_COOKIE, repository.sessions.start(administrator.subject))
    policies = state_of(app).policies
    asked = 0
    for rule in app.url_map.iter_rules():
        if policies[rule.endpoint].session == "none":
            continue
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            path = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
            assert path is not None
            answer = client.open(path[1], method=method, data={"a": "b"}, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 400, (method, rule.rule)
            asked += 1
    assert asked > 25


@pytest.mark.parametrize("path", ["/login", "/signup", "/lost-password", "/confirm", "/set-password", "/logout"])
def test_forms_of_visitors_need_origin_and_token_too(client: FlaskClient, path: str) -> None:
    page = html.fromstring(client.get("/login").get_data(as_text=True))
    (token,) = page.xpath("//main//input[@name='csrf_token']/@value")
    data = {"csrf_token": token, "email": "x", "password": "x"}
    assert client.post(path, data=data, headers=SAME).status_code != 400
    assert client.post(path, data=data).status_code == 400
    assert client.post(path, data=data, headers={"Origin": "https://evil.example"}).status_code == 400
    assert client.post(path, data={**data, "csrf_token": "wrong"}, headers=SAME).status_code == 400
    client.delete_cookie("muniment_form")
    assert client.post(path, data=data, headers=SAME).status_code == 400


@pytest.mark.parametrize("path", ["/api/login", "/api/register", "/api/forgot-password", "/api/reset-password"])
def test_signing_in_by_json_needs_a_page_of_this_site(client: FlaskClient, path: str) -> None:
    body = {"email": "ada@example.org", "password": "x", "token": "x"}
    assert client.post(path, json=body).json["message"].startswith("The request did not come from")  # type: ignore[index]
    answer = client.post(path, json=body, headers={"Origin": "https://evil.example"})
    assert answer.json["message"].startswith("The request did not come from")  # type: ignore[index]
    answer = client.post(path, json=body, headers={"Origin": "http://localhost"})
    assert not (answer.json or {}).get("message", "").startswith("The request did not come from")


def test_forms_of_other_sites_cannot_speak_json(client: FlaskClient) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post(
            "/api/login", data='{"email": "a", "password": "b"}', content_type=media_type, headers=SAME
        )
        assert answer.status_code == 415


@pytest.mark.configuration("site", url="https://repo.example.org", aliases=["www.example.org"])
@pytest.mark.parametrize(
    ("base", "origin", "status"),
    [
        ("https://repo.example.org", "https://repo.example.org", 422),
        ("http://repo.example.org", "https://repo.example.org", 422),
        ("https://www.example.org", "https://www.example.org", 422),
        ("http://www.example.org", "https://www.example.org", 422),
        ("https://repo.example.org", "https://www.example.org", 400),
        ("https://repo.example.org", "https://evil.example", 400),
    ],
)
def test_the_names_of_the_site_are_its_origins(app: Flask, base: str, origin: str, status: int) -> None:
    client = app.test_client()
    page = html.fromstring(client.get("/login", base_url=base).get_data(as_text=True))
    (token,) = page.xpath("//main//input[@name='csrf_token']/@value")
    # The cookie is marked secure, so the test's client is handed it for plain addresses too.
    cookie = client.get_cookie("muniment_form", domain=base.partition("://")[2])
    value = cookie.value if cookie else ""
    headers = {"Origin": origin, "Cookie": f"muniment_form={value}"}
    answer = app.test_client(use_cookies=False).post(
        "/login", base_url=base, data={"csrf_token": token, "email": "x", "password": "x"}, headers=headers
    )
    assert answer.status_code == status


# Tokens and scopes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "status"), [(["deposit:write"], 201), (["deposit:actions"], 403), (["user:email"], 403), ([], 403)]
)
def test_a_token_does_what_its_scopes_allow(
    client: FlaskClient, repository: Repository, ada: Person, scopes: list[str], status: int
) -> None:
    bearer = {"Authorization": f"Bearer {repository.tokens.create(ada.subject, 'laptop', scopes)}"}
    assert client.post("/api/records", json={}, headers=bearer).status_code == status
    assert client.get("/api/user/records", headers=bearer).status_code == 200


def test_two_people_never_see_each_other_through_a_careless_cache(app: Flask, ada: Person, grace: Person) -> None:
    """The incident of May 2026: a shared cache that ignores cookies must find nothing personal to keep."""
    kept: dict[str, bytes] = {}

    def through_cache(client: FlaskClient, path: str) -> bytes:
        if path not in kept:
            answer = client.get(path)
            if "private" in answer.headers.get("Cache-Control", "") or "no-store" in answer.headers["Cache-Control"]:
                return answer.data
            kept[path] = answer.data
        return kept[path]

    repository = app.extensions["muniment"].repository
    clients = []
    for person in (ada, grace):
        client = app.test_client()
        client.set_cookie(SESSION_COOKIE, repository.sessions.start(person.subject))
        clients.append(client)
    for path in ("/api/me", "/account/settings/profile", "/login", "/", "/api/records", "/search"):
        first, second = (through_cache(client, path) for client in clients)
        assert b"Ada" not in second, path
        assert b"Grace" not in first, path
