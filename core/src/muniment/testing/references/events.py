"""The reference of events: what happened, with which fields, and what keeps their order."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import muniment
from muniment.events.event import Event
from muniment.testing.references import markdown


def page() -> str:
    rows = [
        (f"`{event.name}`", markdown.one_line(event), _fields(event), f"`{_key(event)}`")
        for event in sorted(declared_events(), key=lambda event: event.name)
    ]
    return markdown.page(
        "Events",
        "An event is written with the transaction that it tells about, and delivered to each handler that names it at "
        "least once. Deliveries of events with the same key to one handler come one at a time and in order. Handlers "
        "load the present state: an event says which thing changed, not how it looks now.",
        markdown.table(("event", "what happened", "fields", "key"), rows),
    )


def declared_events() -> list[type[Event]]:
    """Every event that the core declares, found in its modules called `event` or `events`."""
    for module in pkgutil.walk_packages(muniment.__path__, "muniment."):
        if re.search(r"\.events?$", module.name) and ".testing." not in module.name:
            importlib.import_module(module.name)
    own = [event for event in _subclasses(Event) if event.__module__.startswith("muniment.")]
    return [event for event in own if event.name and not event.__module__.startswith("muniment.testing.")]


def _subclasses(kind: type[Event]) -> Iterator[type[Event]]:
    for found in kind.__subclasses__():
        yield found
        yield from _subclasses(found)


def example(event: type[Event]) -> Event:
    """An event with a value of the right type in each field."""
    values: dict[str, Any] = {}
    for name, hint in _types(event).items():
        values[name] = 7 if "int" in hint else "text" if "str" in hint else True
    return event(**values)


def _types(event: type[Event]) -> dict[str, str]:
    hints = get_type_hints(event)
    return {
        item.name: str(hints[item.name]) if hasattr(hints[item.name], "__args__") else hints[item.name].__name__
        for item in dataclasses.fields(event)
    }


def _fields(event: type[Event]) -> str:
    return ", ".join(f"`{name}: {kind}`" for name, kind in _types(event).items())


def _key(event: type[Event]) -> str:
    return re.sub(r":.*", ":…", example(event).key)
