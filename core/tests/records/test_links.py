"""Links that plugins add to the JSON of records and drafts."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.plugins.service import PluginStateService
from muniment.records.links import AddedLinks, RecordLink

SITE = "http://localhost:5000"
LINKS = [
    RecordLink("colour", "/colours/{id}"),
    RecordLink("fade", "/colours/{id}/fade", "published"),
    RecordLink("mix", "/colours/{id}/mix", "drafts"),
]


@pytest.fixture
def switched(repository: Any, fake_plugin: Any) -> Any:
    """The repository with the plugin on: `switched()`, or off: `switched(False)`."""
    fake_plugin("probe", register_json_links=LINKS)
    states = PluginStateService(repository.database)

    def switch(on: bool = True) -> Any:
        (states.enable if on else states.disable)("probe", SYSTEM)
        return repository.successor()

    return switch


def added(item: Any) -> dict[str, str]:
    """What the plugin has added to the links of a record or draft."""
    names = {link.name for link in LINKS}
    return {name: path for name, path in item.data["links"].items() if name in names}


def test_each_state_has_its_links(switched: Any, make_draft: Any, ada: Any) -> None:
    records, number = switched().records, make_draft().id
    of_all, of_drafts = f"{SITE}/colours/{number}", f"{SITE}/colours/{number}/mix"
    assert added(records.read_draft(ada.actor, number)) == {"colour": of_all, "mix": of_drafts}
    records.publish(ada.actor, number)
    fade = f"{SITE}/colours/{number}/fade"
    assert added(records.read(ANONYMOUS, number)) == {"colour": of_all, "fade": fade}
    assert added(records.edit(ada.actor, number)) == {"colour": of_all, "fade": fade, "mix": of_drafts}


def test_they_come_and_go_with_the_plugin_for_records_that_were_stored_before(
    switched: Any, repository: Any, make_record: Any
) -> None:
    number = make_record().id
    assert added(repository.records.read(ANONYMOUS, number)) == {}
    on = switched()
    for _ in range(2):  # as it is made again, and as it is stored then
        assert added(on.records.read(ANONYMOUS, number))["colour"] == f"{SITE}/colours/{number}"
    off = switched(False)
    for _ in range(2):
        assert added(off.records.read(ANONYMOUS, number)) == {}


@pytest.mark.parametrize("path", ["colours/{id}", "/colours", ""])
def test_a_path_leads_from_the_root_to_one_record(path: str) -> None:
    with pytest.raises(ValueError, match="'colour' needs a path"):
        RecordLink("colour", path)


@pytest.mark.parametrize("name", ["self", "publish", "doi", "colour"])
def test_a_name_that_is_taken_is_refused(switched: Any, repository: Any, fake_plugin: Any, name: str) -> None:
    fake_plugin("second", register_json_links=[RecordLink(name, "/x/{id}")])
    PluginStateService(repository.database).enable("second", SYSTEM)
    generation = switched().generation
    assert "second" not in generation.names
    assert f"'{name}' belongs to" in str(generation.failures)


def test_many_are_made_without_looking_at_what_does_not_concern_them() -> None:
    links = AddedLinks(LINKS)
    assert links.of("7", is_draft=False, published=True) == {"colour": "/colours/7", "fade": "/colours/7/fade"}
    assert links.of("7", is_draft=True, published=False) == {"colour": "/colours/7", "mix": "/colours/7/mix"}
