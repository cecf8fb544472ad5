"""The OpenAPI document: complete, well-formed, and true to the routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask
from jsonschema import Draft202012Validator

from muniment.web.access import access, session
from muniment.web.app import create_app
from muniment.web.blueprints import CORE_OWNER, BlueprintSpec, Mounting, Owned
from muniment.web.current import state_of
from muniment.web.rest.document import STRING, Schema, array_of, document, nullable
from muniment.web.rest.openapi import UndocumentedRoute, api_rules, build_document, open_path


@pytest.fixture
def description(api: Any) -> dict[str, Any]:
    response = api.get("/api/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_api_route_is_documented(app: Flask, description: dict[str, Any]) -> None:
    documented = {name for name, _ in operations(description)}
    for rule in api_rules(app):
        path, _ = open_path(rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert f"{method.lower()} {path}" in documented


def test_an_undocumented_route_is_named(repository: Any) -> None:
    app = create_app(repository)
    blueprint = Blueprint("secret", __name__)

    @blueprint.get("/secret")
    @access("public")
    @session("none")
    def view() -> str:
        return ""

    mounting = Mounting(app)
    mounting.policies = state_of(app).policies
    mounting.mount(Owned(CORE_OWNER, BlueprintSpec(blueprint, "api")))
    with pytest.raises(UndocumentedRoute, match=r"secret\.view"):
        build_document(app)


def test_it_is_openapi_3_1_with_the_site_as_server(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert description["info"]["title"] == "Test Repository"
    assert description["servers"] == [{"url": "http://localhost:5000"}]


def test_every_schema_is_a_json_schema(description: dict[str, Any]) -> None:
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for _, operation in operations(description):
        for parameter in operation["parameters"]:
            Draft202012Validator.check_schema(parameter["schema"])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    for reference in _references(description):
        prefix, _, name = reference.rpartition("/")
        assert prefix == "#/components/schemas"
        assert name in description["components"]["schemas"]


def test_operation_ids_are_unique(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(description)]
    assert len(names) == len(set(names))


def test_every_operation_tells_success_and_errors(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        statuses = set(operation["responses"])
        assert statuses & {"200", "201", "202", "204", "206", "301", "302"}, name
        assert {"400", "401"} <= statuses, name
        assert operation["summary"], name
        assert operation["tags"], name
        if "requestBody" in operation:
            assert {"413", "415"} <= statuses, name
        if "{" in name:
            assert "404" in statuses, name


def test_path_parameters_are_those_of_the_path(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        declared = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
        assert declared == set(_variables(name)), name
        assert all(item["required"] for item in operation["parameters"] if item["in"] == "path")


def _variables(path: str) -> Iterator[str]:
    for part in path.split("{")[1:]:
        yield part.partition("}")[0]


def test_who_may_call_is_told(description: dict[str, Any]) -> None:
    assert {} in description["paths"]["/api/records/{id}"]["get"]["security"]
    assert {} not in description["paths"]["/api/records"]["post"]["security"]
    assert description["paths"]["/api/records"]["post"]["x-access"] == "authenticated"


def test_records_are_offered_in_every_representation(description: dict[str, Any]) -> None:
    content = description["paths"]["/api/records/{id}"]["get"]["responses"]["200"]["content"]
    assert {"application/json", "application/vnd.inveniordm.v1+json"} <= set(content)


def test_schemas_are_nested_by_reference_and_collected_by_name(repository: Any) -> None:
    inner = Schema("Inner", {"type": "object", "properties": {"name": nullable(STRING)}})
    outer = Schema("Outer", {"type": "object", "properties": {"inner": inner, "many": array_of(inner)}})
    app = create_app(repository)
    blueprint = Blueprint("nested", __name__)

    @blueprint.get("/nested")
    @access("public")
    @session("none")
    @document("Nested", tag="Test", answers={200: outer})
    def view() -> str:
        return ""

    mounting = Mounting(app)
    mounting.policies = state_of(app).policies
    mounting.mount(Owned(CORE_OWNER, BlueprintSpec(blueprint, "api")))
    schemas = build_document(app)["components"]["schemas"]
    assert schemas["Outer"]["properties"]["many"]["items"] == {"$ref": "#/components/schemas/Inner"}
    assert schemas["Inner"]["properties"]["name"] == {"type": ["string", "null"]}
