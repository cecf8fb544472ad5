"""The schema of the embedded index and how a document is laid out in it.

The schema is fixed. All whole values share one field in which a value is preceded by the name of its field, and the
words of fields that plugins add share another in the same way; what plugins count lies in one JSON fast field.
Only a plugin that wants to sort by a number changes the schema, which means a new index beside the old one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
import tantivy

from muniment.access.actor import PUBLIC
from muniment.search.analysis import BOUNDARY, join_values, joined_terms, terms
from muniment.search.columns import FACET_COLUMNS, NUMBER_COLUMNS, Listing, lists_of
from muniment.search.document import index_values
from muniment.search.embedded.codes import CODED, code_column, code_of, coded_term
from muniment.search.port import IndexDocument
from muniment.search.query.core_fields import TEXT_FIELDS
from muniment.search.query.field import FieldMap

SCHEMA_VERSION: Final = 6
"""Changes whenever documents are laid out or analysed in another way: the index is then built again."""

KEY: Final = "key"
NUMBER: Final = "number"
VISIBLE: Final = "visible"
KEYWORDS: Final = "keywords"
ELSEWHERE: Final = "elsewhere"
EXTENSION_TEXT: Final = "extension_text"
EXTENSIONS: Final = "extensions"
POSITION: Final = "log_position"
POSITION_KEY: Final = "meta:position"

SEPARATOR: Final = "\x1f"
"""Between the name of a field and a value or word of it; neither can contain it."""


PRESENT: Final = "has"
MAX_KEYWORD: Final = 1000

_KNOWN: Final = frozenset(NUMBER_COLUMNS)
#: Where the words of each text field of the core lie.
TEXT_COLUMNS: Final = {entry.name: f"text_{entry.name}" for entry in TEXT_FIELDS}
_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True)
class Layout:
    """What an index was built for: the version of the schema, further number columns, and the fields of plugins."""

    version: int = SCHEMA_VERSION
    columns: tuple[str, ...] = ()
    extensions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, fields: FieldMap) -> Layout:
        added = [entry for entry in fields.fields.values() if entry.is_extension]
        columns = sorted(column for entry in added for column in entry.columns)
        return cls(SCHEMA_VERSION, tuple(columns), frozenset(entry.name for entry in added))

    def readable(self) -> bool:
        """Whether this code can read such an index at all."""
        return self.version == SCHEMA_VERSION

    def serves(self, wanted: Layout) -> bool:
        """Whether such an index holds everything that `wanted` asks for."""
        return self.readable() and set(wanted.columns) <= set(self.columns) and wanted.extensions <= self.extensions

    def to_json(self) -> bytes:
        return orjson.dumps(
            {"version": self.version, "columns": self.columns, "extensions": sorted(self.extensions)},
            option=orjson.OPT_INDENT_2,
        )

    @classmethod
    def from_json(cls, content: bytes) -> Layout:
        """Raises `ValueError` for anything but a layout."""
        loaded = orjson.loads(content)
        if not isinstance(loaded, dict) or not isinstance(loaded.get("version"), int):
            raise ValueError("not the layout of an index")
        return cls(loaded["version"], tuple(loaded.get("columns", ())), frozenset(loaded.get("extensions", ())))


def build_schema(columns: Iterable[str]) -> tantivy.Schema:
    """The schema with the number columns of the core and `columns` of plugins."""
    builder = tantivy.SchemaBuilder()
    for name in (KEY, VISIBLE, KEYWORDS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (ELSEWHERE, EXTENSION_TEXT, *(text_name(entry.name) for entry in TEXT_FIELDS)):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in FACET_COLUMNS:
        builder.add_text_field(facet_name(name), tokenizer_name="raw", index_option="basic", fast=name not in CODED)
    for name in (NUMBER, POSITION, *map(code_column, sorted(CODED)), *NUMBER_COLUMNS, *columns):
        builder.add_integer_field(name, fast=True)  # ranges and orders read the column; a dictionary of values costs
    builder.add_json_field(EXTENSIONS, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def text_name(field: str) -> str:
    return f"text_{field}"


def facet_name(column: str) -> str:
    """Where the values of a facet column lie: a field of its own in the core, a path in the JSON field else."""
    return f"facet_{column}" if column in FACET_COLUMNS else f"{EXTENSIONS}.{extension_name(column)}"


def facet_term(column: str, value: str) -> str:
    """The term of a value of a facet column."""
    return coded_term(value) if column in CODED else value


def extension_name(field: str) -> str:
    """The name of a plugin's field as a key in the JSON field, where dots and colons would mean something."""
    return _NOT_IN_NAME.sub("_", field)


