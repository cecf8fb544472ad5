"""What every search backend has to do, as tests: a backend's own suite derives a class and gives the backend.

    class TestMine(SearchContract):
        @pytest.fixture
        def backend(self, tmp_path): ...

The backend of each test starts empty and usable. The cases go through the port and the query language only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from muniment.search.facets import CORE_FACETS, Facets
from muniment.search.port import (
    BackendQuery,
    BackendResult,
    IndexDocument,
    Operation,
    Remove,
    Scope,
    SearchBackend,
    Upsert,
    Visibility,
)
from muniment.search.query import parse
from muniment.search.query.suggestions import suggestion
from muniment.search.sorts import CORE_SORTS

PUBLIC = frozenset({"public"})


def index_document(
    number: int,
    title: str = "A title",
    *,
    kind: str = "record",
    labels: Iterable[str] = PUBLIC,
    metadata: dict[str, Any] | None = None,
    is_latest: bool = True,
    deleted: bool = False,
    parent: int | None = None,
    owner: str = "1",
    created: str = "2024-01-01T00:00:00+00:00",
    files: dict[str, Any] | None = None,
    custom_fields: dict[str, Any] | None = None,
    extensions: dict[str, Any] | None = None,
    access: str = "public",
    **more: Any,
) -> IndexDocument:
    """A document as the records service hands it to the index, with a complete public JSON."""
    parent_id = str(parent or number + 100_000)
    data = {
        "id": str(number),
        "created": created,
        "updated": created,
        "is_published": kind == "record",
        "is_draft": kind == "draft",
        "status": "published" if kind == "record" else "draft",
        "pids": {"doi": {"identifier": f"10.5072/muniment.{number}", "provider": "datacite"}},
        "parent": {
            "id": parent_id,
            "access": {"owned_by": {"user": owner}},
            "pids": {"doi": {"identifier": f"10.5072/muniment.{parent_id}"}},
            "communities": {"entries": [{"slug": slug} for slug in more.pop("communities", ())]},
        },
        "versions": {"index": more.pop("version", 1), "is_latest": is_latest},
        "access": {"record": access, "files": access, "status": "open" if access == "public" else "restricted"},
        "files": files or {"enabled": False},
        "metadata": {
            "title": title,
            "resource_type": {"id": "dataset"},
            "publication_date": "2024-01-01",
            "creators": [{"person_or_org": {"type": "personal", "name": "Adeyemi, Ngozi"}}],
            **(metadata or {}),
        },
        "custom_fields": custom_fields or {},
    }
    return IndexDocument(
        f"{kind}:{number}",
        str(number),
        parent_id,
        kind,
        frozenset(labels),
        is_latest,
        deleted,
        data,
        extensions or {},
        **more,
    )


class Searched:
    """A backend with the few things that the cases do with it."""

    def __init__(self, backend: SearchBackend) -> None:
        self.backend = backend
        self.position = 0

    def apply(self, *operations: Operation) -> None:
        leadership = self.backend.lead()
        assert leadership is not None, "another process leads"
        try:
            self.position += 1
            leadership.apply(operations, self.position)
        finally:
            leadership.release()

    def add(self, *documents: IndexDocument) -> None:
        self.apply(*map(Upsert, documents))

    def titles(self, *titles: str, **same: Any) -> None:
        """Index one record for each title, numbered from 1."""
        self.add(*(index_document(number, title, **same) for number, title in enumerate(titles, 1)))

    def search(
        self,
        query: str = "",
        *,
        labels: Iterable[str] = PUBLIC,
        facets: dict[str, list[str]] | None = None,
        sort: str = "bestmatch",
        count: bool = False,
        offset: int = 0,
        limit: int = 100,
        scope: Scope = Scope.RECORDS,
        suggest: str | None = None,
        **visibility: Any,
    ) -> BackendResult:
        known = Facets(CORE_FACETS)
        return self.backend.search(
            BackendQuery(
                parse(query) if suggest is None else suggestion(suggest),
                Visibility(frozenset(labels), scope, **visibility),
                known.chosen(facets or {}, scope),
                known.requests(scope, lambda _: True) if count else (),
                next(option.order for option in CORE_SORTS if option.name == sort),
                offset,
                limit,
            )
        )

    def numbers(self, query: str = "", **arguments: Any) -> list[int]:
        """The numbers of the records that are found, in order."""
        return [int(key.partition(":")[2]) for key in self.search(query, **arguments).keys]

    def found(self, query: str = "", **arguments: Any) -> set[int]:
        return set(self.numbers(query, **arguments))

    def counts(self, facet: str, query: str = "", **arguments: Any) -> dict[str, int]:
        return dict(self.search(query, count=True, **arguments).counts[facet])


SCRIPTS = [
    ("深海生物の研究", "深海", "研究所"),
    ("深海生物の研究", "海", "山"),
    ("深海生物の研究", "究", "書"),
    ("深海生物の研究", '"生物の研究"', '"研究生物"'),
    ("深海生物の研究について", "深海生物に関する研究", "山岳地帯における植生"),
    ("한국어 형태소 분석", "형태소", "음운론"),
    ("한국해양연구소", "해양", "대기"),
    ("カタカナとｶﾀｶﾅ", "カタカナ", "ヒラガナ"),
    ("การศึกษาสัตว์ทะเลลึก", "สัตว์ทะเล", "ภูเขา"),
    ("ການຄົ້ນຄວ້າ", "ຄົ້ນ", "ທະເລ"),
    ("ဇီဝဗေဒ သုတေသန", "သုတေသန", "ပင်လယ်"),
    ("دراسة المَعْرِفَة العلميّة", "المعرفة", "البحر"),
    ("آزمایش می‌خواهم", "میخواهم", "دریا"),
    ("Ёлка и Йод в Сибири", "елка", "иод"),
    ("Українська їжа", "їжа", "вода"),
    ("समुद्री विज्ञान का अध्ययन", "विज्ञान", "पर्वत"),
    ("Ἑλληνικὴ ΦΙΛΟΣΟΦΙΑ λόγος", "φιλοσοφια", "θαλασσα"),
    ("מִבְחָן בעברית", "מבחן", "ים"),
    ("Forschung in Zürich", "zurich", "zuerich"),
    ("Die Straße nach Gießen", "STRASSE giessen", "strase"),
    ("Łódź, Tromsø und Ærø", "lodz", "tromsö5"),
    ("İstanbul ve Iğdır", "istanbul", "ankara"),
    ("Ｆｕｌｌｗｉｄｔｈ ﬁnding", "fullwidth", "halfwidth"),
    ("Été à la plage", "ete", "hiver"),
    ("Tiếng Việt: nghiên cứu", "nghien cuu", "bien"),
    ("١٢٣ مقال", "123", "124"),
]


class SearchContract:
    """The cases. `backend` is the fixture that a derived class gives."""

    @pytest.fixture
    def backend(self) -> SearchBackend:
        raise NotImplementedError("derive a class and give it a backend")

    @pytest.fixture
    def searched(self, backend: SearchBackend) -> Searched:
        return Searched(backend)

    # Writing systems ----------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(("title", "query", "other"), SCRIPTS)
    def test_a_title_is_found_in_its_writing_system(
        self, searched: Searched, title: str, query: str, other: str
    ) -> None:
        searched.titles(title, "Something else entirely")
        assert searched.numbers(query) == [1]
        assert searched.numbers(f"title:({query})") == [1]
        assert searched.numbers(other) == []

    def test_programming_languages_keep_their_signs(self, searched: Searched) -> None:
        searched.titles("A compiler for C++", "A compiler for C", "A compiler for C#")
        assert searched.numbers("C++") == [1]
        assert searched.numbers("c#") == [3]

    # Words and operators ------------------------------------------------------------------------------------------

    def test_words_are_alternatives_and_more_of_them_rank_higher(self, searched: Searched) -> None:
        searched.titles("open data", "science policy", "open science", "closed")
        assert searched.numbers("open science")[0] == 3
        assert searched.found("open science") == {1, 2, 3}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("+open +science", {3}),
            ("open AND science", {3}),
            ("open && science", {3}),
            ("open OR closed", {1, 3, 4}),
            ("open || closed", {1, 3, 4}),
            ("-open +science", {2}),
            ("NOT open AND science", {2}),
            ("science NOT open", {2}),
            ("science !open", {2}),
            ("open AND data OR closed", {1, 4}),
            ("(open OR policy) AND science", {2, 3}),
            ("-open", {2, 4}),
            ("NOT (open OR closed)", {2}),
            ("open OR NOT science", {1, 3, 4}),
            ("+science policy", {2, 3}),
            ("*:*", {1, 2, 3, 4}),
            ("*", {1, 2, 3, 4}),
            ("title:(+open -data)", {3}),
            ("nothingofthekind", set()),
            ("...", set()),
            ("open ...", {1, 3}),
        ],
    )
    def test_operators(self, searched: Searched, query: str, expected: set[int]) -> None:
        searched.titles("open data", "science policy", "open science", "closed")
        assert searched.found(query) == expected

    def test_phrases_keep_their_order_and_slop_loosens_it(self, searched: Searched) -> None:
        searched.titles("deep sea mining", "sea of deep thoughts", "deep blue sea")
        assert searched.found('"deep sea"') == {1}
        assert searched.found('"deep sea"~1') == {1, 3}
        assert searched.found('title:"sea deep"') == set()

    def test_a_phrase_does_not_run_from_one_value_into_the_next(self, searched: Searched) -> None:
        searched.add(
            index_document(1, metadata={"subjects": [{"subject": "sea ice"}, {"subject": "drift"}]}),
            index_document(2, metadata={"subjects": [{"subject": "ice drift"}]}),
        )
        assert searched.found('"ice drift"') == {2}
        assert searched.found('subjects:"ice drift"') == {2}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("climat*", {1, 2, 3}),
            ("title:climat*", {1, 2, 3}),
            ("climate?", {1, 2}),
            ("clim?te", {1}),
            ("c*tology", {3}),
            ("v1.1*", {4}),
            ("CLIMÁT*", {1, 2, 3}),
            ("What is climate?", {1, 2}),
        ],
    )
    def test_wildcards(self, searched: Searched, query: str, expected: set[int]) -> None:
        searched.titles("climate", "climates", "climatology", "release v1.10")
        assert searched.found(query) == expected

    def test_similar_words(self, searched: Searched) -> None:
        searched.titles("roam the earth", "foam on the sea", "home")
        assert searched.found("roam~1") == {1, 2}
        assert searched.found("raom~") == {1}
        assert searched.found("rome~0") == set()

    def test_boosts_change_the_order_and_not_the_set(self, searched: Searched) -> None:
        searched.titles("water earth", "fire earth")
        assert searched.numbers("water^50 fire") == [1, 2]
        assert searched.numbers("water fire^50") == [2, 1]
        assert searched.numbers("(water OR earth)^9 fire^0.01")[0] == 1

    def test_titles_and_names_rank_before_the_rest(self, searched: Searched) -> None:
        searched.add(
            index_document(1, "Notes", metadata={"description": "<p>About <b>gla</b>ciers and much more.</p>"}),
            index_document(2, "Glaciers"),
        )
        assert searched.numbers("glaciers") == [2, 1]

    # Fields -------------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "query",
        [
            'title:"Rich record"',
            "metadata.title:rich",
            'creators.name:"Lovelace, Ada"',
            "creators.person_or_org.name:lovelace",
            "metadata.creators.person_or_org.family_name:lovelace",
            "contributors.name:hopper",
            "orcid:0000-0002-1825-0097",
            "creators:0000-0002-1825-0097",
            "creators.orcid:https\\://orcid.org/0000-0002-1825-0097",
            'affiliations:"Institute of Polar Studies"',
            "affiliation:polar",
            "description:glaciers",
            "notes:seasonal",
            "keywords:cryosphere",
            'subjects:"sea ice"',
            "resource_type.id:publication-article",
            "resource_type.type:publication",
            "resource_type:publication",
            "type:publication",
            "resource_type:publication::publication-article",
            "publication_date:2021",
            "publication_date:[2020-01-01 TO 2022-01-01]",
            "publication_date:{2020 TO 2022}",
            "publication_date:>=2021-03",
            "publication_date:<2022",
            "publication_date:2021-03-05",
            "created:[2024-02-01 TO 2024-02-29]",
            "created:2024-02",
            "updated:>2024-01-31",
            "created:<now",
            "doi:10.5072/muniment.7",
            'doi:"10.5072/MUNIMENT.7"',
            "doi:https\\://doi.org/10.5072/muniment.7",
            "pids.doi.identifier:10.5072/muniment.7",
            "doi:10.5072/munim*",
            "10.5072/muniment.7",
            "https://doi.org/10.5072/muniment.7",
            "https://dx.doi.org/10.5072/MUNIMENT.7.",
            "(10.5072/muniment.7)",
            "conceptdoi:10.5072/muniment.70",
            "conceptrecid:70",
            "parent.id:70",
            "recid:7",
            "id:7",
            "rights.id:cc-by-4.0",
            "license:CC-BY-4.0",
            "language:deu",
            "languages.id:deu",
            "access.record:public",
            "access_status:open",
            "access_right:open",
            "filename:profile",
            'files.entries.key:"data/profile-2.csv"',
            "filetype:csv",
            "file_type:.CSV",
            "files.count:1",
            "filecount:[1 TO 3]",
            "size:>1000",
            "size:[1000000 TO *]",
            "files.total_bytes:2000000",
            "checksum:0cc175b9c0f1b6a831c399e269772661",
            "version:v2.1",
            "versions.index:2",
            "owner:3",
            "parent.access.owned_by.user:3",
            "funder:forschung",
            "funder.id:10.13039/501100001659",
            "grants.code:DFG-12",
            'awards:"Ice and climate"',
            "related.identifier:https\\://example.org/paper",
            "https://example.org/paper",
            "related_identifiers.relation_type:iscitedby",
            "references:nansen",
            "publisher:muniment",
            "locations:svalbard",
            "communities:polar",
            "arXiv:2101.00001",
            "identifiers:2101.00001",
            "_exists_:doi",
            "_exists_:metadata.version",
            "funder:*",
            "O'Brien",
            "author:o'brien",
            "gold-standard",
            "H2O",
            "CC0 10.1000/182 OR lovelace",
        ],
    )
    def test_fields_are_searched_under_the_names_people_use(self, searched: Searched, query: str) -> None:
        searched.add(
            rich_document(),
            index_document(
                8,
                "Plain",
                created="2023-01-01T00:00:00+00:00",
                access="restricted",
                metadata={"publication_date": "1999", "publisher": "Elsewhere"},
            ),
        )
        assert 7 in searched.numbers(query)[:1]

    def test_a_doi_that_is_only_mentioned_comes_after_the_record_that_owns_it(self, searched: Searched) -> None:
        cites = {"related_identifiers": [{"identifier": "10.5072/muniment.1", "scheme": "doi"}]}
        searched.add(*(index_document(number, metadata=cites) for number in range(2, 6)), index_document(1))
        assert searched.numbers("10.5072/muniment.1")[0] == 1
        assert searched.found("10.5072/muniment.1") == {1, 2, 3, 4, 5}
        assert searched.found("doi:10.5072/muniment.1") == {1}

    def test_missing_values(self, searched: Searched) -> None:
        searched.add(index_document(1, metadata={"version": "1.0"}), index_document(2))
        assert searched.found("_exists_:version") == {1}
        assert searched.found("-_exists_:version") == {2}
        assert searched.found("NOT version:*") == {2}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("publication_date:2019", {1}),
            ("publication_date:2020", {1, 2}),
            ("publication_date:[2018 TO 2019]", {1}),
            ("publication_date:>2020", {3}),
            ("publication_date:[* TO 2020-05-01]", {1, 2}),
            ("publication_date:[* TO *]", {1, 2, 3}),
            ("publication_date:0999", set()),
            ("publication_date:2020*", {1, 2}),
            ("publication_date:2019/2020", {1, 2}),
        ],
    )
    def test_periods_are_found_by_any_date_in_them(self, searched: Searched, query: str, expected: set[int]) -> None:
        dates = ("2019-06/2020-02", "2020", "2021-12-31", "not a date")
        searched.add(*(index_document(n, metadata={"publication_date": d}) for n, d in enumerate(dates, 1)))
        assert searched.found(query) == expected

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
        shared: dict[str, Any] = {"labels": {"subject:1"}, "scope": Scope.USER, "owner": "1", "shared": True}
        assert set(searched.search(**shared).keys) == {"record:4"}
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


def rich_document() -> IndexDocument:
    """A record with something in every field."""
    return index_document(
        7,
        "Rich record: gold-standard H2O profiles by O'Brien",
        parent=70,
        owner="3",
        communities=("polar",),
        version=2,
        created="2024-02-10T12:00:00+00:00",
        files={
            "enabled": True,
            "count": 1,
            "total_bytes": 2_000_000,
            "entries": {
                "data/profile-2.csv": {
                    "ext": "csv",
                    "size": 2_000_000,
                    "checksum": "md5:0cc175b9c0f1b6a831c399e269772661",
                }
            },
        },
        metadata={
            "resource_type": {"id": "publication-article"},
            "publication_date": "2021-03-05",
            "publisher": "Muniment Press",
            "version": "v2.1",
            "description": "<p>Profiles of <em>glaciers</em> &amp; fjords.</p>",
            "additional_descriptions": [{"description": "Seasonal notes", "type": {"id": "notes"}}],
            "creators": [
                {
                    "person_or_org": {
                        "type": "personal",
                        "name": "Lovelace, Ada",
                        "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                    },
                    "affiliations": [{"name": "Institute of Polar Studies", "id": "02nr0ka47"}],
                },
                {"person_or_org": {"type": "personal", "name": "O'Brien, Flann"}},
            ],
            "contributors": [
                {"person_or_org": {"type": "personal", "name": "Hopper, Grace"}, "role": {"id": "editor"}}
            ],
            "subjects": [{"subject": "sea ice"}, {"id": "x", "subject": "Cryosphere"}],
            "languages": [{"id": "deu", "title": {"en": "German"}}],
            "rights": [{"id": "cc-by-4.0", "title": {"en": "Creative Commons Attribution"}}],
            "identifiers": [{"identifier": "arXiv:2101.00001", "scheme": "arxiv"}],
            "related_identifiers": [
                {"identifier": "https://example.org/paper", "scheme": "url", "relation_type": {"id": "iscitedby"}}
            ],
            "funding": [
                {
                    "funder": {"id": "10.13039/501100001659", "name": "Deutsche Forschungsgemeinschaft (Forschung)"},
                    "award": {"number": "DFG-12", "title": {"en": "Ice and climate"}},
                }
            ],
            "references": [{"reference": "Nansen, F. (1902) The oceanography of the north polar basin"}],
            "locations": {"features": [{"place": "Svalbard"}]},
        },
        extensions={},
    )
