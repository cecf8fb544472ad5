"""What the schema refuses is taken out in the smallest piece that makes the rest valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from muniment.errors import Problem
from muniment.records.import_pruning import prune
from muniment.records.schemas import LoadResult


def loader(*checks: Callable[[Mapping[str, Any]], Problem | None]) -> Callable[[Mapping[str, Any]], LoadResult]:
    """A schema that makes the given checks."""
    return lambda data: LoadResult(dict(data), [found for check in checks if (found := check(data))])


def refuses(path: str, bad: Any, message: str = "Invalid.", severity: str = "error") -> Callable[..., Problem | None]:
    """A check that objects to a value at a path; a step that is not there leads nowhere."""

    def check(data: Mapping[str, Any]) -> Problem | None:
        node: Any = data
        for part in path.split("."):
            try:
                node = node[int(part)] if isinstance(node, list) else node[part]
            except (KeyError, IndexError):
                node = None
                break
        return Problem(path, message, severity=severity) if node == bad else None

    return check


def needs(path: str, key: str) -> Callable[..., Problem | None]:
    """A check that every object in the list at a path has a key."""

    def check(data: Mapping[str, Any]) -> Problem | None:
        node: Any = data
        for part in path.split("."):
            node = node.get(part) or {}
        missing = [number for number, item in enumerate(node) if key not in item]
        return Problem(f"{path}.{missing[0]}.{key}", "Missing.") if missing else None

    return check


def test_valid_data_stay_as_they_are() -> None:
    data = {"metadata": {"title": "Sea ice"}}
    pruned = prune(data, loader())
    assert (pruned.data, pruned.losses, pruned.blocking) == (data, [], [])


def test_a_value_that_may_be_missing_goes_alone() -> None:
    data = {"metadata": {"rights": [{"title": "House rules", "link": "nowhere"}]}}
    pruned = prune(data, loader(refuses("metadata.rights.0.link", "nowhere", "Not a valid URL.")))
    assert pruned.data == {"metadata": {"rights": [{"title": "House rules"}]}}
    assert [(loss.field, loss.reason) for loss in pruned.losses] == [
        ("metadata.rights.0.link", "Not a valid URL. Left out.")
    ]


def test_an_entry_that_cannot_do_without_its_value_goes_with_it_and_is_told_once() -> None:
    data = {"metadata": {"dates": [{"date": "2020"}, {"date": "never", "type": "other"}, {"date": "2021"}]}}
    pruned = prune(data, loader(refuses("metadata.dates.1.date", "never"), needs("metadata.dates", "date")))
    assert pruned.data["metadata"]["dates"] == [{"date": "2020"}, {"date": "2021"}]
    assert [loss.field for loss in pruned.losses] == ["metadata.dates.1.date"]


def test_several_entries_of_one_list_go_without_taking_others_along() -> None:
    data = {"metadata": {"sizes": ["1 MB", "", "2 MB", "", "3 MB"]}}

    def blank(data: Mapping[str, Any]) -> LoadResult:
        sizes = data["metadata"]["sizes"]
        problems = [Problem(f"metadata.sizes.{place}", "Blank.") for place, size in enumerate(sizes) if not size]
        return LoadResult(dict(data), problems)

    assert prune(data, blank).data["metadata"]["sizes"] == ["1 MB", "2 MB", "3 MB"]


@pytest.mark.parametrize(
    "field", ["metadata.title", "metadata.creators", "metadata.resource_type.id", "metadata.publication_date", ""]
)
def test_nothing_can_stand_in_for_what_is_required(field: str) -> None:
    data = {"metadata": {"title": "x"}}
    problem = Problem(field, "Shorter than minimum length 3.")
    pruned = prune(data, lambda data: LoadResult(dict(data), [problem]))
    assert pruned.blocking == [problem]
    assert pruned.data == data


def test_a_problem_with_one_creator_is_not_one_with_all() -> None:
    data = {"metadata": {"creators": [{"name": "Ada"}, {"name": ""}]}}
    pruned = prune(data, loader(refuses("metadata.creators.1.name", ""), needs("metadata.creators", "name")))
    assert pruned.data["metadata"]["creators"] == [{"name": "Ada"}]
    assert pruned.blocking == []


def test_what_cannot_be_mended_by_taking_out_is_blocking() -> None:
    problem = Problem("pids.doi", "The prefix belongs to this repository.")
    pruned = prune({"metadata": {"title": "Sea ice"}}, lambda data: LoadResult(dict(data), [problem]))
    assert pruned.blocking == [problem]


def test_a_schema_that_always_objects_ends() -> None:
    def never_content(data: Mapping[str, Any]) -> LoadResult:
        problems = [Problem("metadata.subjects.0", "No.")] if data["metadata"]["subjects"] else []
        return LoadResult(dict(data), problems)

    pruned = prune({"metadata": {"subjects": ["a"] * 100}}, never_content)
    assert pruned.blocking
    assert len(pruned.data["metadata"]["subjects"]) > 50


def test_warnings_are_told_as_losses_and_take_nothing_out() -> None:
    data = {"metadata": {"affiliation": "x"}}
    pruned = prune(data, loader(refuses("metadata.affiliation", "x", "Not known here.", "warning")))
    assert pruned.data == data
    assert [(loss.field, loss.reason) for loss in pruned.losses] == [("metadata.affiliation", "Not known here.")]
