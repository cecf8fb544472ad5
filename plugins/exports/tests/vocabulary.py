"""Holds JSON-LD against the vocabularies that it is written in: whether a word exists, and says what may be said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parent / "schemas"
_TEXTS = frozenset({"Text", "URL", "Date", "DateTime"})
_NUMBERS = frozenset({"Number", "Integer", "Float", "Text"})


def _load(file: str) -> Any:
    return json.loads((SCHEMAS / file).read_text(encoding="utf-8"))


@cache
def _classes() -> Mapping[str, Any]:
    found: Mapping[str, Any] = _load("schema-org-classes.json")["classes"]
    return found


@cache
def ro_crate_context() -> Mapping[str, Any]:
    """The context of RO-Crate 1.1, with what this plugin adds to it."""
    return {**_load("ro-crate-1.1-context.jsonld")["@context"], "copyrightNotice": "http://schema.org/copyrightNotice"}


@cache
def _codemeta_context() -> Mapping[str, Any]:
    found: Mapping[str, Any] = _load("codemeta-3.1-context.jsonld")["@context"]
    return found


def json_ld(document: Mapping[str, Any]) -> None:
    """Texts, numbers, and nodes with a type or an address: no null, nothing empty."""

    def look(value: Any) -> None:
        assert value is not None
        if isinstance(value, dict):
            assert "@type" in value or "@id" in value, value
            for item in value.values():
                look(item)
        elif isinstance(value, list):
            for item in value:
                look(item)

    look({key: value for key, value in document.items() if key != "@context"})


def schema_org(node: Mapping[str, Any], more: Set[str] = frozenset()) -> None:
    """Every class exists, has the properties that it is given, and these may have such values; `more` are properties
    that do not come from schema.org."""
    kinds = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
    known = [properties_of(kind) for kind in kinds]
    for name, value in node.items():
        if name.startswith("@") or name in more:
            continue
        ranges = [properties[name] for properties, _ in known if name in properties]
        assert ranges or not all(complete for _, complete in known), f"{kinds} has no {name}"
        for item in value if isinstance(value, list) else [value]:
            if ranges:
                _may_be(item, frozenset().union(*ranges), f"{name} of {kinds}")
            if isinstance(item, dict) and "@type" in item:
                schema_org(item, more)


def properties_of(kind: str) -> tuple[Mapping[str, list[str]], bool]:
    """What values a class's properties have; the file does not have the own properties of every class."""
    assert kind in _classes(), f"schema.org has no {kind}"
    found = _classes()[kind]
    inherited = {
        name: ranges for above in found["ancestors"] for name, ranges in _classes()[above].get("properties", {}).items()
    }
    return {**inherited, **found.get("properties", {})}, "properties" in found


def _may_be(value: Any, range_: Set[str], where: str) -> None:
    if isinstance(value, dict):
        kind = value.get("@type")
        assert kind is None or range_ & {kind, *_classes()[kind]["ancestors"]}, f"{where} is no {kind}"
    elif isinstance(value, bool):
        assert "Boolean" in range_, f"{where} is no boolean"
    else:
        allowed = _TEXTS if isinstance(value, str) else _NUMBERS
        assert range_ & allowed, f"{where} is no literal: {value!r}"


def codemeta(document: Mapping[str, Any]) -> None:
    """Nothing is dropped when it is read as JSON-LD, addresses are addresses, and the rest is schema.org."""
    context = _codemeta_context()
    own = {name for name, term in context.items() if isinstance(term, dict) and term["@id"].startswith("codemeta:")}

    def look(value: Any) -> Any:
        if isinstance(value, list):
            return [look(item) for item in value]
        if not isinstance(value, dict):
            return value
        for name, item in value.items():
            assert name.startswith(("@", "schema:")) or name in context, f"the context has no {name}"
            term = context.get(name)
            if isinstance(term, dict) and term.get("@type") == "@id":
                texts = [one for one in (item if isinstance(item, list) else [item]) if isinstance(one, str)]
                assert all(text.startswith("http") for text in texts), f"{name} has no address: {item}"
        kind = value["@type"]
        assert kind.startswith("schema:") or kind in context, f"the context has no {kind}"
        return {name.removeprefix("schema:"): look(item) for name, item in value.items() if name != "@type"} | {
            "@type": kind.removeprefix("schema:")
        }

    node = look({name: value for name, value in document.items() if name != "@context"})
    # Registries look for code in whatever is described; and they want the place to download it from.
    schema_org(node, own | {"downloadUrl", "codeRepository", "programmingLanguage", "creativeWorkStatus"})


def ro_crate(document: Mapping[str, Any]) -> None:
    """Every word is in the context, or added to it."""
    context = ro_crate_context()
    added = document["@context"][1] if isinstance(document["@context"], list) else {}
    for node in document["@graph"]:
        kinds = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
        assert all(kind in context for kind in kinds), kinds
        for name in node:
            assert name.startswith("@") or (name in context and name != "copyrightNotice") or name in added, name
