"""What an index holds, and what of a mapping does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import search_port as port
from muniment.testing.search_documents import Searched, index_document
from muniment_elasticsearch.layout import NOTHING, Layout, keyword_term, lay_out, number_of, text_name


def test_a_mapping_tells_what_it_was_built_for() -> None:
    layout = Layout(columns=("ext_from", "ext_to"), extensions=frozenset({"ext:depth"}))
    assert Layout.of_mapping(layout.mapping()) == layout
    assert layout.serves(Layout())
    assert not Layout().serves(layout)
    assert Layout.of_mapping({"properties": {}}) is None
    assert Layout.of_mapping({"_meta": {"muniment": {"version": 1}}}) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"dynamic": "true"}, "takes fields that nobody declared"),
        ({"properties": {}}, "is missing where"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], told: str) -> None:
    mapping = Layout().mapping()
    assert Layout().misfit(mapping) == ""
    assert told in Layout().misfit({**mapping, **change})


def test_a_document_has_every_text_field_and_a_number() -> None:
    laid = lay_out(index_document(7, "Drift of ice"), port.CORE_FIELDS, Layout())
    assert laid["number"] == number_of("record:7") == 14
    assert number_of("draft:7") == 15
    assert laid[text_name("title")] == "drift of ice"
    assert laid[text_name("description")] == NOTHING
    assert keyword_term("has", "title") in laid["keywords"]
    assert keyword_term("has", "description") not in laid["keywords"]


def test_what_stands_for_no_text_is_never_found(make_backend: Any) -> None:
    searched = Searched(make_backend())
    searched.titles("ice", "drift")
    for query in ("description:*", "description:????", "description:?*", "description:ab~2", "description:¶¶¶¶", "¶*"):
        assert searched.found(query) == set(), query
