"""Who may keep an answer: the incident in which a cached badge carried other people's sessions cannot happen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask


class NaiveCache:
    """A badly configured shared cache: ignores queries, cookies and Vary, and obeys Cache-Control only."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.kept: dict[str, Any] = {}

    def get(self, path: str, headers: dict[str, str]) -> Any:
        key = path.partition("?")[0]
        if key in self.kept:
            return self.kept[key]
        response = self.app.test_client(use_cookies=False).get(path, headers=headers)
        control = response.headers.get("Cache-Control", "")
        if response.status_code == 200 and "private" not in control and "no-store" not in control:
            self.kept[key] = response
        return response


@pytest.fixture
def bearer(repository: Any, ada: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {repository.tokens.create_for_subject(ada.subject, 'test')}"}


@pytest.mark.parametrize("use", ["none", "optional", "required"])
@pytest.mark.parametrize("prefix", ["/probe", "/api/probe"])
def test_nobody_gets_another_ones_answer_from_a_cache(
    probe_app: Flask, ada: Any, bearer: dict[str, str], use: str, prefix: str
) -> None:
    cache = NaiveCache(probe_app)
    path = f"{prefix}/who-{use}"
    token = bearer["Authorization"].removeprefix("Bearer ")
    if prefix == "/api/probe":
        cache.get(f"{path}?access_token={token}", {})
    cache.get(path, bearer)
    answer = cache.get(path, {})
    assert answer.json == {"subject": None}


@pytest.mark.parametrize("prefix", ["/probe", "/api/probe"])
def test_what_is_the_same_for_all_may_be_kept(probe: Any, prefix: str) -> None:
    headers = probe.get(f"{prefix}/who-none", headers={"Cookie": "muniment_session=x"}).headers
    assert headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in headers.get("Vary", "")


def test_an_optional_session_is_public_for_visitors_only(probe: Any, bearer: dict[str, str]) -> None:
    visitor = probe.get("/probe/who-optional")
    assert visitor.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" in visitor.headers["Vary"]
    for headers in (bearer, {"Cookie": "muniment_session=unknown"}):
        answer = probe.get("/probe/who-optional", headers=headers)
        assert answer.headers["Cache-Control"] == "private, no-store"
    for argument in ("token", "access_request_token"):
        answer = probe.get(f"/probe/who-optional?{argument}=secret")
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_page_that_lives_on_the_session_is_never_kept(probe: Any) -> None:
    answer = probe.get("/probe/who-required")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize(("use", "expected"), [("none", 0), ("optional", 0), ("required", 1)])
def test_only_declared_views_set_cookies(probe: Any, use: str, expected: int) -> None:
    answer = probe.get(f"/probe/who-{use}?set=1")
    assert len(answer.headers.getlist("Set-Cookie")) == expected


@pytest.mark.parametrize("path", ["/nothing", "/api/nothing", "/probe/raise/bug", "/api/probe/raise/busy"])
def test_errors_set_no_cookie(probe: Any, path: str) -> None:
    assert "Set-Cookie" not in probe.get(path).headers