def keyword_term(field: str, value: str) -> str:
    return f"{field}{SEPARATOR}{value[:MAX_KEYWORD]}"


def number_of(key: str) -> int:
    """A document's key as one number: records are even, drafts odd."""
    kind, _, number = key.partition(":")
    return int(number) * 2 + (kind == "draft")


def key_of(number: int) -> str:
    return f"{'draft' if number % 2 else 'record'}:{number // 2}"


def visible_terms(document: IndexDocument) -> list[str]:
    """In which lists which labels see the document, and from which lists the public is kept away."""
    return list(_terms_for(lists_of(document), document.labels))


@lru_cache(maxsize=4096)
def _terms_for(lists: tuple[Listing, ...], labels: frozenset[str]) -> tuple[str, ...]:
    """Alike for most documents of one owner."""
    seen = [visible_term(name, label) for name in lists for label in sorted(labels)]
    open_lists = lists if PUBLIC in labels else ()
    return (*seen, *(hidden_term(name) for name in Listing if name not in open_lists))


def visible_term(name: Listing, label: str) -> str:
    return f"{name.value}{SEPARATOR}{label}"


def hidden_term(name: Listing) -> str:
    """Marks what the public does not see in a list. Leaving out the few is faster than taking the many."""
    return f"{name.value}!{SEPARATOR}{PUBLIC}"


def layout_document(document: IndexDocument, fields: FieldMap, columns: Collection[str]) -> dict[str, Any]:
    """The document as the schema wants it."""
    values = index_values(document, fields)
    laid: dict[str, Any] = {
        KEY: document.key,
        NUMBER: number_of(document.key),
        VISIBLE: visible_terms(document),
    }
    numbers = [name for name, column in fields.first_columns if column in values.numbers]
    keywords = [f"{PRESENT}{SEPARATOR}{name}" for name in (*values.texts, *values.keywords, *numbers)]
    keywords += [keyword_term(name, value) for name, found in values.keywords.items() for value in found]
    laid[KEYWORDS] = keywords
    elsewhere = [joined_terms(values.elsewhere)]
    extension_texts: list[str] = []
    for name, found in values.texts.items():
        column = TEXT_COLUMNS.get(name)
        if column is None:
            prefix = name + SEPARATOR
            extension_texts += [f"{prefix}{term}" for text in found for term in (*terms(text), BOUNDARY)]
            continue
        laid[column] = joined_terms(found)
        if name != "description":
            elsewhere.append(laid[column])
    laid[ELSEWHERE] = join_values(elsewhere)
    if extension_texts:
        laid[EXTENSION_TEXT] = " ".join(extension_texts)
    laid |= {column: number for column, number in values.numbers.items() if column in _KNOWN or column in columns}
    _lay_facets(laid, values.facets)
    return laid


def _lay_facets(laid: dict[str, Any], facets: dict[str, list[str]]) -> None:
    extensions: dict[str, list[str]] = {}
    for column, found in facets.items():
        if column in CODED:
            laid[facet_name(column)] = [coded_term(value) for value in found]
            laid[code_column(column)] = [code_of(value) for value in found]
        elif column in FACET_COLUMNS:
            laid[facet_name(column)] = found
        else:
            extensions[extension_name(column)] = found
    if extensions:
        laid[EXTENSIONS] = extensions
