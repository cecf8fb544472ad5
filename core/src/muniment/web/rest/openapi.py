"""`/api/openapi.json`: the OpenAPI 3.1 document of this site, generated from what the routes declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from muniment.version import __version__
from muniment.web.access import PUBLIC, Policy, access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state_of
from muniment.web.rest.answers import answer_json
from muniment.web.rest.document import ERROR, JSON, PRETTYPRINT, Answer, Body, Operation, Parameter, Schema, document

if TYPE_CHECKING:
    from apispec import APISpec

blueprint = Blueprint("openapi", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

_SECURITY_SCHEMES: Final[dict[str, dict[str, Any]]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A personal access token."},
    "query": {
        "type": "apiKey",
        "in": "query",
        "name": "access_token",
        "description": "The same token, in the address.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "muniment_session", "description": "A signed-in browser."},
}
_ANYBODY: Final[list[dict[str, list[str]]]] = [{}, {"token": []}, {"query": []}, {"session": []}]
_PATH_TYPES: Final[dict[str, dict[str, Any]]] = {
    "int": {"type": "integer", "minimum": 0},
    "float": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
}
_VARIABLE: Final = re.compile(r"<(?:(?P<converter>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


class UndocumentedRoute(RuntimeError):
    """A route below /api without `@document`."""


@blueprint.get("/openapi.json")
@access("public")
@session("none")
@document(
    "This document",
    tag="About",
    query=(PRETTYPRINT,),
    answers={200: {"type": "object", "required": ["openapi", "paths"]}},
)
def openapi() -> Response:
    return answer_json(document_bytes(current_app))


def document_bytes(app: Flask) -> bytes:
    """The document as JSON, made once for each application."""
    documents = state_of(app).documents
    if "openapi" not in documents:
        documents["openapi"] = orjson.dumps(build_document(app))
    return documents["openapi"]


def build_document(app: Flask) -> dict[str, Any]:
    """The whole document; raises UndocumentedRoute with all API routes that declare nothing."""
    from apispec import APISpec

    site = state_of(app).repository.config.site
    spec = APISpec(
        title=site.name,
        version=__version__,
        openapi_version="3.1.0",
        info={"description": site.description or "The REST API of this repository, compatible with InvenioRDM's."},
        servers=[{"url": site.url}],
    )
    for name, scheme in _SECURITY_SCHEMES.items():
        spec.components.security_scheme(name, scheme)
    writer = _Writer(app, spec)
    for rule in api_rules(app):
        writer.add(rule)
    if writer.missing:
        raise UndocumentedRoute(f"no @document on: {', '.join(sorted(writer.missing))}")
    found: dict[str, Any] = spec.to_dict()
    return found


def api_rules(app: Flask) -> list[Rule]:
    """The routes below /api, by address."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    return sorted(rules, key=lambda rule: (rule.rule, rule.endpoint))


