"""What is taken from a record's JSON, and that odd JSON is no reason to fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
import tantivy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muniment.search.document import index_values, publication_period
from muniment.search.embedded.schema import build_schema, key_of, layout_document, number_of
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.field import Kind, SearchField
from muniment.testing.search_documents import index_document, rich_document


def test_values_by_field() -> None:
    values = index_values(rich_document(), CORE_FIELDS)
    assert values.texts["creators"] == ["Lovelace, Ada", "O'Brien, Flann", "0000-0002-1825-0097"]
    assert values.texts["description"] == ["Profiles of glaciers & fjords.", "Seasonal notes"]
    assert values.keywords["doi"] == ["10.5072/muniment.7"]
    assert values.keywords["orcid"] == ["0000-0002-1825-0097"]
    assert values.keywords["resource_type.type"] == ["publication"]
    assert values.numbers["published_from"] == values.numbers["published_to"] == 20210305
    assert values.numbers["file_bytes"] == 2_000_000
    assert values.facets["subject"] == ["sea ice", "Cryosphere"]


def test_fields_of_plugins_are_read_from_their_path() -> None:
    fields = CORE_FIELDS.extended(
        [
            SearchField("custom_fields.a:b.title", Kind.TEXT, path=("custom_fields", "a:b", "title")),
            SearchField("custom_fields.a:b.codes", Kind.KEYWORD, path=("custom_fields", "a:b", "codes", "id")),
            SearchField("ext.stats.views", Kind.INTEGER, columns=("views",), path=("ext", "stats", "views")),
            SearchField("ext.stats.rank", Kind.INTEGER, path=("ext", "stats", "rank")),
        ]
    )
    document = index_document(
        1,
        custom_fields={"a:b": {"title": "Journal of <i>Ice</i>", "codes": [{"id": "X1"}, {"id": "x1"}, {"id": "Y"}]}},
        extensions={"stats": {"views": 12, "rank": 3}},
    )
    values = index_values(document, fields)
    assert values.texts["custom_fields.a:b.title"] == ["Journal of Ice"]
    assert values.keywords["custom_fields.a:b.codes"] == ["x1", "y"]
    assert values.facets["custom_fields.a:b.codes"] == ["X1", "x1", "Y"]
    assert values.numbers["views"] == 12
    assert values.keywords["ext.stats.rank"] == ["3"]
    assert "Journal of <i>Ice</i>" in values.elsewhere


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021", (20210101, 20211231)),
        ("2021-03-05", (20210305, 20210305)),
        ("2019-06/2020", (20190601, 20201231)),
        ("2020/2019", (20200101, 20200101)),
        ("spring 2020", None),
        ("2020/", (20200101, 20201231)),
        (None, None),
        (2020, None),
    ],
)
def test_publication_dates_are_periods(text: object, expected: tuple[int, int] | None) -> None:
    assert publication_period(text) == expected


@pytest.mark.parametrize("key", ["record:1", "draft:1", "record:0", "draft:123456789"])
def test_keys_are_numbers(key: str) -> None:
    assert key_of(number_of(key)) == key


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
PATHS = [
    *("created", "updated", "pids", "parent", "versions", "access", "files", "metadata", "custom_fields", "status"),
    *("metadata.title", "metadata.creators", "metadata.subjects", "metadata.funding", "metadata.locations"),
    *("metadata.publication_date", "metadata.rights", "metadata.resource_type", "files.entries", "files.count"),
    *("metadata.additional_descriptions", "metadata.related_identifiers", "metadata.dates", "metadata.languages"),
    *("parent.access", "parent.communities", "versions.index", "files.total_bytes", "metadata.formats"),
]
SCHEMA = build_schema(())


@settings(max_examples=300)
@example({"versions.index": -(2**27) - 1}, None)  # as a number of order it does not fit into 64 bits
@given(st.dictionaries(st.sampled_from(PATHS), JSON, max_size=4), JSON)
def test_any_json_can_be_indexed(changes: dict[str, Any], extension: Any) -> None:
    document = rich_document()
    data: dict[str, Any] = {**document.data, "metadata": dict(document.data["metadata"])}
    for path, value in changes.items():
        outer, _, inner = path.partition(".")
        if not inner:
            data[outer] = value
        elif isinstance(data.get(outer), dict):
            data[outer] = {**data[outer], inner: value}
    laid = layout_document(replace(document, body=orjson.dumps(data), extensions={"x": extension}), CORE_FIELDS, ())
    assert not tantivy.Document.from_dict(laid, SCHEMA).is_empty
