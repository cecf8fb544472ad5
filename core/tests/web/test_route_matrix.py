"""Every route, called by everybody: who gets in follows from the declarations, and nobody gets a server error.

The cases come from the route table of the application, so a new route is in the matrix by being there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from muniment.web.access import AUTHENTICATED, PUBLIC
from muniment.web.current import state_of

_VARIABLE = re.compile(r"<(?:(?P<converter>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
SAFE = {"GET", "HEAD"}


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """`(endpoint, method, rule)` of every route."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, rule.rule


def address(rule: str, number: str) -> str:
    """The address of a rule for one record; variables that are no ids get a word."""

    def value(found: re.Match[str]) -> str:
        if found["name"] in ("id", "record_id", "number"):
            return number
        if found["converter"] in ("int", "float"):
            return "1"
        return "doi" if found["name"] == "scheme" else "something"

    return _VARIABLE.sub(value, rule)


Call = Callable[[str, str], Any]


@pytest.fixture
def callers(app: Flask, repository: Any, ada: Any, grace: Any, administrator: Any) -> dict[str, Call]:
    """A way to call as a visitor, as the owner of the records, as another person and as an administrator."""
    client = app.test_client(use_cookies=False)

    def caller(person: Any) -> Call:
        headers = {}
        if person is not None:
            headers["Authorization"] = f"Bearer {repository.tokens.create_for_subject(person.subject, 'matrix')}"

        def call(method: str, path: str) -> Any:
            json: dict[str, Any] | None = None if method in SAFE else {}
            return client.open(path, method=method, headers=headers, json=json)

        return call

    return {
        "visitor": caller(None), "owner": caller(ada), "other": caller(grace), "administrator": caller(administrator),
    }  # fmt: skip


def _refused(response: Any) -> bool:
    if response.status_code in (401, 403):
        return True
    return bool(response.status_code == 302 and response.headers["Location"].startswith("/login"))


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
        visitor = _refused(callers["visitor"](method, path))
        if policy.access != PUBLIC and not visitor:
            wrong.append(f"visitors get into {method} {rule}, which is for {policy.access}")
        if policy.access not in (PUBLIC, AUTHENTICATED) and not _refused(callers["other"](method, path)):
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
