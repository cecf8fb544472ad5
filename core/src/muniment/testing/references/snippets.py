"""Code in hand-written pages, taken from the tests and from what the scaffold writes, so that it is code that runs.

    <!-- snippet: core/tests/hooks/test_own_hooks.py#Reviews -->
    ```python
    (what stands here is replaced)
    ```

The source is a file of the tree, or ``scaffold:FEATURES:PATH``, a file of the plugin `sea-ice` that begins with these
features. After ``#`` comes the name of a function, a class or a constant; without it the whole file is taken.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from muniment.scaffold.features import chosen_features
from muniment.scaffold.names import checked_names
from muniment.scaffold.writing import contents_of
from muniment.testing.references import markdown

#: Where pages with snippets lie.
FOLDER: Final = "docs/plugins"
PLUGIN: Final = "sea-ice"
_BLOCK: Final = re.compile(
    r"(?P<head><!-- snippet: (?P<source>\S+) -->\n```(?:python|toml|html)\n)(?:.*?\n)??(?P<foot>```)", re.DOTALL
)

#: A table that follows from the source, between two comments.
_TABLE: Final = re.compile(r"(?P<head><!-- table: (?P<name>\w+) -->\n)(?:.*?\n)??(?P<foot><!-- end -->)", re.DOTALL)


def pages(root: Path) -> dict[str, str]:
    """The pages by their path below `root`, with every snippet as it is now."""
    return {
        str(file.relative_to(root)): refreshed(file.read_text(encoding="utf-8"), root)
        for file in sorted((root / FOLDER).rglob("*.md"))
    }


def refreshed(text: str, root: Path) -> str:
    """A page with its snippets and tables as they are now."""
    text = _BLOCK.sub(lambda found: found["head"] + snippet(found["source"], root) + "\n" + found["foot"], text)
    return _TABLE.sub(lambda found: found["head"] + "\n".join(_TABLES[found["name"]]()) + "\n" + found["foot"], text)


def _checks() -> list[str]:
    """The checks of the conformance suite, with what their docstrings say."""
    from muniment.testing.conformance import PluginConformance  # which itself looks at the references of hooks

    rows = []
    for kind in PluginConformance.__mro__:
        for name, function in vars(kind).items():
            if name.startswith("test_"):
                rows.append((f"`{name.removeprefix('test_')}`", markdown.one_line(function)))
    return markdown.table(("check", "what it looks at"), rows)


def _rules() -> list[str]:
    from muniment.testing.quality.rules import RULES  # which come with the suite

    return markdown.table(
        ("tier", "rule", "name"), [(rule.tier, rule.title, f"`{name}`") for name, rule in RULES.items()]
    )


_TABLES: Final[Mapping[str, Callable[[], list[str]]]] = {"checks": _checks, "rules": _rules}


def snippet(source: str, root: Path) -> str:
    """The code that a source names; raises `LookupError` when there is none."""
    place, _, name = source.partition("#")
    text = _scaffold(place) if place.startswith("scaffold:") else (root / place).read_text(encoding="utf-8")
    return _part(text, name, source) if name else text.strip()


def _scaffold(place: str) -> str:
    _, features, path = place.split(":")
    written = contents_of(checked_names(PLUGIN, "Sea ice"), chosen_features(features.split(",")))
    if path not in written:
        raise LookupError(f"{place}: the scaffold writes no {path}")
    return written[path]


def _part(text: str, name: str, source: str) -> str:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            first = min([item.lineno for item in node.decorator_list], default=node.lineno)
            lines = text.splitlines()[first - 1 : node.end_lineno]
            return textwrap.dedent("\n".join(lines))
        if isinstance(node, ast.Assign) and name in _targets(node):
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                return node.value.value.strip("\n")
            return ast.get_source_segment(text, node) or ""
    raise LookupError(f"{source}: there is no {name}")


def _targets(node: ast.Assign) -> Iterator[str]:
    return (target.id for target in node.targets if isinstance(target, ast.Name))
