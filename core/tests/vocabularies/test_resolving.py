"""Resolving references: in batches, remembered, and never out of date in any process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import NotFound
from muniment.repository import Repository
from muniment.vocabularies.cache import TermCache
from muniment.vocabularies.service import VocabularyService
from muniment.vocabularies.storing import TermWriter

PAIRS = [("languages", "deu"), ("languages", "eng"), ("licenses", "cc-by-4.0"), ("resourcetypes", "dataset")]


def selects(statements: list[str]) -> list[str]:
    return [statement for statement in statements if statement.startswith("SELECT")]


def test_what_exists_is_found_and_what_does_not_is_left_out(repository: Repository) -> None:
    found = repository.vocabularies.resolve([*PAIRS, ("languages", "xxx"), ("nothing", "x"), ("languages", "a\x00b")])
    assert set(found) == set(PAIRS)
    assert found["languages", "deu"].title["de"] == "Deutsch"
    assert found["licenses", "cc-by-4.0"].props["url"] == "https://creativecommons.org/licenses/by/4.0/"


def test_nothing_to_resolve_costs_nothing(repository: Repository, sql_statements: list[str]) -> None:
    assert repository.vocabularies.resolve([]) == {}
    assert repository.vocabularies.resolve([("unknown", "x")]) == {}
    assert sql_statements == []


def test_remembered_terms_cost_one_statement_however_many(repository: Repository, sql_statements: list[str]) -> None:
    repository.vocabularies.resolve(PAIRS)
    assert len(selects(sql_statements)) == 4  # generations, then one for each vocabulary
    sql_statements.clear()
    assert len(repository.vocabularies.resolve(PAIRS)) == 4
    assert len(selects(sql_statements)) == 1


def test_a_change_is_seen_at_once_by_every_process(open_repository: Callable[..., Repository]) -> None:
    here, there = open_repository(), open_repository()
    pair = ("resourcetypes", "dataset")
    assert there.vocabularies.resolve([pair])[pair].title["en"] == "Dataset"
    here.vocabularies.update(SYSTEM, *pair, {"title": {"en": "Research data"}})
    assert there.vocabularies.resolve([pair])[pair].title["en"] == "Research data"
    assert here.vocabularies.get(*pair).revision == 2


def test_at_one_moment_nobody_looks_twice(
    repository: Repository, open_repository: Callable[..., Repository], sql_statements: list[str]
) -> None:
    here, there, pair = repository.vocabularies, open_repository(), ("resourcetypes", "dataset")
    here.resolve([pair])
    sql_statements.clear()
    with here.at_one_moment():
        here.resolve([pair])
        with here.at_one_moment():
            here.resolve([pair])
        there.vocabularies.update(SYSTEM, *pair, {"title": {"en": "Research data"}})
        assert here.resolve([pair])[pair].title["en"] == "Dataset"
    assert len([one for one in selects(sql_statements) if "vocabularies" in one]) == 1
    assert here.resolve([pair])[pair].title["en"] == "Research data"


def test_what_was_rolled_back_is_not_remembered(repository: Repository) -> None:
    pair = ("titletypes", "subtitle")
    service = repository.vocabularies

    def change_and_fail() -> None:
        with repository.database.write() as unit:
            writer = TermWriter(unit, "titletypes")
            writer.change([{"id": "subtitle", "title": {"en": "Never"}}])
            writer.finish()
            assert service.resolve([pair])[pair].title == {"en": "Never"}
            raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        change_and_fail()
    assert service.resolve([pair])[pair].title["en"] == "Subtitle"
    service.update(SYSTEM, *pair, {"title": {"en": "Under"}})  # takes the generation that was rolled back
    assert service.resolve([pair])[pair].title == {"en": "Under"}


def test_a_term_of_a_vocabulary_that_nobody_registers_is_not_found(
    repository: Repository, colours: VocabularyService, write_colours: Callable[..., None]
) -> None:
    write_colours(red="Red")
    colours.load()
    assert colours.get("colours", "red").id == "red"
    assert repository.vocabularies.resolve([("colours", "red")]) == {}
    with pytest.raises(NotFound, match="no vocabulary named 'colours'"):
        repository.vocabularies.get("colours", "red")


def test_an_unknown_term_is_not_found(repository: Repository) -> None:
    with pytest.raises(NotFound):
        repository.vocabularies.get("languages", "xxx")


def test_a_full_cache_starts_anew(repository: Repository) -> None:
    terms = repository.vocabularies.resolve(PAIRS)
    cache = TermCache(max_terms=2)
    generations = {vocabulary: 1 for vocabulary, _ in PAIRS}
    cache.remember(terms.values(), generations)
    kept = cache.find(PAIRS, generations)
    assert 0 < len(kept) <= 2
    assert all(terms[pair] == term for pair, term in kept.items())
