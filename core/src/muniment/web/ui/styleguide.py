"""What the style guide shows: every token of the style sheets, and every macro of `templates/components/`.

The registry is the folder itself: a component file is shown by the specimen of the same name in
`templates/styleguide/specimens/`, and a test fails while one of its macros is not called there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app
from jinja2 import nodes

from muniment.settings.config import Theme
from muniment.web.ui.assets import CORE_STATIC
from muniment.web.ui.branding import CONTROL_PAIRS, TEXT_PAIRS, colours, contrast
from muniment.web.ui.environment import TEMPLATES, icon_names

_SPECIMENS = "styleguide/specimens"
_DECLARATION = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")

#: Macros that every page shows by its frame, so that no specimen repeats them.
FRAME = ("layout.html", "working.html", "styleguide/frame.html")


@dataclass(frozen=True)
class Component:
    """One file of components: its `macros` in order, and what its first comment says."""

    name: str
    macros: tuple[str, ...]
    about: str

    @property
    def specimen(self) -> str:
        return f"{_SPECIMENS}/{self.name}.html"


@dataclass(frozen=True)
class Colour:
    """A colour token in both themes."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True)
class Pair:
    """Two colours that meet, with their contrast in both themes and the least that is allowed."""

    front: str
    back: str
    light: float
    dark: float
    least: float


@lru_cache(maxsize=1)
def components() -> tuple[Component, ...]:
    """The component files of the core, by name."""
    return tuple(_component(path.stem) for path in sorted((TEMPLATES / "components").glob("*.html")))


def _component(name: str) -> Component:
    source = (TEMPLATES / "components" / f"{name}.html").read_text(encoding="utf-8")
    comment = re.match(r"\{#-?(.*?)-?#\}", source, re.DOTALL)
    about = re.sub(r"\n {4}", "\n", comment[1].strip()) if comment else ""
    macros = [node.name for node in _parsed(source).find_all(nodes.Macro)]
    return Component(name, tuple(macro for macro in macros if not macro.startswith("_")), about)


def unshown() -> dict[str, list[str]]:
    """Macros that the style guide does not show, by component file."""
    framed = set().union(*(_called(name) for name in FRAME))
    missing = {}
    for component in components():
        shown = framed | _called(component.specimen)
        lacking = [macro for macro in component.macros if macro not in shown]
        if lacking:
            missing[component.name] = lacking
    return missing


def _called(template: str) -> set[str]:
    """The names that a template calls."""
    path = TEMPLATES / template
    if not path.is_file():
        return set()
    calls: Iterator[Any] = _parsed(path.read_text(encoding="utf-8")).find_all(nodes.Call)
    return {call.node.name for call in calls if isinstance(call.node, nodes.Name)}


def _parsed(source: str) -> nodes.Template:
    return current_app.jinja_env.parse(source)


def colour_tokens(theme: Theme) -> list[Colour]:
    """The colours of the instance."""
    return [Colour(name, light, dark) for name, (light, dark) in colours(theme).items()]


def colour_pairs(theme: Theme) -> list[Pair]:
    """The contrasts that `muniment theme check` looks at."""
    table = colours(theme)
    return [
        Pair(
            front,
            back,
            light=contrast(table[front][0], table[back][0]),
            dark=contrast(table[front][1], table[back][1]),
            least=least,
        )
        for pairs, least in ((TEXT_PAIRS, 4.5), (CONTROL_PAIRS, 3.0))
        for front, back in pairs
    ]


@lru_cache(maxsize=1)
def other_tokens() -> tuple[tuple[str, str], ...]:
    """Tokens that are no colours: pairs of name and value."""
    text = (CORE_STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    return tuple((name, value) for name, value in _DECLARATION.findall(text) if "light-dark" not in value)


def icons() -> list[str]:
    """The names of all icons."""
    return sorted(icon_names())
