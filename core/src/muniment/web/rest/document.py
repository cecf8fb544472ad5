"""Declare beside a REST route what it takes and answers; `/api/openapi.json` is generated from it.

Every route of a blueprint mounted at `/api` carries one `@document(...)`; a route without one fails the test
suite. Example, complete:

    FILE = Schema("File", {
        "type": "object",
        "required": ["key", "status"],
        "properties": {"key": STRING, "size": INTEGER, "status": {"type": "string", "enum": ["pending", "completed"]}},
    })
    FILE_LIST = Schema("FileList", {
        "type": "object",
        "properties": {"enabled": BOOLEAN, "entries": array_of(FILE)},
    })

    @blueprint.post("/records/<id>/draft/files")
    @access("authenticated")
    @session("optional")
    @document(
        "Start uploads", tag="Draft files",
        description="Creates one pending entry for each key.",
        query=(query("refresh", "Wait until lists show the change.", BOOLEAN),),
        body=json_body(array_of(FILE)),
        answers={201: FILE_LIST},
        errors=(409,),
    )
    def start_uploads(id: str) -> Response: ...

* `answers` maps a status to a `Schema`, to a plain JSON Schema (2020-12, as OpenAPI 3.1 uses it), to an `Answer`
  (other media types, headers) or to None (no body).
* `Schema` objects may stand anywhere inside another schema; they become `$ref`s and are collected by name.
* Path parameters are found from the route; `path={"id": "The id of the record."}` gives better words or a schema.
* The errors that follow from the declaration are added by themselves: 400 and 401 always, 403 and 404 unless a
  public route without parameters, 413 and 415 with a body, 406 always, 503. `errors` names the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, TypeVar

JSON: Final = "application/json"
BYTES: Final = "application/octet-stream"

STRING: Final[dict[str, Any]] = {"type": "string"}
INTEGER: Final[dict[str, Any]] = {"type": "integer"}
NUMBER: Final[dict[str, Any]] = {"type": "number"}
BOOLEAN: Final[dict[str, Any]] = {"type": "boolean"}
OBJECT: Final[dict[str, Any]] = {"type": "object"}
DATE_TIME: Final[dict[str, Any]] = {"type": "string", "format": "date-time"}
URI: Final[dict[str, Any]] = {"type": "string", "format": "uri"}


@dataclass(frozen=True)
class Schema:
    """A named JSON Schema; appears once in the document, under `#/components/schemas/<name>`."""

    name: str
    body: Mapping[str, Any] = field(hash=False)


AnySchema: TypeAlias = Schema | Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """A query parameter or a request header (`where="header"`)."""

    name: str
    description: str
    schema: AnySchema = field(default_factory=lambda: dict(STRING), hash=False)
    where: str = "query"
    required: bool = False


@dataclass(frozen=True)
class Body:
    """A request body: one schema for each media type; None stands for raw bytes."""

    content: Mapping[str, AnySchema | None] = field(hash=False)
    required: bool = True
    description: str = ""


@dataclass(frozen=True)
class Answer:
    """A success answer that needs more than a JSON schema: other media types, headers, a description."""

    schema: AnySchema | None = field(default=None, hash=False)
    media_types: tuple[str, ...] = (JSON,)
    description: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    #: The answer is a record, draft or list in one of the representations of `muniment.web.negotiation`.
    negotiated: Literal["record", "draft", "list"] | None = None


@dataclass(frozen=True)
class Operation:
    """What `@document` attached to a view, as `view.__operation__`."""

    summary: str
    tag: str
    description: str
    parameters: tuple[Parameter, ...]
    path: Mapping[str, str | Mapping[str, Any]]
    body: Body | None
    answers: Mapping[int, AnySchema | Answer | None]
    errors: tuple[int, ...]
    deprecated: bool


View = TypeVar("View", bound=Callable[..., Any])


def document(
    summary: str,
    *,
    tag: str,
    answers: Mapping[int, AnySchema | Answer | None],
    description: str = "",
    query: Iterable[Parameter] = (),
    headers: Iterable[Parameter] = (),
    path: Mapping[str, str | Mapping[str, Any]] | None = None,
    body: Body | None = None,
    errors: Iterable[int] = (),
    deprecated: bool = False,
) -> Callable[[View], View]:
    """Attach an OpenAPI operation to a view function. See the module for an example of each argument."""
    operation = Operation(
        summary=summary,
        tag=tag,
        description=description,
        parameters=(*query, *headers),
        path=dict(path or {}),
        body=body,
        answers=dict(answers),
        errors=tuple(errors),
        deprecated=deprecated,
    )

    def decorate(view: View) -> View:
        view.__operation__ = operation  # type: ignore[attr-defined]
        return view

    return decorate


def query(name: str, description: str, schema: AnySchema = STRING, *, required: bool = False) -> Parameter:
    """A query parameter."""
    return Parameter(name=name, description=description, schema=schema, required=required)


def header(name: str, description: str, schema: AnySchema = STRING, *, required: bool = False) -> Parameter:
    """A request header that changes the answer, such as `If-Match`."""
    return Parameter(name=name, description=description, schema=schema, where="header", required=required)


def json_body(schema: AnySchema, *, required: bool = True, description: str = "") -> Body:
    """A JSON request body."""
    return Body(content={JSON: schema}, required=required, description=description)


def bytes_body(*media_types: str, required: bool = True, description: str = "") -> Body:
    """A raw request body, streamed to where it belongs; any media type when none is named."""
    return Body(content=dict.fromkeys(media_types or (BYTES,)), required=required, description=description)


def record_answer(schema: AnySchema, kind: Literal["record", "draft", "list"], **headers: str) -> Answer:
    """An answer in the representation that the client asks for; `schema` describes its JSON."""
    return Answer(schema, headers=headers, negotiated=kind)


def array_of(schema: AnySchema, **keywords: Any) -> dict[str, Any]:
    """The schema of a JSON array of one kind of item."""
    return {"type": "array", "items": schema, **keywords}


def nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema, or JSON null (OpenAPI 3.1 has no `nullable` keyword)."""
    return {**schema, "type": [schema["type"], "null"]}