class _Writer:
    """Turns declarations into OpenAPI, collecting named schemas on the way."""

    def __init__(self, app: Flask, spec: APISpec) -> None:
        self._app = app
        self._spec = spec
        self._schemas: dict[str, Schema] = {}
        self.missing: set[str] = set()

    def add(self, rule: Rule) -> None:
        view = self._app.view_functions[rule.endpoint]
        operation: Operation | None = getattr(view, "__operation__", None)
        if operation is None:
            self.missing.add(rule.endpoint)
            return
        policy = state_of(self._app).policies[rule.endpoint]
        path, variables = open_path(rule.rule)
        written = {
            method.lower(): self._operation(operation, policy, rule, method, variables)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        }
        self._spec.path(path=path, operations=written)

    def _operation(
        self, operation: Operation, policy: Policy, rule: Rule, method: str, variables: Mapping[str, str]
    ) -> dict[str, Any]:
        many = len((rule.methods or set()) - {"HEAD", "OPTIONS"}) > 1
        name = rule.endpoint.replace(".", "_")
        written: dict[str, Any] = {
            "operationId": f"{name}_{method.lower()}" if many else name,
            "summary": operation.summary,
            "tags": [operation.tag],
            "parameters": [
                *self._path_parameters(operation, variables),
                *(self._parameter(parameter) for parameter in operation.parameters),
            ],
            "responses": self._responses(operation, policy, bool(variables)),
            "security": _ANYBODY if policy.access == PUBLIC else _ANYBODY[1:],
        }
        if operation.description:
            written["description"] = operation.description
        if operation.body is not None and method != "GET":
            written["requestBody"] = self._body(operation.body)
        if operation.deprecated:
            written["deprecated"] = True
        if policy.access != PUBLIC:
            written["x-access"] = policy.access
        return written

    def _path_parameters(self, operation: Operation, variables: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        for name, converter in variables.items():
            told = operation.path.get(name, "")
            more = {"description": told} if isinstance(told, str) else dict(told)
            yield {
                "name": name,
                "in": "path",
                "required": True,
                "schema": self._schema(
                    more.pop("schema", _PATH_TYPES.get(converter, {"type": "string", "minLength": 1}))
                ),
                **{key: value for key, value in more.items() if value},
            }

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        return {
            "name": parameter.name,
            "in": parameter.where,
            "required": parameter.required,
            "description": parameter.description,
            "schema": self._schema(parameter.schema),
        }

    def _body(self, body: Body) -> dict[str, Any]:
        content = {
            media_type: {"schema": self._schema(schema)} if schema is not None else {}
            for media_type, schema in body.content.items()
        }
        return {"required": body.required, "description": body.description, "content": content}

    def _responses(self, operation: Operation, policy: Policy, has_variables: bool) -> dict[str, Any]:
        answers = {str(status): self._answer(status, answer) for status, answer in operation.answers.items()}
        for status in sorted(error_statuses(operation, policy, has_variables)):
            answers.setdefault(
                str(status),
                {
                    "description": HTTPStatus(status).phrase,
                    "content": {JSON: {"schema": self._schema(ERROR)}},
                },
            )
        return answers

    def _answer(self, status: int, answer: Any) -> dict[str, Any]:
        if not isinstance(answer, Answer):
            answer = Answer(answer) if answer is not None else Answer(None, media_types=())
        written: dict[str, Any] = {"description": answer.description or HTTPStatus(status).phrase}
        content = self._content(answer)
        if content:
            written["content"] = content
        if answer.headers:
            written["headers"] = {
                name: {"description": text, "schema": {"type": "string"}} for name, text in answer.headers.items()
            }
        return written

    def _content(self, answer: Answer) -> dict[str, Any]:
        """The media types of an answer; for records, all that the representations of this generation offer."""
        media = {"schema": self._schema(answer.schema)} if answer.schema is not None else {}
        if answer.negotiated is None:
            return dict.fromkeys(answer.media_types, media)
        offers = state_of(self._app).representations.offered(
            lists=answer.negotiated == "list", drafts=answer.negotiated == "draft"
        )
        return {media_type: media if item.follows_schema else {} for media_type, item in offers}

    def _schema(self, schema: Any) -> Any:
        """The schema with every `Schema` in it as a reference."""
        if isinstance(schema, Schema):
            self._register(schema)
            return {"$ref": f"#/components/schemas/{schema.name}"}
        if isinstance(schema, Mapping):
            return {key: self._schema(value) for key, value in schema.items()}
        if isinstance(schema, (list, tuple)):
            return [self._schema(value) for value in schema]
        return schema

    def _register(self, schema: Schema) -> None:
        known = self._schemas.setdefault(schema.name, schema)
        if known is not schema and known.body != schema.body:
            raise ValueError(f"two schemas are named {schema.name}")
        if known is schema and schema.name not in self._spec.components.schemas:
            self._spec.components.schemas[schema.name] = {}
            self._spec.components.schemas[schema.name] = self._schema(schema.body)


def open_path(rule: str) -> tuple[str, dict[str, str]]:
    """The path in OpenAPI's form and the converter of each variable."""
    variables = {found["name"]: found["converter"] or "string" for found in _VARIABLE.finditer(rule)}
    path = _VARIABLE.sub(lambda found: "{" + found["name"] + "}", rule)
    return path.rstrip("/") or "/", variables


def error_statuses(operation: Operation, policy: Policy, has_variables: bool) -> set[int]:
    """The errors that follow from a declaration, with those that it names."""
    found = {400, 401, 406, 503, *operation.errors}
    if policy.access != PUBLIC:
        found.add(403)
    if has_variables:
        found |= {403, 404}
    if operation.body is not None:
        found |= {413, 415}
    return found
