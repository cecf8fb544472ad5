"""Facets of plugins over what records hold: their names, and values that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from muniment.hooks.caller import Contribution
from muniment.search.document import index_values
from muniment.search.port import IndexDocument
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.record_facet import RecordFacet, facet_fields

LABELS = frozenset({"public"})


def indexed(facet: RecordFacet, record: Mapping[str, Any]) -> Any:
    """The values of one facet for one record, as the index gets them."""
    fields = CORE_FIELDS.extended(facet_fields([Contribution("probe", facet)]))
    document = IndexDocument(
        key="record:7", id="7", parent_id="6", kind="record", labels=LABELS, is_latest=True, deleted=False,
        body=orjson.dumps(record),
    )  # fmt: skip
    return index_values(document, fields).facets.get(facet.field)


def test_values_are_taken_from_anywhere_in_a_record() -> None:
    facet = RecordFacet("publisher", "Publisher", lambda record: [record["metadata"]["publisher"]])
    assert indexed(facet, {"metadata": {"publisher": "Ice Press"}}) == ["Ice Press"]
    assert indexed(facet, {"metadata": {"publisher": "Ice Press"}, "custom_fields": {"a:b": 1}}) == ["Ice Press"]


def test_a_record_whose_values_cannot_be_taken_is_indexed_without_them() -> None:
    facet = RecordFacet("publisher", "Publisher", lambda record: [record["metadata"]["publisher"]])
    assert indexed(facet, {"metadata": {}}) is None


@pytest.mark.parametrize("name", ["", "Funder", "a b", "q", "size", "resource_type", "a:b"])
def test_names_that_searches_cannot_have(name: str) -> None:
    with pytest.raises(ValueError, match=r"facet|searches"):
        RecordFacet(name, "Label", lambda _record: [])
