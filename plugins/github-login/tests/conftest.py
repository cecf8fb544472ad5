"""GitHub as its documentation describes it: the token endpoint answers 200 for errors too, the API wants a token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from muniment.testing.partners import Answered, Asked, played


class GitHub:
    """What it knows; `asked` are the requests, as path and what was sent."""

    def __init__(self) -> None:
        self.url = ""
        self.person: dict[str, Any] = {"id": 583231, "login": "octocat", "name": None, "company": "@github"}
        self.emails: list[dict[str, Any]] = [
            {"email": "old@example.org", "primary": False, "verified": True, "visibility": None},
            {"email": "octocat@example.org", "primary": True, "verified": True, "visibility": "private"},
        ]
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append((path, form))
        if path == "/login/oauth/access_token":
            if form.get("code") != "good" or form.get("client_secret") != "the secret":
                return 200, {"error": "bad_verification_code", "error_description": "The code is incorrect or expired."}
            return 200, {"access_token": "gho_16C7e42F292c69", "scope": "read:user,user:email", "token_type": "bearer"}
        if authorization != "Bearer gho_16C7e42F292c69":
            return 401, {"message": "Bad credentials", "status": "401"}
        return 200, {"/api/user": self.person, "/api/user/emails": self.emails}[path]


@pytest.fixture
def github() -> Iterator[GitHub]:
    known = GitHub()

    def answer(asked: Asked) -> Answered:
        return Answered(*known.answer(asked.path, asked.form, asked.headers.get("Authorization", "")))

    with played(answer) as url:
        known.url = url
        yield known


@pytest.fixture
def instance(instance: Any, github: GitHub) -> Any:
    """The instance with an OAuth app at this GitHub."""
    file = instance.path / "instance.toml"
    text = file.read_text(encoding="utf-8")
    text += (
        f'[plugin.oidc]\ninternal = true\n[plugin.github-login]\nurl = "{github.url}"\napi_url = "{github.url}/api"\n'
    )
    file.write_text(text + 'client_id = "Iv1.app"\nclient_secret = "the secret"\n', encoding="utf-8")
    return type(instance).load(instance.path, environ={})
