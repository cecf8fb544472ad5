"""Slots: declared places in templates that plugins fill without overriding anything."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from muniment.hooks.caller import Hooks

DECLARATIONS = Path(__file__).parent / "slots.toml"


@dataclass(frozen=True)
class Fragment:
    """What a plugin puts into a slot. `html` is escaped unless it is `Markup`; lower `order` comes first."""

    html: str
    order: int = 100


@dataclass(frozen=True)
class SlotDeclaration:
    """A slot as `slots.toml` documents it. `context` tells what a plugin is handed by name; a `bare` slot is filled
    without an element around each fragment."""

    name: str
    template: str
    description: str
    context: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    bare: bool = False


class UnknownSlot(LookupError):
    """A template asks for a slot that `slots.toml` does not declare."""


@lru_cache(maxsize=1)
def declared_slots() -> dict[str, SlotDeclaration]:
    document = tomllib.loads(DECLARATIONS.read_text(encoding="utf-8"))
    return {name: SlotDeclaration(name, **entry) for name, entry in document["slots"].items()}


class Slots:
    """Renders slots with the fragments of enabled plugins; a plugin that fails leaves its place empty."""

    def __init__(self, hooks: Hooks, shows_failures: Callable[[], bool] = lambda: False) -> None:
        self._hooks = hooks
        self._filled = bool(hooks.implementers("render_slot"))
        self._shows_failures = shows_failures

    @property
    def filled(self) -> bool:
        """Whether any enabled plugin fills slots: then a page may change without its record."""
        return self._filled

    def render(self, name: str, **context: Any) -> Markup:
        """The fragments of a slot in order; raises UnknownSlot."""
        declaration = declared_slots().get(name)
        if declaration is None:
            raise UnknownSlot(f"the slot '{name}' is not declared in slots.toml")
        if not self._filled:
            return Markup("")
        failures = dict(self._hooks.failures)
        found = self._hooks.contributions("render_slot", slot=name, context=context)
        parts = [_wrapped(item.plugin, item.value, bare=declaration.bare) for item in found]
        if self._shows_failures() and not declaration.bare:
            parts.extend(
                _failure(plugin) for plugin, count in self._hooks.failures.items() if count > failures.get(plugin, 0)
            )
        return Markup("\n").join(parts)


def _wrapped(plugin: str, fragment: Fragment, *, bare: bool) -> Markup:
    html = Markup.escape(fragment.html)
    return html if bare else Markup('<div class="slot" data-plugin="{}">{}</div>').format(plugin, html)


def _failure(plugin: str) -> Markup:
    """What administrators see in place of a fragment; the cause is in the log."""
    return Markup('<div class="notice bad" data-plugin="{0}"><p>{0}: failed here; see the log.</p></div>').format(
        plugin
    )
