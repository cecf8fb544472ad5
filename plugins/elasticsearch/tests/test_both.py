"""The same question gets the same answer from both backends; from Elasticsearch's client too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.api import Repository, search_port
from muniment.testing.search_documents import Searched, index_document, rich_document
from muniment.testing.search_measuring import Library

QUESTIONS = (
    "",
    "{0}",
    "{0} {1}",
    "+{0} +{2}",
    '"{0} {1}"',
    "title:{0}",
    "{3}*",
    "{4}~1",
    "{0}^3 {5}",
    "-{0}",
    "creators:{6}",
)


@pytest.fixture
def embedded(repository: Repository, tmp_path: Path) -> Iterator[Searched]:
    offered = repository.search.backends.offered["embedded"]
    backend = offered.factory(tmp_path / "embedded", lambda: search_port.CORE_FIELDS)
    backend.begin_rebuild(0).offer()
    leadership = backend.lead()
    assert leadership is not None
    candidate = leadership.candidate()
    assert candidate is not None
    leadership.adopt(candidate)
    leadership.release()
    yield Searched(backend)
    backend.close()


def test_both_find_count_and_sort_the_same(make_backend: Callable[..., Any], embedded: Searched) -> None:
    library = Library(seed=3, words=4000)
    documents = [rich_document(), index_document(9, "深海生物の研究について"), *library.documents(300, start=100)]
    cluster = Searched(make_backend())
    for searched in (embedded, cluster):
        searched.add(*documents)
    words = [library.words[rank] for rank in (5, 20, 60, 120, 200, 350)]
    name = library.people[0].split(",")[0].lower()
    chosen = {"language": ["eng", "deu"], "publication_date": ["2012..2020"]}
    for question in (*(text.format(*words, name) for text in QUESTIONS), "深海", "10.5072/muniment.7", "sea ice"):
        for options in ({}, {"facets": chosen}, {"sort": "publication-desc"}):
            both = [searched.search(question, count=True, limit=400, **options) for searched in (embedded, cluster)]
            assert both[0].total == both[1].total, question
            if "sort" in options or not question:
                assert both[0].keys == both[1].keys, question
            else:  # the engines count documents without a field in other ways: neighbours may change places
                assert set(both[0].keys) == set(both[1].keys), question
                assert len(set(both[0].keys[:10]) & set(both[1].keys[:10])) >= min(9, both[0].total), question
            assert {facet: dict(found) for facet, found in both[0].counts.items() if facet != "subject"} == {
                facet: dict(found) for facet, found in both[1].counts.items() if facet != "subject"
            }, question


def test_the_client_of_elasticsearch_says_the_same(make_backend: Callable[..., Any], make_node: Any) -> None:
    """There is no Elasticsearch here: the node says that it is one, and takes what its client writes."""
    node = make_node(product="Elasticsearch")
    backend = make_backend(flavour="elasticsearch", hosts=[node.address])
    searched = Searched(backend)
    searched.titles("open data", "open science", "closed")
    assert searched.numbers("open science")[0] == 2
    assert searched.counts("access_status", "open") == {"open": 2}
    node.trouble = 429
    with pytest.raises(Exception, match="away for the moment"):
        searched.search("open")
    assert "429" in backend.problem
    refused = make_backend(filled=False, flavour="elasticsearch")
    assert refused.state.position == 0
    assert "OpenSearch" in refused.problem
