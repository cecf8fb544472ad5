"""Whatever a file holds, a reader answers with a draft or a refusal; documents are taken by their own reader only."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.api import ImportedRecord, KnownTerms, RecordRefused
from muniment_importers import datacite, inveniordm, zenodo

FORMATS = {"zenodo": zenodo, "inveniordm": inveniordm, "datacite": datacite}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 3000) | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "title", "identifier", "date", "type"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def detected(document: dict[str, Any]) -> list[str]:
    return [name for name, reader in FORMATS.items() if reader.detect(document)]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a document."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, child in children for inner in places(child, (*path, key)))]


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value if isinstance(value, dict) else document
    changed = copy.deepcopy(document)
    target = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return changed


def test_a_document_is_recognised_by_its_own_format_only(any_document: tuple[str, dict[str, Any]]) -> None:
    name, document = any_document
    assert detected(document) == [name]


@pytest.mark.parametrize(
    "document", [{}, {"metadata": None}, {"titles": {}}, {"data": []}, {"metadata": {"title": "x"}}]
)
def test_nothing_is_recognised_in_nothing(document: dict[str, Any]) -> None:
    assert detected(document) in ([], ["datacite"])


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_document_with_anything_anywhere_is_read_or_refused(
    any_document: tuple[str, dict[str, Any]], known: KnownTerms, data: st.DataObject
) -> None:
    name, document = any_document
    path = data.draw(st.sampled_from(places(document)))
    changed = replaced(document, path, data.draw(ANYTHING))
    for reader in FORMATS.values():
        reader.detect(changed)
    try:
        record = FORMATS[name].read(changed, known)
    except RecordRefused:
        return
    assert isinstance(record, ImportedRecord)
    assert record.source_id
    assert orjson.dumps(record.data)


@given(document=st.dictionaries(st.sampled_from(["metadata", "titles", "data", "attributes", "doi", "id"]), ANYTHING))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_readers_take_any_object(document: dict[str, Any], known: KnownTerms) -> None:
    for reader in FORMATS.values():
        reader.detect(document)
        record = reader.read(document, known)
        assert set(record.data) >= {"metadata", "access", "files"}
