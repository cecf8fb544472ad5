"""The help pages, and the API reference made from the OpenAPI document."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from lxml import html

from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.web.rest.openapi import build_document
from muniment.web.ui.api_reference.samples import Samples
from muniment.web.ui.api_reference.shapes import TypeView, fields, type_of
from muniment.web.ui.api_reference.view import Reference, reference
from muniment.web.ui.views.help_pages import DEPOSIT


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    with app.test_request_context("/"):
        return build_document(app)


@pytest.fixture
def whole(document: dict[str, Any]) -> Reference:
    return reference(document, "https://repo.example.org")


@pytest.mark.parametrize(
    "path", ["/help", "/help/search", "/search/help", "/help/deposit", "/help/api", "/help/api/shapes"]
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_help_page_can_be_read_by_visitors(client: Any, path: str, language: str) -> None:
    answer = client.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    page = html.fromstring(answer.get_data(as_text=True))
    assert page.xpath("//nav[@class='side-nav']//a[@aria-current]")
    assert len(page.xpath("//h1")) == 1


def test_every_operation_is_on_the_page_of_its_group(client: Any, document: dict[str, Any], whole: Reference) -> None:
    wanted = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    found = set()
    for group in whole.groups:
        page = html.fromstring(client.get(f"/help/api/{group.slug}").get_data(as_text=True))
        found |= set(page.xpath("//article/@id"))
    assert found == wanted
    overview = html.fromstring(client.get("/help/api").get_data(as_text=True))
    linked = {link.partition("#")[2] for link in overview.xpath("//ul[@class='api-list']//a/@href")}
    assert linked == wanted
    assert overview.xpath("//a[@href='/api/openapi.json']")


def test_every_shape_that_is_linked_is_told(client: Any, whole: Reference) -> None:
    page = html.fromstring(client.get("/help/api/shapes").get_data(as_text=True))
    anchors = set(page.xpath("//section/@id"))
    linked = set(page.xpath("//a/@href"))
    for group in whole.groups:
        linked |= set(html.fromstring(client.get(f"/help/api/{group.slug}").get_data(as_text=True)).xpath("//a/@href"))
    shapes = {link.partition("#")[2] for link in linked if "#shape-" in link}
    assert shapes
    assert shapes <= anchors


def test_an_unknown_group_is_not_there(client: Any) -> None:
    assert client.get("/help/api/nonsense").status_code == 404


def test_the_limits_of_the_site_are_told(client: Any) -> None:
    assert "at most 100 files and 50 GB in all" in client.get("/help/deposit").get_data(as_text=True)


def test_examples_name_no_variable_and_quote_what_a_shell_would_read(whole: Reference) -> None:
    for group in whole.groups:
        for operation in group.operations:
            first = operation.curl.splitlines()[0]
            assert first.startswith("curl "), operation.id
            assert "{" not in first, operation.id
            if operation.method in ("POST", "PUT", "PATCH") and operation.path.startswith("/api/records"):
                assert '-H "Authorization: Bearer $TOKEN"' in operation.curl, operation.id


def test_every_json_body_has_an_example_that_is_json(whole: Reference) -> None:
    for group in whole.groups:
        for operation in group.operations:
            if operation.body is not None and any("json" in name for name in operation.body.media_types):
                assert orjson.loads(operation.body.example) is not None, operation.id


def test_an_example_of_a_draft_can_be_published_but_for_its_files(
    document: dict[str, Any], repository: Repository, ada: Person
) -> None:
    samples = Samples(document, "https://repo.example.org")
    sample = samples.value({"$ref": "#/components/schemas/DraftInput"})
    draft = repository.records.create(ada.actor, {"metadata": sample["metadata"], "files": {"enabled": False}})
    assert draft.problems == ()
    repository.records.publish(ada.actor, draft.id)


@pytest.mark.parametrize(
    ("schema", "view"),
    [
        ({"type": "string"}, TypeView("string")),
        ({"type": ["string", "null"]}, TypeView("string or null")),
        ({"type": "string", "format": "uuid"}, TypeView("string (uuid)")),
        ({"type": "array", "items": {"type": "integer"}}, TypeView("array of integer")),
        ({"$ref": "#/components/schemas/Term"}, TypeView("", "Term")),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Term"}}, TypeView("array of", "Term")),
        ({"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Term"}]}, TypeView("null or", "Term")),
        ({}, TypeView("any")),
    ],
)
def test_types_are_told_in_words(schema: dict[str, Any], view: TypeView) -> None:
    assert type_of(schema) == view


def test_fields_of_objects_in_objects_have_dotted_paths() -> None:
    schema = {
        "required": ["a"],
        "properties": {
            "a": {"type": "object", "required": ["b"], "properties": {"b": {"type": "string", "enum": ["x", "y"]}}},
            "list": {
                "type": "array",
                "items": {"type": "object", "properties": {"c": {"type": "integer", "default": 7}}},
            },
        },
    }
    found = {field.path: field for field in fields(schema)}
    assert list(found) == ["a", "a.b", "list", "list[].c"]
    assert found["a"].required
    assert found["a.b"].values == ("x", "y")
    assert found["list[].c"].default == "7"


def test_the_example_of_a_deposit_works_in_a_shell(
    site: str, repository: Repository, ada: Person, tmp_path: Path
) -> None:
    shell, curl = shutil.which("bash"), shutil.which("curl")
    if not shell or not curl:
        pytest.skip("bash and curl are not here")
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")
    done = subprocess.run(
        [shell, "-c", DEPOSIT.replace("SITE", site)],
        cwd=tmp_path,
        env={"TOKEN": repository.tokens.create(ada.subject, "shell"), "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (record,) = repository.records.every_upload(ada.actor)
    assert record.data["is_published"]
    assert list(record.data["files"]["entries"]) == ["data.csv"]
