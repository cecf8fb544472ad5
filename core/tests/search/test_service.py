"""Searching a repository: what was published is found when the publish has answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.errors import InvalidRequest
from muniment.records.requests import SearchRequest
from muniment.search.port import Scope
from muniment.search.query import parse
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.tree import ranks

if TYPE_CHECKING:
    from muniment.repository import Repository
    from muniment.testing import Person

Make = Callable[..., Any]


def titles(repository: Repository, q: str = "", actor: Any = ANONYMOUS, **request: Any) -> list[str]:
    page = repository.records.search(actor, SearchRequest(q=q, **request))
    return [hit.data["metadata"]["title"] for hit in page.hits]


def test_a_record_is_found_as_soon_as_it_is_published(repository: Repository, make_record: Make) -> None:
    make_record(title="深海生物の研究")
    make_record(title="Forschung in Zürich")
    assert titles(repository, "深海") == ["深海生物の研究"]
    assert titles(repository, "zurich") == ["Forschung in Zürich"]


def test_a_restricted_record_is_found_by_those_who_may_see_it(
    repository: Repository, make_record: Make, ada: Person, grace: Person, administrator: Person
) -> None:
    make_record(title="Secret plan", record_access="restricted")
    assert titles(repository, "plan") == []
    assert titles(repository, "plan", grace.actor) == []
    assert titles(repository, "plan", ada.actor) == ["Secret plan"]
    assert titles(repository, "plan", administrator.actor) == ["Secret plan"]


def test_counts_do_not_betray_restricted_records(repository: Repository, make_record: Make, ada: Person) -> None:
    make_record(title="Secret plan", record_access="restricted")
    for actor, expected in ((ANONYMOUS, []), (ada.actor, [("restricted", 1)])):
        page = repository.records.search(actor, SearchRequest(q="plan"))
        assert page.aggregations is not None
        buckets = page.aggregations["access_status"]["buckets"]
        assert [(bucket["key"], bucket["doc_count"]) for bucket in buckets] == expected


def test_without_a_query_the_newest_comes_first(repository: Repository, make_record: Make) -> None:
    for title in ("First record", "Second record", "Third record"):
        make_record(title=title)
    page = repository.records.search(ANONYMOUS, SearchRequest())
    assert [hit.data["metadata"]["title"] for hit in page.hits] == ["Third record", "Second record", "First record"]
    assert page.sort_by == "newest"
    assert repository.records.search(ANONYMOUS, SearchRequest(q="record")).sort_by == "bestmatch"


@pytest.mark.parametrize("q", ["publication_date:[2000 TO 2030]", "resource_type.id:dataset -access.status:closed"])
def test_the_newest_comes_first_where_all_match_equally_well(repository: Repository, make_record: Make, q: str) -> None:
    wanted = [f"Record {number}" for number in range(8, 0, -1)]
    for title in reversed(wanted):
        make_record(title=title)
    assert titles(repository, q) == wanted


def test_words_weights_and_alternatives_rank() -> None:
    def ranked(q: str) -> bool:
        return ranks(parse(q, CORE_FIELDS))

    assert ranked("ice")
    assert ranked("+language:eng ice*")
    assert ranked("language:eng^2")
    assert ranked("language:eng OR language:deu")
    assert not ranked("language:eng AND NOT ice")
    assert not ranked("*")


def test_aggregations_have_the_shape_that_clients_know(repository: Repository, make_record: Make) -> None:
    make_record(title="An article", metadata={"resource_type": {"id": "publication-article"}})
    request = SearchRequest(facets={"resource_type": ["publication::publication-article"], "nonsense": ["x"]})
    page = repository.records.search(ANONYMOUS, request)
    assert page.aggregations is not None
    assert page.aggregations["resource_type"] == {
        "label": "Resource types",
        "buckets": [
            {
                "key": "publication",
                "doc_count": 1,
                "label": "Publication",
                "is_selected": False,
                "inner": {
                    "buckets": [
                        {
                            "key": "publication-article",
                            "doc_count": 1,
                            "label": "Journal article",
                            "is_selected": True,
                        }
                    ]
                },
            }
        ],
    }
    assert page.aggregations["language"]["buckets"] == [
        {"key": "eng", "doc_count": 1, "label": "English", "is_selected": False}
    ]
    assert "is_published" not in page.aggregations


def test_what_was_found_is_kept_until_the_index_changes(
    repository: Repository, make_record: Make, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_record(title="Public plan")
    make_record(title="Secret plan", record_access="restricted")
    backend = repository.search.runtime.backend
    asked: list[Any] = []
    search = backend.search

    def answer(query: Any) -> Any:
        asked.append(query)
        return search(query)

    monkeypatch.setattr(backend, "search", answer)

    def found(actor: Any = ANONYMOUS, **request: Any) -> tuple[list[str], int, int]:
        page = repository.records.search(actor, SearchRequest(**{"q": "plan", "sort": "newest"} | request))
        buckets = (page.aggregations or {"access_status": {"buckets": []}})["access_status"]["buckets"]
        return [hit.data["metadata"]["title"] for hit in page.hits], page.total, len(buckets)

    for _ in range(2):
        assert found() == (["Public plan"], 1, 1)
        assert found(ada.actor) == (["Secret plan", "Public plan"], 2, 2)
        assert found(ada.actor, size=1) == (["Secret plan"], 2, 2)
        assert found(ada.actor, size=1, page=2) == (["Public plan"], 2, 2)
        assert found(ada.actor, with_facets=False) == (["Secret plan", "Public plan"], 2, 0)
    assert len(asked) == 4
    with monkeypatch.context() as patch:
        patch.setattr(type(backend), "problem", "it is away")
        found()
    assert len(asked) == 5
    make_record(title="Third plan")
    assert found() == (["Third plan", "Public plan"], 2, 1)


def test_facets_are_left_out_on_request(repository: Repository, make_record: Make) -> None:
    make_record()
    assert repository.records.search(ANONYMOUS, SearchRequest(with_facets=False)).aggregations is None


def test_cached_counts_follow_every_change(repository: Repository, make_record: Make) -> None:
    def count() -> int:
        page = repository.records.search(ANONYMOUS, SearchRequest())
        assert page.aggregations is not None
        return int(page.aggregations["access_status"]["buckets"][0]["doc_count"])

    make_record(title="One record")
    assert [count(), count()] == [1, 1]
    make_record(title="Another record")
    assert [count(), count()] == [2, 2]


def test_a_new_version_takes_the_place_of_the_old_one(repository: Repository, make_record: Make, ada: Person) -> None:
    first = make_record(title="Version one")
    draft = repository.records.new_version(ada.actor, first.id)
    data = dict(draft.data)
    data["metadata"] = {**data["metadata"], "title": "Version two", "publication_date": "2026-06-01"}
    repository.records.update_draft(ada.actor, draft.id, data)
    repository.records.publish(ada.actor, draft.id)
    assert titles(repository, "version") == ["Version two"]
    assert set(titles(repository, "version", all_versions=True)) == {"Version one", "Version two"}
    service = repository.search
    versions = service.search(ANONYMOUS, SearchRequest(all_versions=True, sort="version"), parent_id=first.parent_id)
    assert list(versions.keys) == [f"record:{draft.id}", f"record:{first.id}"]


def test_uploads_show_a_draft_in_place_of_its_record(
    repository: Repository, make_record: Make, make_draft: Make, ada: Person, grace: Person
) -> None:
    record = make_record(title="A published thing")
    draft = make_draft(title="An unfinished thing")
    repository.records.edit(ada.actor, record.id)
    repository.search.wait_for(repository.events.last_id())
    page = repository.search.search(ada.actor, SearchRequest(q="thing"), scope=Scope.USER)
    assert set(page.keys) == {f"draft:{record.id}", f"draft:{draft.id}"}
    assert repository.search.search(grace.actor, SearchRequest(q="thing"), scope=Scope.USER).total == 0
    assert titles(repository, "thing", ada.actor) == ["A published thing"]


def test_deleted_records_are_not_found(repository: Repository, make_record: Make, administrator: Person) -> None:
    record = make_record(title="Spam and more spam")
    repository.records.delete(administrator.actor, record.id, {"removal_reason": {"id": "spam"}})
    assert titles(repository, "spam", administrator.actor) == []
    deleted = repository.search.search(administrator.actor, SearchRequest(q="spam", include_deleted=True))
    assert list(deleted.keys) == [f"record:{record.id}"]
    assert repository.search.search(ANONYMOUS, SearchRequest(q="spam", include_deleted=True)).total == 0


def test_highlights_mark_title_and_description(repository: Repository, make_record: Make) -> None:
    record = make_record(
        title="Sea & <ice>", metadata={"description": "<p>Drift of the <b>sea</b> and 5 &lt; 6 glaciers</p>"}
    )
    page = repository.records.search(ANONYMOUS, SearchRequest(q="sea OR glaciers", highlight=True))
    assert page.highlights[record.id] == {
        "title": "<mark>Sea</mark> &amp; &lt;ice&gt;",
        "description": "Drift of the <mark>sea</mark> and 5 &lt; 6 <mark>glaciers</mark>",
    }


def test_suggestions(repository: Repository, make_record: Make) -> None:
    make_record(title="Glacier mass balance")
    assert titles(repository, suggest="glac") == ["Glacier mass balance"]
    assert titles(repository, suggest="mass glad") == []


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (SearchRequest(q="title:(open"), "q"),
        (SearchRequest(q="unknown:x"), "q"),
        (SearchRequest(sort="wrong"), "sort"),
        (SearchRequest(page=101, size=100), "page"),
        (SearchRequest(facets={"publication_date": ["last year"]}), "publication_date"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(repository: Repository, request_: SearchRequest, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        repository.search.search(ANONYMOUS, request_)
    assert [problem.field for problem in caught.value.errors] == [field]


def test_reindexing_brings_everything_back(repository: Repository, make_record: Make, make_draft: Make) -> None:
    make_record(title="Kept in the database")
    make_draft(title="A draft as well")
    seen: list[int] = []
    done = repository.search.reindex(seen.append)
    assert (done.documents, done.set_aside) == (2, 0)
    assert seen[-1] == 2
    assert titles(repository, "kept") == ["Kept in the database"]
    assert repository.search.status().lag == 0


def test_a_lost_index_is_built_again_from_the_database(
    repository: Repository, make_record: Make, open_repository: Callable[[], Repository]
) -> None:
    import shutil

    make_record(title="Kept in the database")
    repository.close()
    shutil.rmtree(repository.instance.var / "index")
    again = open_repository()
    again.search.start()
    assert again.search.wait_for(again.events.last_id(), timeout=10)
    assert titles(again, "kept") == ["Kept in the database"]


def test_another_process_finds_it_at_once(
    repository: Repository, make_record: Make, open_repository: Callable[[], Repository]
) -> None:
    other = open_repository()
    repository.search.start()
    for number in range(5):
        make_record(title=f"Shared number{number}")
        assert titles(other, f"number{number}") == [f"Shared number{number}"]
