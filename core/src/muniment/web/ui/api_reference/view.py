"""The whole reference: operations in groups, and the shapes that they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from muniment.web.ui.api_reference.samples import Samples
from muniment.web.ui.api_reference.shapes import FieldView, ShapeView, TypeView, field_view, shape_views, type_of

_METHODS = ("get", "post", "put", "patch", "delete")
_ERRORS = "Error"


@dataclass(frozen=True)
class AnswerView:
    """One answer: its status, what it means, and what is in it by media type."""

    status: str
    description: str
    media_types: tuple[str, ...]
    type: TypeView | None
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BodyView:
    description: str
    required: bool
    media_types: tuple[str, ...]
    type: TypeView | None
    example: str


@dataclass(frozen=True)
class OperationView:
    """One operation. `access` is ``public``, ``authenticated`` or the name of a permission; errors are told apart."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    access: str
    deprecated: bool
    parameters: tuple[FieldView, ...]
    body: BodyView | None
    answers: tuple[AnswerView, ...]
    errors: tuple[AnswerView, ...]
    curl: str


@dataclass(frozen=True)
class GroupView:
    """Operations on one subject; `slug` is its name in addresses."""

    name: str
    slug: str
    operations: tuple[OperationView, ...]


@dataclass(frozen=True)
class Reference:
    groups: tuple[GroupView, ...]
    shapes: tuple[ShapeView, ...]
    version: str

    def group(self, slug: str) -> GroupView | None:
        return next((group for group in self.groups if group.slug == slug), None)


def reference(document: Mapping[str, Any], site: str) -> Reference:
    """The reference that an OpenAPI document holds; examples call `site`."""
    samples = Samples(document, site)
    groups: dict[str, list[OperationView]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                tag = str(next(iter(operation.get("tags") or ()), "About"))
                groups.setdefault(tag, []).append(_operation(samples, method, path, operation))
    return Reference(
        groups=tuple(GroupView(name, slug_of(name), tuple(groups[name])) for name in sorted(groups)),
        shapes=shape_views((document.get("components") or {}).get("schemas") or {}),
        version=str(document["info"]["version"]),
    )


def slug_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _operation(samples: Samples, method: str, path: str, operation: Mapping[str, Any]) -> OperationView:
    access = str(operation.get("x-access") or "public")
    answers = [_answer(status, answer) for status, answer in operation["responses"].items()]
    return OperationView(
        id=str(operation["operationId"]),
        method=method.upper(),
        path=path,
        summary=str(operation["summary"]),
        description=str(operation.get("description") or ""),
        access=access,
        deprecated=bool(operation.get("deprecated")),
        parameters=tuple(_parameters(operation.get("parameters") or ())),
        body=_body(samples, operation.get("requestBody")),
        answers=tuple(answer for answer in answers if answer.status < "4"),
        errors=tuple(answer for answer in answers if answer.status >= "4"),
        curl=samples.curl(method, path, operation, needs_token=_needs_token(method, path, access)),
    )


def _needs_token(method: str, path: str, access: str) -> bool:
    """Whether a call is worth nothing without a token: drafts and changes of records are somebody's own."""
    own = path.startswith("/api/records") and (method != "get" or "/draft" in path)
    return access != "public" or own


def _parameters(parameters: Iterable[Mapping[str, Any]]) -> Iterable[FieldView]:
    for parameter in parameters:
        where = str(parameter["in"])
        name = str(parameter["name"])
        yield field_view(
            f"{{{name}}}" if where == "path" else f"{name}:" if where == "header" else f"?{name}=",
            parameter.get("schema") or {},
            required=bool(parameter.get("required")),
            description=str(parameter.get("description") or ""),
        )


def _body(samples: Samples, body: Mapping[str, Any] | None) -> BodyView | None:
    if body is None:
        return None
    content: Mapping[str, Any] = body.get("content") or {}
    schema = next((media["schema"] for media in content.values() if media.get("schema")), None)
    json = next((media["schema"] for name, media in content.items() if "json" in name and media.get("schema")), None)
    return BodyView(
        description=str(body.get("description") or ""),
        required=bool(body.get("required")),
        media_types=tuple(content),
        type=type_of(schema) if schema else None,
        example=samples.body(json) if json else "",
    )


def _answer(status: str, answer: Mapping[str, Any]) -> AnswerView:
    content: Mapping[str, Any] = answer.get("content") or {}
    schema = next((media["schema"] for media in content.values() if media.get("schema")), None)
    return AnswerView(
        status=status,
        description=str(answer.get("description") or ""),
        media_types=tuple(content),
        type=type_of(schema) if schema else None,
        headers=tuple((name, str(one.get("description") or "")) for name, one in (answer.get("headers") or {}).items()),
    )
