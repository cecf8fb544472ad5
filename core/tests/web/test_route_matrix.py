"""Every route, called by everybody: who gets in follows from the declarations, and nobody gets a server error.

The cases come from the route table of the application, so a new route is in the matrix by being there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from muniment.testing.routes import SAFE, Call, address, caller, refused, routes
from muniment.web.access import AUTHENTICATED, PUBLIC
from muniment.web.current import state_of


@pytest.fixture
def callers(app: Flask, repository: Any, ada: Any, grace: Any, administrator: Any) -> dict[str, Call]:
    """A way to call as a visitor, as the owner of the records, as another person and as an administrator."""

    def by(person: Any) -> Call:
        return caller(app, repository, person)

    return {
        "visitor": by(None), "owner": by(ada), "other": by(grace), "administrator": by(administrator),
    }  # fmt: skip


@pytest.fixture
def restricted(make_record: Callable[..., Any]) -> str:
    """A record that only its owner and administrators may see."""
    found: str = make_record(record_access="restricted", files_access="restricted", title="Hidden from others").id
    return found


@pytest.fixture
def draft(make_draft: Callable[..., Any]) -> str:
    found: str = make_draft(title="Hidden from others").id
    return found


def test_nobody_gets_a_server_error_from_any_route(
    app: Flask, callers: dict[str, Call], restricted: str, draft: str
) -> None:
    failures = []
    for number in (restricted, draft, "999999", "nonsense"):
        for name, call in callers.items():
            for endpoint, method, rule in routes(app):
                if name == "administrator" and method == "DELETE" and number == restricted:
                    continue  # the record is needed for the rest of the matrix
                response = call(method, address(rule, number))
                if response.status_code >= 500:
                    failures.append(f"{name}: {method} {rule} ({endpoint}) for {number}: {response.status_code}")
    assert not failures, "\n".join(failures)


def test_declared_access_holds_for_every_route(app: Flask, callers: dict[str, Call], restricted: str) -> None:
    state = state_of(app)
    wrong = []
    for endpoint, method, rule in routes(app):
        policy = state.policies[endpoint]
        path = address(rule, restricted)
        visitor = refused(callers["visitor"](method, path))
        if policy.access != PUBLIC and not visitor:
            wrong.append(f"visitors get into {method} {rule}, which is for {policy.access}")
        if policy.access not in (PUBLIC, AUTHENTICATED) and not refused(callers["other"](method, path)):
            wrong.append(f"people without it get into {method} {rule}, which is for {policy.access}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["restricted", "draft"])
def test_what_is_hidden_is_in_no_answer_to_others(
    app: Flask, callers: dict[str, Call], kind: str, request: pytest.FixtureRequest
) -> None:
    number = request.getfixturevalue(kind)
    leaks = []
    for name in ("visitor", "other"):
        for _endpoint, method, rule in routes(app):
            response = callers[name](method, address(rule, number))
            if b"Hidden from others" in response.data:
                leaks.append(f"{name}: {method} {rule}")
    assert not leaks, "\n".join(leaks)


def test_others_change_nothing(
    app: Flask, callers: dict[str, Call], repository: Any, restricted: str, draft: str, ada: Any
) -> None:
    before = [
        repository.records.read(ada.actor, restricted).body,
        repository.records.read_draft(ada.actor, draft).body,
    ]
    for name in ("visitor", "other"):
        for number in (restricted, draft):
            for _endpoint, method, rule in routes(app):
                if method not in SAFE:
                    callers[name](method, address(rule, number))
    after = [
        repository.records.read(ada.actor, restricted).body,
        repository.records.read_draft(ada.actor, draft).body,
    ]
    assert after == before


def test_no_answer_to_a_visitor_sets_a_cookie_unless_the_view_lives_on_the_session(
    app: Flask, callers: dict[str, Call], restricted: str
) -> None:
    state = state_of(app)
    wrong = []
    for endpoint, method, rule in routes(app):
        response = callers["visitor"](method, address(rule, restricted))
        control = response.headers.get("Cache-Control", "")
        if state.policies[endpoint].session == "required":
            if control != "private, no-store":
                wrong.append(f"{method} {rule} may be kept: {control}")
        elif "Set-Cookie" in response.headers:
            wrong.append(f"{method} {rule} sets a cookie")
    assert not wrong, "\n".join(wrong)


def test_no_answer_to_a_person_may_be_kept_by_a_cache(app: Flask, callers: dict[str, Call], restricted: str) -> None:
    state = state_of(app)
    wrong = []
    for endpoint, method, rule in routes(app):
        if method not in SAFE or state.policies[endpoint].session == "none":
            continue
        response = callers["owner"](method, address(rule, restricted))
        if response.headers.get("Cache-Control") != "private, no-store":
            wrong.append(f"{method} {rule}: {response.headers.get('Cache-Control')}")
    assert not wrong, "\n".join(wrong)
