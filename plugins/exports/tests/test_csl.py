"""CSL-JSON: what citation processors and reference managers take from an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from full import kind, organisation, person

pytestmark = pytest.mark.plugins("exports")


@pytest.fixture
def item(written: Callable[..., bytes]) -> Callable[..., dict[str, Any]]:
    return lambda **changes: orjson.loads(written("csl", **changes))


def test_names_have_parts_and_those_in_one_piece_are_literal(item: Callable[..., dict[str, Any]]) -> None:
    found = item(
        creators=[person("Curie", "Marie"), organisation("Institute of Ice"), person("Plato")],
        contributors=[
            person("Ito", "Jun", role="editor"), person("Bo", role="translator"), person("Ek", role="projectleader"),
            person("Hidden", role="sponsor"),
        ],
    )  # fmt: skip
    assert found["author"] == [
        {"family": "Curie", "given": "Marie"}, {"literal": "Institute of Ice"}, {"family": "Plato"},
    ]  # fmt: skip
    assert found["editor"] == [{"family": "Ito", "given": "Jun"}]
    assert found["translator"] == [{"family": "Bo"}]
    assert found["chair"] == [{"family": "Ek"}]
    assert "Hidden" not in str(found)


def test_dates_have_as_many_parts_as_are_known(item: Callable[..., dict[str, Any]]) -> None:
    expected: dict[str, list[list[int]]] = {
        "1987": [[1987]], "1987-05": [[1987, 5]], "1987-05-14": [[1987, 5, 14]],
        "1986/1987-02": [[1986], [1987, 2]],
    }  # fmt: skip
    for date, parts in expected.items():
        assert item(publication_date=date)["issued"] == {"date-parts": parts}


def test_types_and_containers_are_those_of_csl(item: Callable[..., dict[str, Any]]) -> None:
    journal = {"title": "Polar Record", "volume": "3", "issue": "4", "pages": "5-6", "issn": "0032-2474"}
    fields = {"journal:journal": journal, "imprint:imprint": {"title": "Studies of ice"}}
    article = item(resource_type=kind("publication-article"), sections={"custom_fields": fields})
    assert article["type"] == "article-journal"
    assert (article["container-title"], article["collection-title"]) == ("Polar Record", "Studies of ice")
    assert [article[name] for name in ("volume", "issue", "page", "ISSN")] == ["3", "4", "5-6", "0032-2474"]
    assert item(resource_type=kind("publication-book"))["type"] == "book"
    assert item(resource_type=kind("software"))["type"] == "software"
    assert {item(resource_type=kind(f"publication-{name}"))["type"] for name in ("report", "technicalnote")} == {
        "report"
    }


def test_a_thesis_is_published_by_its_university_and_kept_here(item: Callable[..., dict[str, Any]]) -> None:
    thesis = {"university": "University of Bremen", "type": "PhD"}
    found = item(resource_type=kind("publication-dissertation"), sections={"custom_fields": {"thesis:thesis": thesis}})
    assert [found[name] for name in ("type", "publisher", "archive", "genre")] == [
        "thesis", "University of Bremen", "Test Repository", "PhD",
    ]  # fmt: skip
    assert "archive" not in item()
