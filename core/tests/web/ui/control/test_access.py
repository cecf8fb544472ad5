"""Who gets into the control panel, and what its menu shows to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from muniment.web.current import state_of

_VARIABLE = re.compile(r"<(?:[a-z_]+(?:\([^)]*\))?:)?(\w+)>")


def _addresses(app: Flask, permission: str) -> list[tuple[str, str]]:
    """`(method, path)` of every page of the control panel that asks for the permission."""
    policies = state_of(app).policies
    return [
        (method, _VARIABLE.sub("1", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/control/") and policies[rule.endpoint].access == permission
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_page_lives_on_the_session_and_asks_for_a_permission(app: Flask) -> None:
    policies = state_of(app).policies
    found = {
        rule.rule: policies[rule.endpoint] for rule in app.url_map.iter_rules() if rule.rule.startswith("/control")
    }
    assert len(found) > 20
    assert {policy.session for policy in found.values()} == {"required"}
    start = found.pop("/control")
    assert start.access == "authenticated"
    assert {policy.access for policy in found.values()} == {"administration", "moderation"}


@pytest.mark.parametrize("permission", ["administration", "moderation"])
def test_visitors_are_sent_to_sign_in(app: Flask, client: Any, permission: str) -> None:
    for method, path in [*_addresses(app, permission), ("GET", "/control")]:
        answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
        if answer.status_code == 403:
            assert 'action="/login"' in answer.get_data(as_text=True), f"{method} {path} forgets the form"
        else:
            assert (answer.status_code, answer.headers.get("Location", "")[:6]) == (302, "/login"), (method, path)


@pytest.mark.parametrize("permission", ["administration", "moderation"])
def test_people_without_the_permission_are_refused(
    app: Flask, ada: Any, moderator: Any, panel_of: Callable[[Any], Any], permission: str
) -> None:
    people = [ada, moderator] if permission == "administration" else [ada]
    for person in people:
        browser = panel_of(person)
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.client.get("/").get_data(as_text=True))
        assert token is not None
        for method, path in _addresses(app, permission):
            data = {"csrf_token": token[1]} if method == "POST" else None
            answer = browser.client.open(path, method=method, data=data, headers={"Sec-Fetch-Site": "same-origin"})
            assert answer.status_code == 403, (person.email, method, path)


def test_a_moderator_begins_with_what_is_theirs(moderator: Any, panel_of: Callable[[Any], Any]) -> None:
    browser = panel_of(moderator)
    assert browser.client.get("/control").headers["Location"] == "/control/users"
    page = browser.get("/control/users")
    assert re.findall(r'href="/control/(\w+)"', page)[:3] == ["users", "domains", "records"]
    assert "/control/settings" not in page
    assert 'href="/control"' in browser.get("/")


def test_others_see_no_way_to_it(ada: Any, panel_of: Callable[[Any], Any]) -> None:
    browser = panel_of(ada)
    assert "/control" not in browser.get("/")
    browser.get("/control", 403)


def test_the_menu_marks_where_one_is(panel: Any) -> None:
    assert re.search(r'href="/control/users" aria-current="page"', panel.get("/control/users"))
    assert re.search(r'href="/control/users" aria-current="true"', panel.get("/control/users/invite"))
    assert not re.search(r'href="/control" aria-current', panel.get("/control/users"))
