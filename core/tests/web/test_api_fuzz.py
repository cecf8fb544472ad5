"""Any input to any API route: no server error, and every answer is one that the OpenAPI document describes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from muniment.testing.documents import document
from muniment.web.rest.openapi import api_rules, build_document, open_path

_VARIABLE = re.compile(r"\{(\w+)\}")

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "0", "-1", "2", "../..", "a/b", "\x00", "\ud800", "%", "'", '"', "<b>", "null", "9" * 40, "é", "深海"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["metadata", "title", "creators", "access", "files", "key", "pids", "id", "name", "email", "type", "props", "note"]
)
BODIES = st.one_of(VALUES, st.dictionaries(NAMES, VALUES, max_size=5), st.just(document()))


class Checker:
    """Knows the document, and what is wrong with an answer according to it."""

    def __init__(self, app: Flask) -> None:
        self.description = build_document(app)
        self.operations: list[tuple[str, str, dict[str, Any]]] = []
        for rule in api_rules(app):
            path, _ = open_path(rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                self.operations.append((method, path, self.description["paths"][path][method.lower()]))

    def problems(self, operation: dict[str, Any], response: Any) -> Iterator[str]:
        if response.status_code >= 500 and response.status_code != 503:
            yield f"server error {response.status_code}"
        described = operation["responses"].get(str(response.status_code))
        if described is None:
            yield f"status {response.status_code} is not in the document"
            return
        if not response.data:
            return
        content = described.get("content", {}).get(response.mimetype)
        if content is None:
            if response.status_code != 302:  # Werkzeug's page for a redirect
                yield f"{response.mimetype} is not in the document for {response.status_code}"
        elif "schema" in content and response.mimetype.endswith("json"):
            schema = {**content["schema"], "components": self.description["components"]}
            for error in Draft202012Validator(schema).iter_errors(response.json):
                yield f"{error.json_path}: {error.message[:200]}"


@pytest.fixture
def checker(app: Flask) -> Checker:
    return Checker(app)


@pytest.fixture
def callers(app: Flask, repository: Any, ada: Any, administrator: Any) -> list[Callable[..., Any]]:
    client = app.test_client(use_cookies=False)

    def caller(person: Any) -> Callable[..., Any]:
        headers = {}
        if person is not None:
            token = repository.tokens.create_for_subject(person.subject, "fuzz")
            headers["Authorization"] = f"Bearer {token}"
        return lambda **arguments: client.open(headers=headers, **arguments)

    return [caller(None), caller(ada), caller(administrator)]


#: These end accounts and sessions that the others need.
_ENDING = re.compile(r"logout|deactivate|/block|/roles|/groups")


def test_any_input_to_any_route(
    checker: Checker, callers: list[Callable[..., Any]], make_record: Callable[..., Any], make_draft: Callable[..., Any]
) -> None:
    numbers = [make_record(files={"a.txt": b"a"}).id, make_draft().id]

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def send(data: st.DataObject) -> None:
        method, path, operation = data.draw(st.sampled_from(checker.operations))
        if _ENDING.search(path):
            return
        caller = data.draw(st.sampled_from(callers))
        identifiers = st.one_of(st.sampled_from(numbers), TEXTS)

        def variable(found: re.Match[str]) -> str:
            value = data.draw(identifiers if found[1] == "id" else TEXTS)
            # A slash would make it another address, with methods of its own.
            return quote(value.replace("/", "|").encode("utf-8", "surrogatepass"), safe="") or "x"

        query = data.draw(st.dictionaries(_parameters(operation), TEXTS, max_size=3))
        arguments: dict[str, Any] = {"path": _VARIABLE.sub(variable, path), "method": method}
        arguments["query_string"] = {
            name: value.encode("utf-8", "replace").decode() for name, value in query.items() if name != "access_token"
        }
        if method != "GET":
            arguments |= data.draw(st.one_of(st.just({}), _json(), st.just({"data": b"\xff{"})))
        response = caller(**arguments)
        problems = list(checker.problems(operation, response))
        assert not problems, f"{method} {arguments}: {response.status_code} {response.data[:300]!r}: {problems}"

    send()


def _parameters(operation: dict[str, Any]) -> st.SearchStrategy[str]:
    names = [item["name"] for item in operation["parameters"] if item["in"] == "query"]
    return st.sampled_from([*names, "q", "page", "size", "unknown"])


def _json() -> st.SearchStrategy[dict[str, Any]]:
    def encode(value: Any) -> dict[str, Any]:
        return {"data": json.dumps(value).encode(), "content_type": "application/json"}

    return BODIES.map(encode)


def test_the_cycle_of_a_record_is_answered_as_described(
    checker: Checker, callers: list[Callable[..., Any]], make_record: Callable[..., Any]
) -> None:
    operations = {(method, path): operation for method, path, operation in checker.operations}
    record = make_record(files={"data/a.csv": b"1,2"})
    owner = callers[1]

    def call(method: str, template: str, number: str = "", **arguments: Any) -> Any:
        path = template.replace("{id}", number).replace("{scheme}", "doi").replace("{key}", "data/a.csv")
        response = owner(path=path, method=method, **arguments)
        assert not list(checker.problems(operations[method, template], response)), (template, response.data)
        return response

    for template in ("", "/versions", "/versions/latest", "/files", "/files/{key}", "/draft"):
        call("GET", f"/api/records/{{id}}{template}", record.id)
    call("GET", "/api/records", query_string={"q": "drift", "expand": "1"})
    draft = call("POST", "/api/records", json=document()).json["id"]
    for body in (document(title="Second"), {"metadata": {"creators": [{}], "title": 1, "dates": [{}]}}, document()):
        call("PUT", "/api/records/{id}/draft", draft, json=body)
    call("GET", "/api/records/{id}/draft", draft, query_string={"expand": "1"})
    call("GET", "/api/user/records")
    call("POST", "/api/records/{id}/draft/actions/publish", draft)
    call("POST", "/api/records/{id}/draft", draft)
    call("DELETE", "/api/records/{id}/draft", draft)
    call("POST", "/api/records/{id}/versions", draft)
