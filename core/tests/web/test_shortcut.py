"""The shortest way answers exactly like the ordinary one, or leaves the question to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from muniment.access.actor import SYSTEM
from muniment.web import shortcut
from muniment.web.app import MunimentFlask
from muniment.web.current import state_of


@pytest.fixture
def both(app: MunimentFlask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, Any, bool]]:
    """Asks by the shortest way and by the ordinary one; tells also whether the first was taken."""

    def ask(path: str, method: str = "GET", **headers: str) -> tuple[Any, Any, bool]:
        names = [(name.replace("_", "-"), value) for name, value in headers.items()]
        calls: list[str] = []

        def ordinary(environ: Any, start_response: Any) -> Any:
            calls.append("ordinary")
            return app.ordinary(environ, start_response)

        answers = []
        for entry in (app._entry, app.ordinary):
            if isinstance(entry, shortcut.RecordShortcut):
                monkeypatch.setattr(entry, "_otherwise", ordinary)
            builder = EnvironBuilder(path=path, method=method, base_url="http://localhost:5000", headers=names)
            before = app._entry
            app._entry = entry
            try:
                pieces, status, found = run_wsgi_app(app.wsgi_app, builder.get_environ(), buffered=True)
            finally:
                app._entry = before
            # A cookie that is taken away names the moment, and the two are not asked at the same one.
            timeless = [
                (name, re.sub(r"Expires=[^;]+; ", "", value))
                for name, value in found.items()
                if name != "X-RateLimit-Reset"
            ]
            answers.append((status, sorted(timeless), b"".join(pieces)))
        return answers[0], answers[1], not calls

    return ask


ACCEPTS = ["application/json", "*/*", "application/json;q=0.9, text/html;q=0.1", "", "nonsense"]


@pytest.mark.parametrize("accept", ACCEPTS)
def test_a_public_record_is_answered_alike(both: Any, make_record: Callable[..., Any], accept: str) -> None:
    path = f"/api/records/{make_record().id}"
    short, ordinary, taken = both(path, Accept=accept)
    assert taken
    assert short == ordinary
    assert short[0] == "200 OK"


def test_a_304_is_answered_alike(both: Any, make_record: Callable[..., Any]) -> None:
    path = f"/api/records/{make_record().id}"
    tag = dict(both(path)[0][1])["ETag"]
    short, ordinary, taken = both(path, If_None_Match=tag)
    assert taken
    assert short == ordinary
    assert short[0] == "304 NOT MODIFIED"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/vnd.inveniordm.v1+json"},
        {"Accept": "text/html"},
        {"Authorization": "Bearer unknown"},
        {"Cookie": "muniment_session=unknown"},
        {"Host": "evil.example"},
        {"X_Forwarded_Host": "evil.example"},
        {"If_None_Match": 'W/"1", "2"'},
    ],
)
def test_everything_else_goes_the_ordinary_way(
    both: Any, make_record: Callable[..., Any], headers: dict[str, str]
) -> None:
    short, ordinary, _taken = both(f"/api/records/{make_record().id}", **headers)
    assert short == ordinary


@pytest.mark.parametrize("query", ["?expand=1", "?prettyprint=1", "?token=x", "?include_deleted=1", "?"])
def test_arguments_go_the_ordinary_way(both: Any, make_record: Callable[..., Any], query: str) -> None:
    short, ordinary, _taken = both(f"/api/records/{make_record().id}{query}")
    assert short == ordinary


def test_what_is_not_public_is_left_to_the_view(
    both: Any, make_record: Callable[..., Any], make_draft: Callable[..., Any], repository: Any
) -> None:
    restricted = make_record(record_access="restricted")
    deleted, hidden, public = make_record(), make_record(), make_record()
    repository.records.delete(SYSTEM, deleted.id, {})
    repository.records.delete(SYSTEM, hidden.id, {"is_visible": False})
    statuses = {}
    for name, number in {
        "restricted": restricted.id, "deleted": deleted.id, "hidden": hidden.id, "parent": public.parent_id,
        "draft": make_draft().id, "unknown": "999999", "nonsense": "x", "path": f"{public.id}/files",
    }.items():  # fmt: skip
        short, ordinary, taken = both(f"/api/records/{number}")
        assert short == ordinary, name
        assert not taken, name
        statuses[name] = short[0][:3]
    assert statuses == {
        "restricted": "403", "deleted": "410", "hidden": "404", "parent": "302", "draft": "404", "unknown": "404",
        "nonsense": "404", "path": "200",
    }  # fmt: skip


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_go_the_ordinary_way(both: Any, make_record: Callable[..., Any], method: str) -> None:
    short, ordinary, taken = both(f"/api/records/{make_record().id}", method)
    assert short == ordinary
    assert not taken


def test_a_plugin_that_recognises_people_by_other_means_closes_it(
    repository: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = state_of(app)
    monkeypatch.setattr(repository.hooks, "implementers", lambda _name: ["access-tokens", "network-addresses"])
    closed = shortcut.RecordShortcut(
        repository, state.hosts, state.representations, state.rates, lambda _environ, _start: [b"x"]
    )
    environ = EnvironBuilder(path="/api/records/1", base_url="http://localhost:5000").get_environ()
    assert closed(environ, lambda *_arguments: None) == [b"x"]


@pytest.mark.configuration("server", trusted_proxies=1)
def test_behind_a_proxy_it_is_taken_too(app: Any, make_record: Callable[..., Any]) -> None:
    client = app.test_client(use_cookies=False)
    path = f"/api/records/{make_record().id}"
    response = client.get(path, headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})
    assert response.status_code == 200
