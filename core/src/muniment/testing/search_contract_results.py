"""The part of the contract of search backends that is about results: visibility, changes, order, facets, rebuilding."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.search.port import (
    IndexDocument,
    Remove,
    Scope,
    Upsert,
)
from muniment.testing.search_documents import Searched, index_document


class ResultContract:
    """Who sees what, in which order and number. `searched` comes from `SearchContract`."""

    # Visibility ---------------------------------------------------------------------------------------------------

    def test_only_those_with_a_label_find_a_record(self, searched: Searched) -> None:
        searched.add(
            index_document(1, "secret plan", labels={"subject:1", "role:administrator"}, access="restricted"),
            index_document(2, "public plan"),
        )
        assert searched.found("plan") == {2}
        assert searched.found("plan", labels={"public", "subject:2"}) == {2}
        assert searched.found("plan", labels={"public", "subject:1"}) == {1, 2}
        assert searched.found("plan", labels=set()) == set()
        assert searched.found("-public") == set()
        assert searched.counts("access_status", "plan") == {"open": 1}
        assert searched.counts("access_status", "plan", labels={"public", "subject:1"}) == {"open": 1, "restricted": 1}

    def test_one_of_many_labels_is_enough(self, searched: Searched) -> None:
        """Restricted records of communities: each of its members sees them, and who is in many sees those of each."""
        searched.add(
            index_document(1, labels={"community:7", "community:8", "subject:1"}, access="restricted"),
            index_document(2, labels={"community:8"}, access="restricted"),
            index_document(3, labels={"public", "community:7"}),
        )
        member, other = {"public", "subject:5", "community:7"}, {"public", "community:70"}
        many = {"public", *(f"community:{number}" for number in range(8, 1500))}
        assert searched.found(labels=member) == {1, 3}
        assert searched.found(labels=other) == {3}
        assert searched.found(labels=many) == {1, 2, 3}
        assert searched.found(labels={"community:8"}) == {1, 2}
        assert searched.counts("access_status", labels=member) == {"restricted": 1, "open": 1}

    def test_labels_with_common_beginnings_are_different(self, searched: Searched) -> None:
        searched.add(index_document(1, labels={"subject:12"}))
        assert searched.found(labels={"subject:1"}) == set()
        assert searched.found(labels={"subject:12"}) == {1}

    def test_only_the_latest_version_unless_all_are_asked_for(self, searched: Searched) -> None:
        searched.add(
            index_document(1, parent=50, is_latest=False, is_latest_draft=False, version=1),
            index_document(2, parent=50, version=2),
            index_document(3),
        )
        assert searched.found() == {2, 3}
        assert searched.found(all_versions=True) == {1, 2, 3}
        assert searched.numbers(all_versions=True, parent_id="50", sort="version") == [2, 1]

    def test_deleted_records_and_drafts_are_not_among_the_records(self, searched: Searched) -> None:
        searched.add(
            index_document(1, deleted=True), index_document(2), index_document(3, kind="draft", labels={"subject:1"})
        )
        assert searched.found(labels={"public", "subject:1"}) == {2}
        assert searched.found(all_versions=True, labels={"public", "subject:1"}) == {2}
        assert searched.found(include_deleted=True) == {1, 2}

    def test_deleted_records_alone(self, searched: Searched) -> None:
        searched.add(
            index_document(1, deleted=True),
            index_document(2),
            index_document(3, deleted=True, labels={"role:moderator"}),
            index_document(4, labels={"role:moderator"}),
        )
        assert searched.found(only_deleted=True) == {1}
        assert searched.found(only_deleted=True, labels={"public", "role:moderator"}) == {1, 3}
        assert searched.found(only_deleted=True, labels={"role:moderator"}) == {3}

    def test_uploads_are_those_of_their_owner(self, searched: Searched) -> None:
        searched.add(
            index_document(1, owner="1"),
            index_document(2, owner="1", has_draft=True),
            index_document(2, owner="1", kind="draft", labels={"subject:1"}),
            index_document(3, owner="2"),
            index_document(4, owner="2", labels={"subject:1", "subject:2"}),
            index_document(5, owner="1", is_latest=False, is_latest_draft=False),
            index_document(6, owner="1", deleted=True),
        )
        mine: dict[str, Any] = {"labels": {"public", "subject:1"}, "scope": Scope.USER, "owner": "1"}
        assert set(searched.search(**mine).keys) == {"record:1", "draft:2"}
        assert set(searched.search(**mine, all_versions=True).keys) == {"record:1", "draft:2", "record:5"}
        shared: dict[str, Any] = {**mine, "parents": frozenset({"100004", "100001"})}
        assert set(searched.search(**shared).keys) == {"record:4"}
        assert set(searched.search(**{**shared, "labels": {"public"}}).keys) == set()
        assert searched.counts("is_published", **mine) == {"true": 1, "false": 1}

    # Changes ------------------------------------------------------------------------------------------------------

    def test_a_document_replaces_the_one_before(self, searched: Searched) -> None:
        searched.titles("first title")
        searched.titles("second title")
        assert searched.found("first") == set()
        assert searched.found("second") == {1}
        assert searched.search().total == 1

    def test_the_last_operation_of_a_batch_counts(self, searched: Searched) -> None:
        searched.apply(
            Upsert(index_document(1, "old")),
            Upsert(index_document(1, "new")),
            Upsert(index_document(2)),
            Remove("record:2"),
        )
        assert searched.found() == {1}
        assert searched.found("new") == {1}

    def test_removed_documents_are_gone(self, searched: Searched) -> None:
        searched.titles("one", "two")
        searched.apply(Remove("record:1"), Remove("record:99"))
        assert searched.found() == {2}

    def test_each_change_moves_position_and_generation(self, searched: Searched) -> None:
        before = searched.backend.state
        searched.titles("one")
        after = searched.backend.state
        assert after.position == 1
        assert after.generation > before.generation

    # Sorting and paging -------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("newest", [3, 1, 2]),
            ("oldest", [2, 1, 3]),
            ("updated-desc", [3, 1, 2]),
            ("updated-asc", [2, 1, 3]),
            ("publication-desc", [2, 1, 3]),
            ("publication-asc", [3, 1, 2]),
            ("version", [2, 3, 1]),
        ],
    )
    def test_sorts(self, searched: Searched, sort: str, expected: list[int]) -> None:
        searched.add(
            index_document(1, created="2024-01-02T00:00:00+00:00", metadata={"publication_date": "2020-05"}, version=1),
            index_document(2, created="2024-01-01T00:00:00+00:00", metadata={"publication_date": "2021"}, version=3),
            index_document(3, created="2024-01-03T00:00:00+00:00", metadata={"publication_date": "1850"}, version=2),
        )
        assert searched.numbers(sort=sort) == expected
        assert searched.numbers("title", sort=sort) == expected

    def test_pages_cover_everything_once_even_when_all_dates_are_equal(self, searched: Searched) -> None:
        searched.titles(*(f"number {n}" for n in range(25)))
        pages = [searched.search("number", sort="publication-desc", offset=o, limit=10) for o in (0, 10, 20, 30)]
        assert [page.total for page in pages] == [25] * 4
        assert [len(page.keys) for page in pages] == [10, 10, 5, 0]
        assert len({key for page in pages for key in page.keys}) == 25

    # Facets -------------------------------------------------------------------------------------------------------

    @pytest.fixture
    def library(self, searched: Searched) -> Searched:
        def one(number: int, kind: str, year: str, language: str, subjects: list[str], ext: str) -> IndexDocument:
            entries = {f"file.{ext}": {"ext": ext, "size": 3}}
            return index_document(
                number,
                files={"enabled": True, "count": 1, "total_bytes": 3, "entries": entries},
                metadata={
                    "resource_type": {"id": kind},
                    "publication_date": year,
                    "languages": [{"id": language}],
                    "subjects": [{"subject": subject} for subject in subjects],
                },
            )

        searched.add(
            one(1, "publication-article", "2020-01-01", "eng", ["Sea ice", "Drift"], "pdf"),
            one(2, "publication-article", "2021", "deu", ["Sea ice"], "pdf"),
            one(3, "publication-preprint", "2021-05", "eng", [], "csv"),
            one(4, "dataset", "2022/2023", "eng", ["sea ice"], "csv"),
            one(5, "image-photo", "2022", "jpn", ["海氷"], "png"),
        )
        return searched

    def test_facets_count_what_is_found(self, library: Searched) -> None:
        counts = library.search(count=True).counts
        assert dict(counts["resource_type"]) == {
            "publication-article": 2, "publication-preprint": 1, "dataset": 1, "image-photo": 1,
        }  # fmt: skip
        assert counts["resource_type"][0] == ("publication-article", 2)
        assert dict(counts["subject"]) == {"Sea ice": 2, "Drift": 1, "sea ice": 1, "海氷": 1}
        assert dict(counts["language"]) == {"eng": 3, "deu": 1, "jpn": 1}
        assert dict(counts["file_type"]) == {"pdf": 2, "csv": 2, "png": 1}
        assert counts["publication_date"] == (("2022", 2), ("2021", 2), ("2020", 1))
        assert library.counts("language", "subjects:drift") == {"eng": 1}

    def test_a_selection_narrows_the_hits_and_the_other_facets_but_not_its_own(self, library: Searched) -> None:
        chosen = {"language": ["eng"]}
        assert library.found(facets=chosen) == {1, 3, 4}
        assert library.counts("language", facets=chosen) == {"eng": 3, "deu": 1, "jpn": 1}
        assert library.counts("file_type", facets=chosen) == {"csv": 2, "pdf": 1}

    def test_values_of_one_facet_are_alternatives_and_facets_restrict_each_other(self, library: Searched) -> None:
        assert library.found(facets={"language": ["eng", "jpn"]}) == {1, 3, 4, 5}
        both = {"language": ["eng", "jpn"], "file_type": ["csv"]}
        assert library.found(facets=both) == {3, 4}
        assert library.counts("file_type", facets=both) == {"csv": 2, "pdf": 1, "png": 1}
        assert library.counts("language", facets=both) == {"eng": 2}

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            (["publication"], {1, 2, 3}),
            (["publication::publication-article"], {1, 2}),
            (["publication+inner:publication-preprint"], {3}),
            (["publication-article", "image"], {1, 2, 5}),
            (["dataset"], {4}),
            (["nonsense"], set()),
        ],
    )
    def test_resource_types_are_chosen_with_or_without_subtype(
        self, library: Searched, values: list[str], expected: set[int]
    ) -> None:
        assert library.found(facets={"resource_type": values}) == expected

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            (["2021"], {2, 3}),
            (["2020..2021"], {1, 2, 3}),
            (["2022.."], {4, 5}),
            (["..2020"], {1}),
            (["2020", "2022"], {1, 4, 5}),
            (["2020-01-01..2021-12-31"], {1, 2, 3}),
        ],
    )
    def test_years_are_chosen_one_by_one_or_as_a_range(
        self, library: Searched, values: list[str], expected: set[int]
    ) -> None:
        assert library.found(facets={"publication_date": values}) == expected

    def test_facet_values_are_compared_exactly(self, library: Searched) -> None:
        assert library.found(facets={"subject": ["Sea ice"]}) == {1, 2}
        assert library.found(facets={"subject": ["海氷"]}) == {5}

    # Suggestions --------------------------------------------------------------------------------------------------

    def test_suggestions_complete_the_last_word(self, searched: Searched) -> None:
        searched.titles("Glacier mass balance", "Glacial deposits", "Mass spectrometry", "深海生物")
        assert searched.found(suggest="glac") == {1, 2}
        assert searched.found(suggest="mass bal") == {1}
        assert searched.found(suggest="GLÁCIER") == {1}
        assert searched.found(suggest="深海") == {4}
        assert searched.found(suggest="mass:*(") == {1, 3}
        assert searched.found(suggest="  ") == set()

    # Rebuilding ---------------------------------------------------------------------------------------------------

    def test_a_rebuilt_index_takes_over_with_everything_in_it(self, searched: Searched) -> None:
        searched.titles("old content")
        rebuild = searched.backend.begin_rebuild(5)
        rebuild.apply([Upsert(index_document(9, "new content"))], 6)
        assert searched.found("content") == {1}
        rebuild.offer()
        assert not rebuild.settled
        leadership = searched.backend.lead()
        assert leadership is not None
        candidate = leadership.candidate()
        assert candidate is not None
        assert candidate.position == 6
        candidate.apply([Upsert(index_document(10, "later content"))], 7)
        candidate.commit()
        leadership.adopt(candidate)
        assert leadership.position == 7
        assert leadership.candidate() is None
        leadership.apply([Upsert(index_document(11, "latest content"))], 8)
        leadership.release()
        assert rebuild.settled
        assert searched.found("content") == {9, 10, 11}
        assert searched.backend.state.position == 8
