"""Who implements a hook or follows an event, read from the source of the plugins in the tree without importing it."""

from __future__ import annotations

import ast
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

#: Where plugins lie in the source tree: those of the core, and the distributions beside it.
_PLACES = ("core/src/muniment/builtin/*/plugin.py", "plugins/*/src/*/plugin.py")


@dataclass(frozen=True)
class Implementation:
    """One plugin's implementation of one hook, with its source."""

    plugin: str
    hook: str
    source: str

    @property
    def length(self) -> int:
        return len(self.source.splitlines())


@lru_cache(maxsize=4)
def implementations(root: Path) -> tuple[Implementation, ...]:
    """All implementations below `root`, by plugin name."""
    found = [item for place in _PLACES for file in sorted(root.glob(place)) for item in _in_file(file)]
    return tuple(sorted(found, key=lambda item: (item.plugin, item.hook)))


def _in_file(file: Path) -> Iterator[Implementation]:
    text = file.read_text(encoding="utf-8")
    name = tomllib.loads((file.parent / "plugin.toml").read_text(encoding="utf-8"))["name"]
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and any(map(_implements, node.decorator_list)):
            first = min(item.lineno for item in node.decorator_list)
            source = "\n".join(lines[first - 1 : node.end_lineno])
            yield Implementation(name, node.name, textwrap.dedent(source))


def _implements(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0] == "implements"
