"""Loading a vocabulary: adds, changes, and leaves alone what it must not touch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from muniment.access.actor import SYSTEM
from muniment.errors import ConfigurationError, NotFound
from muniment.events.models import EventRow
from muniment.repository import Repository
from muniment.vocabularies.loading import LoadReport
from muniment.vocabularies.service import VocabularyService

Write = Callable[..., None]


def ids(service: VocabularyService) -> list[str]:
    """The terms in the order of forms."""
    return [term.id for term in service.search("colours", sort="bestmatch").terms]


def generations(repository: Repository) -> list[int]:
    with repository.database.read() as session:
        rows = session.execute(
            select(EventRow.payload).where(EventRow.key == "vocabulary:colours").order_by(EventRow.id)
        )
        return [row.payload["generation"] for row in rows]


def test_terms_are_added_in_the_order_of_the_file(colours: VocabularyService, write_colours: Write) -> None:
    write_colours(red="Red", blue="Blue", amber="Amber")
    [report] = colours.load()
    assert report == LoadReport("colours", added=3)
    assert report.total == 3
    assert ids(colours) == ["red", "blue", "amber"]
    assert colours.get("colours", "blue").revision == 1


def test_loading_again_changes_only_what_has_changed(colours: VocabularyService, write_colours: Write) -> None:
    write_colours(red="Red", blue="Blue")
    colours.load()
    before = colours.get("colours", "red")
    write_colours(green="Green", red="Red", blue={"title": {"en": "Azure"}, "tags": ["cold"]})
    [report] = colours.load()
    assert report == LoadReport("colours", added=1, changed=1, unchanged=1)
    assert ids(colours) == ["green", "red", "blue"]
    assert colours.get("colours", "red") == before
    blue = colours.get("colours", "blue")
    assert (blue.title, blue.tags, blue.revision) == ({"en": "Azure"}, ("cold",), 2)
    assert blue.updated > blue.created
    assert [term.id for term in colours.search("colours", suggest="azu").terms] == ["blue"]
    assert colours.search("colours", suggest="blue").terms[0].id == "blue"  # still its id


def test_a_file_that_was_loaded_last_is_not_read_again(
    colours: VocabularyService, write_colours: Write, repository: Repository
) -> None:
    write_colours(red="Red")
    colours.load()
    assert colours.load() == [LoadReport("colours", unchanged=1, skipped=True)]
    assert colours.load(force=True) == [LoadReport("colours", unchanged=1)]
    assert generations(repository) == [1, 2]


def test_terms_that_left_the_file_stay_since_records_may_name_them(
    colours: VocabularyService, write_colours: Write
) -> None:
    write_colours(red="Red", blue="Blue")
    colours.load()
    write_colours(red="Red")
    [report] = colours.load()
    assert report == LoadReport("colours", unchanged=1, left=1)
    assert colours.get("colours", "blue").title == {"en": "Blue"}


def test_what_an_administrator_has_changed_or_added_stays(colours: VocabularyService, write_colours: Write) -> None:
    write_colours(red="Red", blue="Blue")
    colours.load()
    colours.update(SYSTEM, "colours", "red", {"title": {"en": "Scarlet"}})
    colours.create(SYSTEM, "colours", {"id": "pink", "title": {"en": "Pink"}})
    write_colours(red="Crimson", blue="Blue")
    [report] = colours.load()
    assert report == LoadReport("colours", unchanged=1, edited=1, left=1)
    assert colours.get("colours", "red").title == {"en": "Scarlet"}


def test_a_file_with_a_mistake_changes_nothing(
    colours: VocabularyService, write_colours: Write, colours_file: Path, repository: Repository
) -> None:
    write_colours(red="Red")
    colours.load()
    colours_file.write_text('{"id": "blue", "title": {"en": "Blue"}}\n{"id": "red"}\n')
    with pytest.raises(ConfigurationError, match="line 2"):
        colours.load()
    assert ids(colours) == ["red"]
    assert generations(repository) == [1]


def test_many_terms_are_loaded_in_chunks(colours: VocabularyService, colours_file: Path) -> None:
    lines = [f'{{"id": "c{number}", "title": {{"en": "Colour {number}"}}}}' for number in range(2501)]
    colours_file.write_text("\n".join(lines))
    assert colours.load() == [LoadReport("colours", added=2501)]
    colours_file.write_text("\n".join(lines).replace("Colour", "Shade"))
    assert colours.load() == [LoadReport("colours", changed=2501)]
    assert colours.search("colours", suggest="shade 2500").total == 1
    assert colours.search("colours", suggest="colour").total == 0


def test_progress_is_told_each_report(colours: VocabularyService, write_colours: Write) -> None:
    write_colours(red="Red")
    seen: list[LoadReport] = []
    assert colours.load(["colours"], progress=seen.append) == seen


def test_an_unknown_vocabulary_is_not_found(colours: VocabularyService) -> None:
    with pytest.raises(NotFound, match="no vocabulary named 'sounds'"):
        colours.load(["sounds"])
