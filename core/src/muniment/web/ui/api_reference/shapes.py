"""JSON Schemas in words: what a value is, and which fields an object has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_REFERENCE = "#/components/schemas/"
#: Objects are unfolded so many levels deep; deeper ones are "object".
_DEEPEST = 4


@dataclass(frozen=True)
class TypeView:
    """What a value is: `words` such as "array of", then the name of a shape of its own, if it has one."""

    words: str
    shape: str = ""


@dataclass(frozen=True)
class FieldView:
    """One field of an object; `path` is dotted, with ``[]`` for the items of a list."""

    path: str
    type: TypeView
    required: bool
    description: str
    values: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True)
class ShapeView:
    """An object that occurs in several places, under its name."""

    name: str
    anchor: str
    description: str
    fields: tuple[FieldView, ...]


def shape_views(schemas: Mapping[str, Any]) -> tuple[ShapeView, ...]:
    return tuple(
        ShapeView(name, anchor(name), str(body.get("description") or ""), tuple(fields(body)))
        for name, body in sorted(schemas.items())
    )


def anchor(name: str) -> str:
    return f"shape-{name}"


def type_of(schema: Mapping[str, Any]) -> TypeView:
    """The type of a value in the words of JSON."""
    if reference := schema.get("$ref"):
        return TypeView("", str(reference).removeprefix(_REFERENCE))
    for key in ("oneOf", "anyOf"):
        if key in schema:
            inner = [type_of(option) for option in schema[key]]
            named = next((one.shape for one in inner if one.shape), "")
            words = [one.words or one.shape for one in inner if one.words or one.shape != named]
            return TypeView(" or ".join([*words, ""] if named else words).rstrip(), named)
    kind = schema.get("type")
    if isinstance(kind, list):
        return TypeView(" or ".join(map(str, kind)))
    if kind == "array":
        items = type_of(schema.get("items") or {})
        return TypeView(f"array of {items.words}".rstrip() if items.words else "array of", items.shape)
    if kind == "string" and schema.get("format"):
        return TypeView(f"string ({schema['format']})")
    return TypeView(str(kind or "any"))


def fields(schema: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[FieldView]:
    """The fields of an object, those of objects in it after them; named shapes are left to their own entry."""
    required = schema.get("required") or ()
    for name, value in (schema.get("properties") or {}).items():
        path = f"{before}{name}"
        yield field_view(path, value, required=name in required)
        inner, suffix = value, "."
        if inner.get("type") == "array":
            inner, suffix = inner.get("items") or {}, "[]."
        if inner.get("properties") and depth < _DEEPEST:
            yield from fields(inner, f"{path}{suffix}", depth + 1)


def field_view(path: str, schema: Mapping[str, Any], *, required: bool, description: str = "") -> FieldView:
    default = schema.get("default")
    items = schema.get("items") if isinstance(schema.get("items"), Mapping) else {}
    return FieldView(
        path=path,
        type=type_of(schema),
        required=required,
        description=description or str(schema.get("description") or ""),
        values=tuple(str(value) for value in schema.get("enum") or (items or {}).get("enum") or ()),
        default="" if default is None else str(default),
    )
