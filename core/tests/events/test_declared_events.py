"""Every event that the core can emit: named once and for ever, documented, and writable as JSON."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from typing import Any, get_type_hints

import orjson
import pytest

import muniment
from muniment.events.event import Event


def _all_events() -> list[type[Event]]:
    for module in pkgutil.walk_packages(muniment.__path__, "muniment."):
        if module.name.rpartition(".")[2] in ("event", "events"):
            importlib.import_module(module.name)
    found: list[type[Event]] = []
    frontier: list[type[Event]] = [Event]
    while frontier:
        found += (children := [child for parent in frontier for child in parent.__subclasses__()])
        frontier = children
    return [event for event in found if event.__module__.startswith("muniment.")]


EVENTS = [event for event in _all_events() if event.__module__ != "muniment.testing.fakes"]
NAMED = [event for event in EVENTS if event.name]


def example(event: type[Event]) -> Event:
    values: dict[str, Any] = {}
    hints = get_type_hints(event)
    for field in dataclasses.fields(event):
        hint = str(hints[field.name])
        values[field.name] = 7 if "int" in hint else "text" if "str" in hint else True
    return event(**values)


def test_names_are_given_once() -> None:
    twice = [name for name, count in Counter(event.name for event in NAMED).items() if count > 1]
    assert not twice


def test_there_are_events_of_records_files_users_and_plugins() -> None:
    assert {"record", "draft", "plugins", "user"} <= {event.name.partition(".")[0] for event in NAMED}


def test_an_event_without_a_name_is_a_base_of_others() -> None:
    assert [event for event in EVENTS if not event.name and not event.__subclasses__()] == []


@pytest.mark.parametrize("event", NAMED, ids=lambda event: event.name)
class TestEvent:
    def test_its_name_is_thing_and_what_happened(self, event: type[Event]) -> None:
        assert re.fullmatch(r"[a-z_-]+\.[a-z_-]+", event.name)
        assert len(event.name) <= 80

    def test_it_says_what_happened(self, event: type[Event]) -> None:
        documentation = event.__dict__.get("__doc__") or ""
        assert documentation.strip()
        assert not documentation.startswith(f"{event.__name__}("), "the text that dataclasses write says nothing"

    def test_it_cannot_be_changed(self, event: type[Event]) -> None:
        happened = example(event)
        with pytest.raises(dataclasses.FrozenInstanceError):
            happened.anything = 1  # type: ignore[attr-defined]

    def test_it_becomes_json_and_keeps_its_fields(self, event: type[Event]) -> None:
        happened = example(event)
        assert event(**orjson.loads(orjson.dumps(happened.payload()))) == happened

    def test_its_key_fits_its_column_and_names_a_thing(self, event: type[Event]) -> None:
        key = example(event).key
        assert 0 < len(key) <= 200
        assert key == event.name or re.fullmatch(r"[a-z-]+:.+", key)

    def test_its_fields_are_plain(self, event: type[Event]) -> None:
        allowed = {"int", "str", "bool", "int | None", "str | None"}
        kinds = {name: inspect.formatannotation(hint) for name, hint in get_type_hints(event).items() if name != "name"}
        assert {name: kind for name, kind in kinds.items() if kind not in allowed} == {}
