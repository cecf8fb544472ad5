"""Slots: declared places in templates that plugins fill without overriding anything."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import Markup

from muniment.hooks.caller import Hooks, noting_failures

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
    """A template asks for a slot that `slots.toml` does not declare, or a plugin lists one."""


@lru_cache(maxsize=1)
def declared_slots() -> dict[str, SlotDeclaration]:
    document = tomllib.loads(DECLARATIONS.read_text(encoding="utf-8"))
    return {name: SlotDeclaration(name, **entry) for name, entry in document["slots"].items()}


def unknown_slot(name: str) -> str:
    """What to say about a slot that there is not."""
    close = difflib.get_close_matches(name, list(declared_slots()), n=1)
    return f"plugin.toml lists the slot '{name}', which no page has" + (
        f"; did you mean '{close[0]}'?" if close else ""
    )


#: Slots of the frame around every page, which know nothing of what the page is about.
FRAME: Final = ("page.head", "page.banner", "page.footer")


class Slots:
    """Renders slots with the fragments of enabled plugins; a plugin that fails leaves its place empty.

    `declared` are the slots that each plugin's manifest lists; who lists none may fill any. `steady` are those whose
    fragments follow from their context, the language and the generation alone.
    """

    def __init__(
        self,
        hooks: Hooks,
        shows_failures: Callable[[], bool] = lambda: False,
        declared: Mapping[str, Collection[str]] | None = None,
        steady: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._hooks = hooks
        self._shows_failures = shows_failures
        plugins = hooks.implementers("render_slot")
        listed = declared or {}
        self._fillers = {
            name: frozenset(plugin for plugin in plugins if not listed.get(plugin) or name in listed[plugin])
            for name in declared_slots()
        }
        self._steady = {
            name: frozenset(plugin for plugin, names in (steady or {}).items() if name in names)
            for name in declared_slots()
        }

    def may_fill(self, *names: str) -> bool:
        """Whether an enabled plugin may put something into one of these slots."""
        return any(self._fillers[name] for name in names)

    def vary(self, *names: str) -> bool:
        """Whether one of these slots may hold what follows from more than the record, the language and the generation,
        so that a page with it cannot be kept."""
        return any(self._fillers[name] - self._steady.get(name, frozenset()) for name in names)

    def frame(self) -> tuple[Markup, ...]:
        """What stands in the frame of the page at hand; a page that is kept in memory is one for this."""
        return tuple(self.render(name) for name in FRAME if self._fillers[name])

    def render(self, name: str, **context: Any) -> Markup:
        """The fragments of a slot in order; raises UnknownSlot."""
        declaration = declared_slots().get(name)
        if declaration is None:
            raise UnknownSlot(f"the slot '{name}' is not declared in slots.toml")
        fillers = self._fillers[name]
        if not fillers:
            return Markup("")
        with noting_failures() as failed:
            found = self._hooks.contributions("render_slot", slot=name, context=context)
        found = [item for item in found if item.plugin in fillers]
        parts = [_wrapped(item.plugin, item.value, bare=declaration.bare) for item in found]
        if self._shows_failures() and not declaration.bare:
            parts.extend(map(_failure, failed))
        return Markup("\n").join(parts)


def _wrapped(plugin: str, fragment: Fragment, *, bare: bool) -> Markup:
    html = Markup.escape(fragment.html)
    return html if bare else Markup('<div class="slot" data-plugin="{}">{}</div>').format(plugin, html)


def _failure(plugin: str) -> Markup:
    """What administrators see in place of a fragment, with the way to the plugin; the cause is in the log."""
    text = _(
        "%(plugin)s failed here; visitors see nothing of it, and the log says why. Install a version that works, or "
        "switch it off.",
        plugin=plugin,
    )
    return Markup(
        '<div class="notice bad" data-plugin="{0}"><p>{1} <a href="/control/plugins/{0}">{2}</a></p></div>'
    ).format(plugin, text, _("To the plugin"))
