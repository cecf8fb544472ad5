"""Drafts load whatever they hold: arbitrary JSON, broken text, huge numbers, deep nesting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import DraftSchema, LoadResult, MetadataFields, check_publishable, expand_vocabularies

Load = Callable[[Any], LoadResult]
PARTS = {"metadata", "access", "files", "custom_fields", "pids"}

_AGENT = {
    "person_or_org": {
        "type": "personal",
        "name": "x",
        "family_name": "Curie",
        "identifiers": [{"identifier": "0000-0001-8135-3489", "scheme": "orcid"}],
    },
    "role": {"id": "editor"},
    "affiliations": [{"id": "01ggx4157", "name": "CERN"}],
}
_FULL = {
    "metadata": {
        "resource_type": {"id": "dataset"},
        "creators": [_AGENT],
        "contributors": [_AGENT],
        "title": "A title",
        "additional_titles": [{"title": "Another", "type": {"id": "subtitle"}, "lang": {"id": "eng"}}],
        "publication_date": "2020",
        "subjects": [{"id": "x", "subject": "y"}],
        "dates": [{"date": "2020", "type": {"id": "other"}}],
        "languages": [{"id": "eng"}],
        "identifiers": [{"identifier": "10.1234/x", "scheme": "doi"}],
        "related_identifiers": [{"identifier": "10.1234/x", "relation_type": {"id": "cites"}}],
        "sizes": ["1"],
        "rights": [{"id": "cc-by-4.0", "title": {"en": "x"}, "link": "https://e.org"}],
        "description": "<p>x</p>",
        "additional_descriptions": [{"description": "text", "type": {"id": "methods"}}],
        "locations": {
            "features": [
                {
                    "geometry": {"type": "Point", "coordinates": [1]},
                    "identifiers": [{"identifier": "Q72"}],
                    "place": "x",
                }
            ]
        },
        "funding": [{"funder": {"id": "x", "name": "y"}, "award": {"id": "z", "title": {"en": "x"}, "number": "1"}}],
        "references": [{"reference": "x", "identifier": "10.1234/x"}],
    },
    "access": {"record": "public", "files": "public"},
    "files": {"enabled": True, "order": ["a"], "default_preview": "a"},
    "pids": {"doi": {"identifier": "10.1234/x", "provider": "external"}},
    "custom_fields": {
        "journal:journal": {"title": "x", "issn": "2077-9550"},
        "thesis:thesis": {"date_submitted": "2020~"},
        "meeting:meeting": {"url": "https://e.org", "identifiers": [{"identifier": "10.1234/x"}]},
        "code:programmingLanguage": [{"id": "python"}],
    },
}


_ODD_TEXT = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "a\ud83d",
        "\uffff",
        "10.1234/x",
        "https://e.org/",
        "http://[",
        "2020",
        "2020/2019",
        "personal",
        "organizational",
        "Point",
        "Polygon",
        "orcid",
        "doi",
        "external",
        "public",
        "<b>",
        "eng",
        "dataset",
        "id",
        "a" * 300,
        "٣" * 16,
        "0000-0001-8135-3489",
        "cc-by-4.0",
        "python",
    ]
)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**400, max_value=10**401),
    st.floats(),
    st.text(max_size=20),
    _ODD_TEXT,
)


def _keys(value: Any) -> Iterator[str]:
    """All keys of the document at any depth."""
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


_KEYS = st.one_of(st.sampled_from(sorted(set(_keys(_FULL)))), st.text(max_size=5), _ODD_TEXT)
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=40
)


def _typed(value: Any) -> st.SearchStrategy[Any]:
    """Values shaped like `value`, with anything in place of any part of it."""
    if isinstance(value, dict):
        shaped: st.SearchStrategy[Any] = st.fixed_dictionaries(
            {}, optional={key: _typed(item) for key, item in value.items()}
        )
    elif isinstance(value, list):
        shaped = st.lists(_typed(value[0]), max_size=3)
    else:
        shaped = st.just(value)
    return st.one_of(shaped, shaped, shaped, _JSON)


def _check_any(data: Any, terms: Any, schemes: IdentifierSchemes, custom_fields: MetadataFields) -> None:
    def load(value: Any) -> LoadResult:
        return DraftSchema().load(value, resolve=terms.resolve, identifiers=schemes, fields=custom_fields)

    result = load(data)
    # Everything can be stored and sent, numbers included.
    assert json.loads(orjson.dumps(result.data)) == result.data
    orjson.dumps([[problem.field, problem.message] for problem in result.problems])
    assert set(result.data) == PARTS
    for creator in result.data["metadata"].get("creators", []):
        assert isinstance(creator["person_or_org"]["name"], str)
    # What is stored loads as itself.
    assert load(result.data).data == result.data
    check_publishable(result.data, resolve=terms.resolve, identifiers=schemes, fields=custom_fields)
    orjson.dumps(expand_vocabularies(result.data, terms.resolve, custom_fields))


_FUZZ = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@_FUZZ
@given(_JSON)
def test_any_json_loads(terms: Any, schemes: IdentifierSchemes, custom_fields: MetadataFields, data: Any) -> None:
    _check_any(data, terms, schemes, custom_fields)


@_FUZZ
@given(_typed(_FULL))
def test_any_draft_loads(terms: Any, schemes: IdentifierSchemes, custom_fields: MetadataFields, data: Any) -> None:
    _check_any(data, terms, schemes, custom_fields)


@pytest.mark.parametrize("place", ["metadata", "custom_fields", "access", "files", "pids"])
def test_deep_nesting_loads(load: Load, place: str) -> None:
    deep: Any = {"id": "x"}
    for _ in range(5000):
        deep = {"title": [deep], "creators": [deep], "journal:journal": deep, "doi": deep, "record": deep}
    load({place: deep})
    deep_list: Any = []
    for _ in range(5000):
        deep_list = [deep_list]
    geometry = {"type": "Polygon", "coordinates": deep_list}
    load({"metadata": {"title": deep_list, "locations": {"features": [{"geometry": geometry}]}}, place: deep_list})
