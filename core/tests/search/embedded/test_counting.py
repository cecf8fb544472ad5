"""Counting facets in an index of several segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

import pytest

from muniment.search.embedded import EmbeddedBackend, codes, counting
from muniment.search.port import BackendQuery, FacetFilter, FacetRequest, FacetValue, Remove, Upsert, Visibility
from muniment.search.query.tree import MatchAll
from muniment.testing.search_documents import index_document

VISITOR = Visibility(frozenset({"public"}))


quicker = counting._walks


@pytest.fixture(autouse=True, params=[False, True], ids=["by matches", "by values"])
def walks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of counting, whatever would be quicker."""
    monkeypatch.setattr(counting, "_walks", lambda *_: request.param)


def add(backend: EmbeddedBackend, *segments: Iterable[list[str]]) -> None:
    """Records with these subjects, each group of them in a segment of its own."""
    leadership = backend.lead()
    assert leadership is not None
    number = leadership.position
    for segment in segments:
        operations = []
        for subjects in segment:
            number += 1
            metadata = {"subjects": [{"subject": subject} for subject in subjects]}
            operations.append(Upsert(index_document(number, metadata=metadata)))
        leadership.apply(operations, number)
    leadership.release()


def counted(backend: EmbeddedBackend, size: int = 50, chosen: tuple[FacetFilter, ...] = ()) -> list[tuple[str, int]]:
    request = FacetRequest("subject", "subject", size)
    query = BackendQuery(MatchAll(), VISITOR, filters=chosen, facets=(request,))
    return list(backend.search(query).counts["subject"])


def test_what_is_rare_in_each_segment_may_be_the_most_frequent_of_all(backend: EmbeddedBackend) -> None:
    """The engine by itself adds up the ten most frequent of each segment when one is asked for."""
    segments = [[[f"only here {part}.{index}"] for index in range(12)] * 2 + [["everywhere"]] for part in range(3)]
    add(backend, *segments)
    assert counted(backend, 1) == [("everywhere", 3)]


def test_equally_frequent_values_stand_by_name_and_the_limit_holds(backend: EmbeddedBackend) -> None:
    add(backend, [["Zinc", "Ärger", "apple"], ["Zinc", "water"], ["apple"]])
    assert counted(backend) == [("Zinc", 2), ("apple", 2), ("water", 1), ("Ärger", 1)]
    assert counted(backend, 2) == [("Zinc", 2), ("apple", 2)]


@pytest.fixture
def few_codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """There is one code for all values."""
    monkeypatch.setattr(codes, "blake2b", lambda _value, digest_size: blake2b(b"", digest_size=digest_size))
    codes.code_of.cache_clear()
    yield
    codes.code_of.cache_clear()


def test_values_with_the_same_code_are_told_apart(few_codes: None, backend: EmbeddedBackend) -> None:
    add(backend, [["one", "two"], ["two"]], [["two", "three"]])
    assert counted(backend) == [("two", 3), ("one", 1), ("three", 1)]
    assert counted(backend, 1) == [("two", 3)]
    one = FacetFilter("other", (FacetValue("subject", "one"),))
    assert counted(backend, chosen=(one,)) == [("one", 1), ("two", 1)]


def test_values_are_found_again_after_they_were_forgotten(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_REMEMBERED", 2)
    add(backend, [["one"], ["two"], ["three"], ["four"]])
    expected = [("four", 1), ("one", 1), ("three", 1), ("two", 1)]
    assert counted(backend) == expected
    assert counted(backend) == expected


def test_what_later_changes_bring_is_counted_too(backend: EmbeddedBackend) -> None:
    add(backend, [["one"]])
    assert counted(backend) == [("one", 1)]
    add(backend, [["one", "two"]])
    assert counted(backend) == [("one", 2), ("two", 1)]


def test_codes_survive_the_engines_floating_point_keys(backend: EmbeddedBackend) -> None:
    subjects = [f"subject {number}" for number in range(300)]
    assert all(codes.code_of(subject) < 2**53 for subject in subjects)
    add(backend, [[subject] for subject in subjects])
    assert dict(counted(backend, 300)) == dict.fromkeys(subjects, 1)


def test_what_is_gone_hidden_or_not_found_is_not_counted(backend: EmbeddedBackend) -> None:
    add(backend, [["kept", "changed"], ["removed"], ["kept"]], [["kept", "other"]])
    leadership = backend.lead()
    assert leadership is not None
    hidden = index_document(9, labels=["subject:1"], metadata={"subjects": [{"subject": "kept"}]})
    changed = index_document(1, metadata={"subjects": [{"subject": "kept"}]})
    leadership.apply([Remove("record:2"), Upsert(changed), Upsert(hidden)], 9)
    leadership.release()
    assert counted(backend) == [("kept", 3), ("other", 1)]
    other = FacetFilter("other", (FacetValue("subject", "other"),))
    assert counted(backend, chosen=(other,)) == [("kept", 1), ("other", 1)]


def test_both_ways_keep_the_same_of_what_is_equally_frequent(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(backend, *([[f"subject {number}"] for number in range(part, 90, 3)] for part in range(3)))
    found = counted(backend, 10)
    monkeypatch.setattr(counting, "_walks", lambda *_: True)
    assert counted(backend, 10) == found


class _Searcher:
    """An index of a million records in ten segments, with as many values as `sampled` stands for."""

    num_docs = 1_000_000
    num_segments = 10

    def __init__(self, sampled: int) -> None:
        self.sampled = sampled

    def terms_with_prefix(self, _field: str, _digits: str) -> list[tuple[str, int]]:
        return [("", 1)] * self.sampled


@pytest.mark.parametrize(
    ("sampled", "matches", "expected"),
    [(12, 650_000, True), (12, 1_000_000, True), (12, 300_000, False), (12, 30_000, False), (1400, 1_000_000, False)],
)
def test_values_are_walked_when_much_was_found_and_they_are_few(sampled: int, matches: int, expected: bool) -> None:
    request = FacetRequest("subject", "subject", 50)
    assert quicker(_Searcher(sampled), request, matches) is expected  # type: ignore[arg-type]
