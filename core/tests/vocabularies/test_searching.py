"""Searching terms while somebody types, with queries, tags, orders and pages."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.errors import InvalidRequest, NotFound, ValidationFailed
from muniment.repository import Repository


@pytest.fixture
def find(repository: Repository) -> Any:
    """`find("languages", suggest="eng")` gives the ids of the first page."""

    def search(vocabulary: str, **arguments: Any) -> list[str]:
        return [term.id for term in repository.vocabularies.search(vocabulary, **arguments).terms]

    return search


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("en", "eng"),
        ("ENG", "eng"),
        ("englisch", "eng"),
        ("anglais", "eng"),
        ("deu", "deu"),
        ("de", "deu"),
        ("ger", "deu"),
        ("greek", "ell"),
        ("francais", "fra"),
        ("bokmal", "nob"),
        ("ελληνικα", "ell"),
        ("日本", "jpn"),
        ("castil", "spa"),
        ("chinese mandarin", "cmn"),
        ("old eng", "ang"),
    ],
)
def test_a_language_is_found_by_code_by_name_in_any_language_and_without_accents(
    find: Any, typed: str, first: str
) -> None:
    assert find("languages", suggest=typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cc-by-4", "cc-by-4.0"),
        ("CC BY", "cc-by-4.0"),
        ("mit", "mit"),
        ("apache", "apache-2.0"),
        ("gpl", "gpl-3.0-or-later"),
        ("namensnennung", "cc-by-4.0"),
        ("gnu lesser 2.1 only", "lgpl-2.1-only"),
    ],
)
def test_a_licence_is_found_by_id_and_name_recommended_ones_first(find: Any, typed: str, first: str) -> None:
    assert find("licenses", suggest=typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("data", ["dataset", "publication-datapaper"]),
        ("daten", ["dataset"]),
        ("soft", ["software"]),
        ("other", ["other", "publication-other", "image-other"]),
    ],
)
def test_a_type_comes_before_its_kinds_and_what_mentions_it(find: Any, typed: str, order: list[str]) -> None:
    assert find("resourcetypes", suggest=typed)[: len(order)] == order


@pytest.mark.parametrize(
    ("typed", "first"), [("c++", "c++"), ("c#", "c#"), ("C", "c"), ("visual basic .net", "visual_basic_.net")]
)
def test_signs_in_names_of_programming_languages_count(find: Any, typed: str, first: str) -> None:
    assert find("code:programmingLanguages", suggest=typed)[0] == first


@pytest.mark.parametrize("typed", ["xyzzy", "%", "_", "!!!", "|", "english klingon"])
def test_what_does_not_match_finds_nothing(find: Any, typed: str) -> None:
    assert find("licenses", suggest=typed) == []


def test_words_match_from_their_beginning_only(find: Any) -> None:
    assert "eng" not in find("languages", suggest="glish")


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ("id:deu", {"deu"}),
        ("id:(deu OR eng)", {"deu", "eng"}),
        ('"old english"', {"ang"}),
        ("title:deutsch", {"deu"}),
        ("norwegian bokmål", {"nob"}),
        ("swahil*", {"swa", "swh"}),
        ("id:d?u AND german", {"deu"}),
        ("german AND tags:special", set()),
    ],
)
def test_the_query_language_works_over_id_title_and_tags(find: Any, q: str, ids: set[str]) -> None:
    found = set(find("languages", q=q, size=100))
    assert ids <= found if q.startswith("swahil") else found == ids


def test_a_query_can_exclude(repository: Repository) -> None:
    search = repository.vocabularies.search
    everything = search("languages").total
    living = search("languages", q="tags:living").total
    assert search("languages", q="NOT tags:living").total == everything - living
    assert search("languages", q="*").total == everything
    assert search("resourcetypes", q="tags:*").total == 47
    assert search("datetypes", q="tags:*").total == 0


@pytest.mark.parametrize("q", ["(open", "nofield:x", "g*man", "german~1", "tags:liv*", "title:/x/"])
def test_a_query_that_cannot_be_understood_is_a_clear_400(find: Any, q: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        find("languages", q=q)
    assert error.value.status == 400
    assert error.value.errors[0].field == "q"


def test_very_long_input_is_answered_all_the_same(find: Any) -> None:
    assert find("languages", suggest="word " * 20_000) == []
    assert find("languages", suggest="x" * 200_000) == []
    assert find("languages", q='"' + "word " * 200 + '"') == []
    assert find("languages", tags=["x" * 100_000]) == []
    with pytest.raises(InvalidRequest, match="syntax"):
        find("languages", q=" OR ".join(["word"] * 101))
    assert find("languages", q=" OR ".join(["english"] * 100), size=1) == ["eng"]
    with pytest.raises(ValidationFailed, match="tags"):
        find("languages", tags=[f"tag{number}" for number in range(101)])


def test_tags_limit_the_terms(find: Any) -> None:
    assert find("licenses", tags=["recommended"], sort="bestmatch") == [
        "cc-by-4.0", "cc-by-sa-4.0", "cc0-1.0", "mit", "apache-2.0", "gpl-3.0-or-later",
    ]  # fmt: skip
    assert find("licenses", tags=["recommended", "data"], suggest="cc0") == ["cc0-1.0"]
    assert find("resourcetypes", tags=["depositable"], suggest="project") == [
        "publication-deliverable", "publication-milestone",
    ]  # fmt: skip
    assert find("licenses", tags=["recom"]) == []
    assert find("licenses", tags=['"', "%"]) == []


def test_without_anything_to_match_terms_come_by_english_title(repository: Repository) -> None:
    page = repository.vocabularies.search("datetypes")
    assert page.sort_by == "title"
    titles = [term.title["en"] for term in page.terms]
    assert titles == sorted(titles)
    assert repository.vocabularies.search("datetypes", suggest="a").sort_by == "bestmatch"


def test_best_match_of_nothing_is_the_order_of_the_file(find: Any) -> None:
    assert find("resourcetypes", sort="bestmatch", size=3) == [
        "publication", "publication-annotationcollection", "publication-book",
    ]  # fmt: skip


def test_new_terms_come_first_or_last(repository: Repository, find: Any) -> None:
    from muniment.access.actor import SYSTEM

    repository.vocabularies.create(SYSTEM, "titletypes", {"id": "nickname", "title": {"en": "Nickname"}})
    assert find("titletypes", sort="newest")[0] == "nickname"
    assert find("titletypes", sort="oldest")[-1] == "nickname"


def test_pages_are_disjoint_and_complete(repository: Repository) -> None:
    search = repository.vocabularies.search
    pages = [search("relationtypes", page=page, size=10) for page in range(1, 6)]
    found = [term.id for page in pages for term in page.terms]
    assert [len(page.terms) for page in pages] == [10, 10, 10, 9, 0]
    assert len(set(found)) == 39
    assert {page.total for page in pages} == {39}


def test_an_unknown_order_or_vocabulary_is_refused(find: Any) -> None:
    with pytest.raises(InvalidRequest, match="Invalid sort option 'random'"):
        find("languages", sort="random")
    with pytest.raises(NotFound):
        find("tongues")
