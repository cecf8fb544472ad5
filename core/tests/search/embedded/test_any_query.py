"""Whatever is typed, the engine answers or the query is refused: it never fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.errors import InvalidRequest
from muniment.search.embedded import EmbeddedBackend
from muniment.search.port import Remove, Upsert
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.testing.search_documents import Searched, index_document, rich_document

NAMES = sorted(alias for entry in CORE_FIELDS.fields.values() for alias in (entry.name, *entry.aliases))
VALUES = [
    *("water", "wat*", "w?t", "深海", "深", "深海*", "ทะเลลึก", "10.5072/muniment.7", "2021", "2021-03", "now-1d", "*"),
    *('"sea ice"', '"sea ice"~3', '"深"', '"sea 深"', "[2020 TO 2022]", "{* TO 5}", "[5 TO 1]", ">3", "<=2021", "/x/"),
    *("(a OR b*)", "water~", "water~2^3", "publication::publication-article", "x" * 300, "a*b*c*d*e", "a?????????*b"),
    *("\x00", "\u0301", "¶", "\x1f", "https://example.org/?a=b", "9223372036854775806", "-5", "0"),
]
CLAUSE = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.sampled_from(VALUES),
    st.text(max_size=8),
)
QUERY = st.lists(st.one_of(CLAUSE, st.sampled_from(["AND", "OR", "NOT", "(", ")", "-", "+"])), max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    backend = EmbeddedBackend(tmp_path_factory.mktemp("any") / "index", memory_bytes=15_000_000)
    backend.begin_rebuild(0).offer()
    leadership = backend.lead()
    assert leadership is not None
    candidate = leadership.candidate()
    assert candidate is not None
    leadership.adopt(candidate)
    for batch in ([rich_document()], [index_document(n, "深海 water ice") for n in range(1, 5)]):  # several segments
        leadership.apply([Upsert(document) for document in batch], 1)
    leadership.apply([Remove("record:2")], 2)
    leadership.release()
    yield Searched(backend)
    backend.close()


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=QUERY, count=st.booleans(), sort=st.sampled_from(["bestmatch", "newest", "publication-asc"]))
def test_every_query_is_answered_or_refused(searched: Searched, query: str, count: bool, sort: str) -> None:
    try:
        found = searched.search(query, count=count, sort=sort)
    except InvalidRequest as refused:
        problems = refused.errors
        found = None
    else:
        problems = ()
    assert (found is None) == bool(problems)
    if found is not None:
        assert len(found.keys) <= found.total <= 4


@pytest.mark.parametrize("name", NAMES)
def test_every_field_can_be_searched_in_every_way(searched: Searched, name: str) -> None:
    answered = 0
    for value in VALUES:
        try:
            searched.search(f"{name}:{value}", count=True)
        except InvalidRequest:
            continue
        answered += 1
    assert answered > 5


def test_a_pattern_that_would_explode_is_refused(searched: Searched) -> None:
    with pytest.raises(InvalidRequest):
        searched.search("w*a" + "?" * 60 + "b")


def test_everything_but_one_thing(searched: Searched) -> None:
    assert searched.search("NOT title:water").total == 1
