"""RO-Crate: what tools for research objects read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from full import kind, organisation, person, with_fields
from validating import ro_crate_shapes

pytestmark = pytest.mark.plugins("exports")
Crate = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def crate(written: Callable[..., bytes]) -> Crate:
    """The entities of a crate by their `@id`."""

    def read(**changes: object) -> dict[str, dict[str, Any]]:
        return {node["@id"]: node for node in orjson.loads(written("ro-crate", **changes))["@graph"]}

    return read


def test_the_root_has_every_file_as_a_part(crate: Crate) -> None:
    found = crate()
    assert found["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    parts = [found[part["@id"]] for part in found["./"]["hasPart"]]
    assert {part["name"]: (part["@type"], part["contentSize"]) for part in parts} == {
        "drift.csv": ("File", "4"), "README.md": ("File", "5"),
    }  # fmt: skip
    assert "distribution" not in found["./"]


def test_a_root_that_is_no_data_set_has_both_types(crate: Crate) -> None:
    assert crate()["./"]["@type"] == "Dataset"
    kinds = crate(resource_type=kind("publication-article"))["./"]["@type"]
    assert kinds == ["Dataset", "ScholarlyArticle"]


def test_who_is_named_twice_is_one_entity(crate: Crate) -> None:
    place = [{"name": "Institute of Ice", "identifiers": [{"scheme": "ror", "identifier": "05gq02987"}]}]
    found = crate(
        creators=[person("A", "B", affiliations=place), person("C", "D", affiliations=place)],
        contributors=[organisation("Without number"), organisation("Without number")],
    )
    names = [node.get("name") for node in found.values()]
    assert names.count("Institute of Ice") == 1
    assert names.count("Without number") == 1


def test_a_licence_is_an_entity_and_its_lack_is_said(crate: Crate) -> None:
    found = crate()
    assert found[found["./"]["license"]["@id"]]["@type"] == "CreativeWork"
    assert crate(rights=[])["./"]["license"] == "No licence was stated."


def test_the_shapes_of_the_profile_are_kept(
    written: Callable[..., bytes], repository: Any, make_record: Callable[..., Any]
) -> None:
    ro_crate_shapes(repository.exports.find("ro-crate").write(with_fields(make_record().data)))
    ro_crate_shapes(written("ro-crate", rights=[], description="", publisher=""))
    broken = orjson.loads(written("ro-crate"))
    del next(node for node in broken["@graph"] if node["@id"] == "./")["datePublished"]
    with pytest.raises(AssertionError, match="datePublished"):
        ro_crate_shapes(orjson.dumps(broken))
