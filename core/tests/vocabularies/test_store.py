"""Vocabularies whose plugin keeps the terms in tables of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from muniment.access.actor import SYSTEM
from muniment.errors import Conflict, InvalidRequest
from muniment.repository import Repository
from muniment.vocabularies.service import VocabularyService
from muniment.vocabularies.store import TermSearch
from muniment.vocabularies.term import Term
from muniment.vocabularies.vocabulary import Vocabularies, Vocabulary

DAY = datetime(2026, 1, 1, tzinfo=UTC)


class Stones:
    """Two stones, which are asked for as a plugin's table would be."""

    def __init__(self) -> None:
        self.titles = {"opal": "Opal", "jade": "Jade"}
        self.reads: list[tuple[str, ...]] = []

    def _term(self, identifier: str) -> Term:
        title = {"en": self.titles[identifier]}
        return Term(id=identifier, title=title, type="stones", revision=1, created=DAY, updated=DAY)

    def count(self, session: Session) -> int:
        return len(self.titles) if session else 0

    def read(self, session: Session, identifiers: Sequence[str]) -> Iterable[Term]:
        self.reads.append(tuple(identifiers))
        return [self._term(identifier) for identifier in identifiers if identifier in self.titles]

    def search(self, session: Session, wanted: TermSearch) -> tuple[list[Term], int]:
        found = [self._term(key) for key in self.titles if wanted.suggest.lower() in key]
        return found[: wanted.size], len(found)

    def begin(self, repository: Repository) -> int:
        with repository.database.read() as session:
            return 0 if self.count(session) else 1


@pytest.fixture
def stones() -> Stones:
    return Stones()


@pytest.fixture
def service(repository: Repository, stones: Stones) -> VocabularyService:
    service = VocabularyService(repository)
    service.registered = Vocabularies([Vocabulary("stones", {"en": "Stones"}, store=stones)])
    return service


def test_terms_of_a_store_resolve_and_are_remembered(service: VocabularyService, stones: Stones) -> None:
    pairs = [("stones", "opal"), ("stones", "glass"), ("stones", "a\x00b")]
    assert service.resolve(pairs).keys() == {("stones", "opal")}
    service.resolve([("stones", "opal")])
    assert stones.reads == [("glass", "opal")]


def test_a_change_is_seen_once_it_was_told(service: VocabularyService, stones: Stones) -> None:
    service.get("stones", "opal")
    stones.titles["opal"] = "Fire opal"
    with service.repository.database.write() as unit:
        service.changed(unit, "stones")
    assert service.get("stones", "opal").title_for("en") == "Fire opal"


def test_a_store_answers_searches_and_counts(service: VocabularyService) -> None:
    page = service.search("stones", suggest=" JA ", size=5)
    assert ([term.id for term in page.terms], page.total, page.sort_by) == (["jade"], 1, "bestmatch")
    assert [info.count for info in service.types()] == [2]
    with pytest.raises(InvalidRequest, match="sort option"):
        service.search("stones", sort="weight")


def test_an_empty_store_is_filled_where_vocabularies_are_loaded(service: VocabularyService, stones: Stones) -> None:
    assert [report.added for report in service.load()] == [0]
    stones.titles.clear()
    assert [report.added for report in service.load(["stones"])] == [1]


def test_terms_of_a_store_are_changed_by_their_plugin_only(service: VocabularyService) -> None:
    for act in (
        lambda: service.create(SYSTEM, "stones", {"id": "ruby", "title": {"en": "Ruby"}}),
        lambda: service.update(SYSTEM, "stones", "opal", {"title": {"en": "Ruby"}}),
        lambda: service.delete(SYSTEM, "stones", "opal"),
    ):
        with pytest.raises(Conflict, match="come from the plugin"):
            act()


def test_a_vocabulary_has_a_file_or_a_store(stones: Stones) -> None:
    with pytest.raises(ValueError, match="either a file"):
        Vocabulary("stones", {"en": "Stones"})
    with pytest.raises(ValueError, match="either a file"):
        Vocabulary("stones", {"en": "Stones"}, Path("stones.jsonl"), stones)
