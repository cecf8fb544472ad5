"""What an index holds: its mapping, and how a document is laid out in it.

The mapping is closed: a document with anything else is refused by the cluster. As in the embedded index all whole
values share one field in which a value is preceded by the name of its field, and the words of fields that plugins add
share another in the same way. What was analysed is sent as words, so that both backends search the same tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from muniment.api import search_port as port

VERSION: Final = 2
"""Changes whenever documents are laid out in another way: the index is then built again."""

SEPARATOR: Final = "␟"
"""Between the name of a field and a value or word of it. No white space, at which words are cut."""
NUMBER: Final = "number"
VISIBLE: Final = "visible"
KEYWORDS: Final = "keywords"
ELSEWHERE: Final = "elsewhere"
EXTENSION_TEXT: Final = "extension_text"
PRESENT: Final = "has"
NOTHING: Final = port.BOUNDARY * 4
"""Stands where a document has no text: how rare a word is, is counted among the documents that have the field, and in
the embedded index among all. No query asks for such a word, nor for one that is nearly so."""
MAX_KEYWORD: Final = 1000
MAX_FACET: Final = 8000

_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_]")
_WORDS: Final = {"type": "text", "analyzer": "whitespace"}
_VALUES: Final = {"type": "keyword", "doc_values": False}
_COUNTED: Final = {"type": "keyword", "ignore_above": MAX_FACET}


@dataclass(frozen=True)
class Layout:
    """What an index was built for: the version of the layout, further number columns, and the fields of plugins."""

    version: int = VERSION
    columns: tuple[str, ...] = ()
    extensions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, fields: port.FieldMap) -> Layout:
        columns = sorted(column for entry in fields.extensions for column in entry.columns)
        return cls(VERSION, tuple(columns), frozenset(entry.name for entry in fields.extensions))

    @classmethod
    def of_mapping(cls, mapping: Mapping[str, Any]) -> Layout | None:
        """What a mapping says of itself; None when it is none of ours, or of another version."""
        said = mapping.get("_meta", {}).get("muniment")
        if not isinstance(said, Mapping) or said.get("version") != VERSION:
            return None
        return cls(VERSION, tuple(said.get("columns", ())), frozenset(said.get("extensions", ())))

    def serves(self, wanted: Layout) -> bool:
        """Whether such an index holds everything that `wanted` asks for."""
        return set(wanted.columns) <= set(self.columns) and wanted.extensions <= self.extensions

    def mapping(self) -> dict[str, Any]:
        properties: dict[str, Any] = {VISIBLE: _VALUES, KEYWORDS: _VALUES}
        properties |= dict.fromkeys(
            (ELSEWHERE, EXTENSION_TEXT, *(text_name(entry.name) for entry in port.TEXT_FIELDS)), _WORDS
        )
        properties |= {facet_name(column): _COUNTED for column in (*port.FACET_COLUMNS, *sorted(self.extensions))}
        properties |= {name: {"type": "long"} for name in (NUMBER, *port.NUMBER_COLUMNS, *self.columns)}
        said = {"version": self.version, "columns": list(self.columns), "extensions": sorted(self.extensions)}
        return {
            "dynamic": "strict",
            "_source": {"enabled": False},
            "_meta": {"muniment": said},
            "properties": properties,
        }

    def misfit(self, mapping: Mapping[str, Any]) -> str:
        """What does not fit in the mapping that an index really has; empty when all does."""
        if str(mapping.get("dynamic")) != "strict":
            return "it takes fields that nobody declared"
        there = mapping.get("properties", {})
        for name, wanted in self.mapping()["properties"].items():
            found = there.get(name, {})
            if found.get("type") != wanted["type"] or found.get("analyzer") != wanted.get("analyzer"):
                return f"'{name}' is {found.get('type', 'missing')} where {wanted['type']} is needed"
        return ""


def text_name(field: str) -> str:
    return "text_" + field


def facet_name(column: str) -> str:
    """Where the values of a facet lie; dots and colons would mean something in a name."""
    return f"facet_{column}" if column in port.FACET_COLUMNS else "ext_" + _NOT_IN_NAME.sub("_", column)


def keyword_term(field: str, value: str) -> str:
    return f"{field}{SEPARATOR}{value[:MAX_KEYWORD]}"


def visible_term(name: port.Listing, label: str) -> str:
    return f"{name.value}{SEPARATOR}{label}"


def number_of(key: str) -> int:
    """A document's key as one number: records are even, drafts odd."""
    kind, _, number = key.partition(":")
    return int(number) * 2 + (kind == "draft")


def lay_out(document: port.IndexDocument, fields: port.FieldMap, layout: Layout) -> dict[str, Any]:
    """The document as the mapping wants it."""
    values = port.index_values(document, fields)
    numbers = [name for name, column in fields.first_columns if column in values.numbers]
    keywords = [keyword_term(PRESENT, name) for name in (*values.texts, *values.keywords, *numbers)]
    keywords += [keyword_term(name, value) for name, found in values.keywords.items() for value in found]
    laid: dict[str, Any] = {
        NUMBER: number_of(document.key),
        VISIBLE: [visible_term(name, label) for name in port.lists_of(document) for label in sorted(document.labels)],
        KEYWORDS: keywords,
    }
    _lay_texts(laid, values)
    known = {*port.NUMBER_COLUMNS, *layout.columns}
    laid |= {column: number for column, number in values.numbers.items() if column in known}
    counted = {*port.FACET_COLUMNS, *layout.extensions}
    laid |= {facet_name(column): found for column, found in values.facets.items() if column in counted}
    return laid


def _lay_texts(laid: dict[str, Any], values: port.IndexValues) -> None:
    columns = {entry.name: text_name(entry.name) for entry in port.TEXT_FIELDS}
    elsewhere = [port.joined_terms(values.elsewhere)]
    extensions: list[str] = []
    for name, found in values.texts.items():
        column = columns.get(name)
        if column is None:
            prefix = name + SEPARATOR
            extensions += [f"{prefix}{term}" for text in found for term in (*port.terms(text), port.BOUNDARY)]
            continue
        laid[column] = port.joined_terms(found)
        if name != "description":
            elsewhere.append(laid[column])
    laid[ELSEWHERE] = port.join_values(elsewhere)
    laid[EXTENSION_TEXT] = " ".join(extensions)
    for column in (*columns.values(), ELSEWHERE, EXTENSION_TEXT):
        laid[column] = laid.get(column) or NOTHING
