"""The part of the contract of search backends that is about queries: words, operators, fields, scripts."""

from __future__ import annotations

import pytest

from muniment.testing.search_documents import Searched, index_document, rich_document

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


class QueryContract:
    """What a query finds. `searched` comes from `SearchContract`."""

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