def page_of(name: str, schema: AnySchema) -> Schema:
    """The list envelope of InvenioRDM around one kind of hit."""
    return Schema(
        name,
        {
            "type": "object",
            "required": ["hits", "links"],
            "properties": {
                "hits": {
                    "type": "object",
                    "required": ["hits", "total"],
                    "properties": {"hits": array_of(schema), "total": INTEGER},
                },
                "aggregations": OBJECT,
                "sortBy": STRING,
                "links": {"type": "object", "additionalProperties": STRING},
            },
        },
    )


ERROR: Final = Schema(
    "Error",
    {
        "type": "object",
        "required": ["status", "message"],
        "properties": {
            "status": {"type": "integer", "description": "The HTTP status again."},
            "message": STRING,
            "errors": array_of(
                {
                    "type": "object",
                    "required": ["field", "messages"],
                    "properties": {"field": STRING, "messages": array_of(STRING)},
                }
            ),
            "error_id": {"type": "string", "description": "Name this to the operator; the log has the cause."},
            "tombstone": OBJECT,
            "location": STRING,
        },
    },
)

PRETTYPRINT: Final = query("prettyprint", "Indent the JSON.", BOOLEAN)
EXPAND: Final = query("expand", "Add `expanded` with the objects that are referred to.", BOOLEAN)
IF_MATCH: Final = header("If-Match", "The revision that is to be changed; another one answers 412.")
IF_NONE_MATCH: Final = header("If-None-Match", "Answer 304 when the entity tag is still this one.")
PAGE: Final = query("page", "Page number, from 1.", {"type": "integer", "minimum": 1, "default": 1})
SIZE: Final = query("size", "Hits on a page.", {"type": "integer", "minimum": 1, "default": 25})
SORT: Final = query("sort", "Name of an order.")
SEARCH: Final = query("q", "A query in the search syntax.")
