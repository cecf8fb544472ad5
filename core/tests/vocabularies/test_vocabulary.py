"""What a plugin may register."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.errors import NotFound
from muniment.repository import Repository
from muniment.vocabularies.vocabulary import Vocabularies, Vocabulary

FILE = Path("terms.jsonl")


@pytest.mark.parametrize("name", ["languages", "code:developmentStatus", "iso639"])
def test_names_are_words_with_a_namespace_if_need_be(name: str) -> None:
    assert Vocabulary(name, {"en": "Terms"}, FILE).name == name


@pytest.mark.parametrize("name", ["", "Languages", "two words", "a/b", "code:", ":status", "a:b:c", "é", "a" * 101])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be named"):
        Vocabulary(name, {"en": "Terms"}, FILE)


def test_a_vocabulary_has_an_english_title() -> None:
    with pytest.raises(ValueError, match="English title"):
        Vocabulary("terms", {"de": "Begriffe"}, FILE)


def test_vocabularies_are_listed_by_name_and_unknown_ones_are_not_found() -> None:
    table = Vocabularies([Vocabulary("zoo", {"en": "Zoo"}, FILE), Vocabulary("art", {"en": "Art"}, FILE)])
    assert [item.name for item in table] == ["art", "zoo"]
    assert "zoo" in table
    with pytest.raises(NotFound, match="no vocabulary named 'nope'"):
        table.get("nope")


@pytest.mark.hook("register_vocabularies")
def test_the_core_registers_the_vocabularies_of_the_metadata(repository: Repository) -> None:
    counts = {info.vocabulary.name: info.count for info in repository.vocabularies.types()}
    expected = {
        "contributorsroles": 22,
        "creatorsroles": 22,
        "datetypes": 12,
        "descriptiontypes": 7,
        "relationtypes": 39,
        "removalreasons": 12,
        "resourcetypes": 47,
        "titletypes": 4,
    }
    assert expected.items() <= counts.items()
    assert counts["languages"] > 7800
    assert counts["licenses"] > 700
