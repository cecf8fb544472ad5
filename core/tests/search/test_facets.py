"""Facets in InvenioRDM's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from muniment.errors import InvalidRequest
from muniment.search.facets import CORE_FACETS, Facet, Facets
from muniment.search.port import ColumnRange, FacetFilter, FacetValue, Scope

FACETS = Facets(CORE_FACETS)


def no_labels(_facet: Facet, _keys: Sequence[str]) -> Mapping[str, str]:
    return {}


def test_labels_come_from_the_vocabulary_or_the_fixed_set_or_are_the_key() -> None:
    asked = []

    def labels(facet: Facet, keys: Sequence[str]) -> Mapping[str, str]:
        asked.append((facet.vocabulary, list(keys)))
        return {"eng": "English"} if facet.vocabulary == "languages" else {}

    counts = {"language": (("eng", 2), ("xxx", 1)), "access_status": (("metadata-only", 1),)}
    found = FACETS.aggregations(counts, {"language": ["xxx"]}, Scope.RECORDS, labels)
    assert found["language"] == {
        "label": "Languages",
        "buckets": [
            {"key": "eng", "doc_count": 2, "label": "English", "is_selected": False},
            {"key": "xxx", "doc_count": 1, "label": "xxx", "is_selected": True},
        ],
    }
    assert found["access_status"]["buckets"][0]["label"] == "Metadata-only"
    assert ("languages", ["eng", "xxx"]) in asked


def test_subtypes_stand_within_their_type_with_its_sum() -> None:
    counts = {
        "resource_type": (("dataset", 5), ("publication-article", 4), ("publication", 1), ("publication-book", 3))
    }
    chosen = {"resource_type": ["publication", "publication::publication-book"]}
    found = FACETS.aggregations(counts, chosen, Scope.RECORDS, no_labels)["resource_type"]["buckets"]
    assert [(bucket["key"], bucket["doc_count"], bucket["is_selected"]) for bucket in found] == [
        ("publication", 8, True),
        ("dataset", 5, False),
    ]
    inner = found[0]["inner"]["buckets"]
    assert [(bucket["key"], bucket["is_selected"]) for bucket in inner] == [
        ("publication-article", False),
        ("publication-book", True),
    ]
    assert "inner" not in found[1]


def test_a_facet_without_counts_is_being_prepared() -> None:
    found = FACETS.aggregations({}, {}, Scope.RECORDS, no_labels)
    assert found["subject"] == {"label": "Subjects", "buckets": [], "preparing": True}


def test_facets_belong_to_their_lists() -> None:
    def names(scope: Scope) -> list[str]:
        return [request.facet for request in FACETS.requests(scope, lambda _: True)]

    assert "is_published" not in names(Scope.RECORDS)
    assert "is_published" in names(Scope.USER)
    assert FACETS.chosen({"is_published": ["true"]}, Scope.RECORDS) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024", ColumnRange("year", 2024, 2024)),
        ("2020..2024", ColumnRange("year", 2020, 2024)),
        ("..2024-05-01", ColumnRange("year", None, 2024)),
        ("2020-01..", ColumnRange("year", 2020, None)),
    ],
)
def test_years(value: str, expected: ColumnRange) -> None:
    (chosen,) = FACETS.chosen({"publication_date": [value]}, Scope.RECORDS)
    assert chosen == FacetFilter("publication_date", (expected,))


@pytest.mark.parametrize("value", ["..", "20", "2020..x", "2020/2021", "x"])
def test_what_is_no_year_is_refused_with_the_name_of_the_facet(value: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        FACETS.chosen({"publication_date": [value]}, Scope.RECORDS)
    assert caught.value.errors[0].field == "publication_date"


def test_unknown_facets_and_empty_values_are_ignored() -> None:
    assert FACETS.chosen({"nonsense": ["x"], "subject": [""], "language": []}, Scope.RECORDS) == ()
    assert FACETS.chosen({"subject": ["a", ""]}, Scope.RECORDS) == (
        FacetFilter("subject", (FacetValue("subject", "a"),)),
    )
