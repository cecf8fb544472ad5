"""Signing in with GitHub: its number is who it is, whatever the login is called."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from muniment.api import SYSTEM

pytestmark = pytest.mark.plugins("github-login")


def come_back(client: Any, code: str = "good") -> Any:
    away = client.get("/oidc/github/sign-in").headers["Location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    return client.get("/oidc/github/callback", query_string={"code": code, "state": state})


@pytest.mark.hook("oidc_providers")
def test_the_browser_is_sent_to_github(client: Any, github: Any) -> None:
    assert "GitHub" in client.get("/login").text
    away = client.get("/oidc/github/sign-in").headers["Location"]
    asked = parse_qs(urlsplit(away).query)
    assert away.startswith(f"{github.url}/login/oauth/authorize?")
    assert (asked["client_id"], asked["scope"]) == (["Iv1.app"], ["read:user user:email"])
    assert asked["code_challenge_method"] == ["S256"]


def test_who_is_linked_is_signed_in(client: Any, github: Any, repository: Any, ada: Any) -> None:
    repository.users.link_identity(ada.subject, github.url, "583231", SYSTEM)
    github.person["login"] = "renamed"
    assert come_back(client).headers["Location"] == "/"
    assert client.get("/account/settings/profile").status_code == 200


def test_who_is_new_finds_the_form_filled_in(client: Any, github: Any) -> None:
    assert come_back(client).headers["Location"] == "/oidc/welcome"
    page = client.get("/oidc/welcome").text
    assert all(f'value="{told}"' in page for told in ("octocat", "github", "octocat@example.org"))


def test_the_login_of_somebody_else_is_not_who_it_is(client: Any, github: Any, repository: Any, ada: Any) -> None:
    repository.users.link_identity(ada.subject, github.url, "octocat", SYSTEM)
    assert come_back(client).headers["Location"] == "/oidc/welcome"


def test_an_address_that_is_not_verified_is_left_out(client: Any, github: Any) -> None:
    github.emails = [{"email": "ada@example.org", "primary": True, "verified": False, "visibility": None}]
    come_back(client)
    assert "ada@example.org" not in client.get("/oidc/welcome").text


@pytest.mark.parametrize("person", [{"message": "Not Found"}, {"id": None, "login": "a"}, {"id": "x", "login": "a"}])
def test_what_says_nothing_signs_nobody_in(client: Any, github: Any, person: dict[str, Any]) -> None:
    github.person = person
    assert come_back(client).headers["Location"].endswith("why=misbehaves")


def test_a_code_that_github_does_not_take_signs_nobody_in(client: Any, github: Any) -> None:
    """GitHub answers 200 for errors."""
    assert come_back(client, "stolen").headers["Location"].endswith("why=not_proved")
    assert [path for path, _form in github.asked] == ["/login/oauth/access_token"]
