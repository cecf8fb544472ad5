"""Rules of the tiers beyond the conformance suite: each looks at a plugin's source tree and says what is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from types import MappingProxyType
from typing import Final

from muniment.plugins.installed import InstalledPlugin
from muniment.testing.conformance.text_checks import readme_of

#: A test for every so many lines of code, and never fewer than two: the suite of checks does not count.
_LINES_PER_TEST: Final = 60


@dataclass(frozen=True)
class Rule:
    """One rule of a tier. `problem` says what is missing, or None when it holds; it gets the root of the plugin's
    source, None when that is not here."""

    tier: str
    title: str
    problem: Callable[[InstalledPlugin, Path | None], str | None]
    may_be_exempt: bool = True


def _changelog(_plugin: InstalledPlugin, root: Path | None) -> str | None:
    if root is None:
        return "its source tree is not here"
    file = root / "CHANGELOG.md"
    return None if file.is_file() and "## " in file.read_text("utf-8") else "write a CHANGELOG.md"


def _requirements(plugin: InstalledPlugin, _root: Path | None) -> str | None:
    try:
        wanted = requires(plugin.distribution) or []
    except PackageNotFoundError:
        return "it is not installed as a package"
    core = [text for text in wanted if re.match(r"muniment-core\b(?!\[)", text) and ";" not in text]
    if not core or ">=" not in core[0] or not re.search(r"<|~=|==", core[0]):
        return "require muniment-core with a lower and an upper bound, as muniment-core>=0.1,<0.2"
    return None


def _typed(plugin: InstalledPlugin, _root: Path | None) -> str | None:
    if not (plugin.folder / "py.typed").is_file():
        return "add the empty file py.typed to its package, so that type checkers read its annotations"
    bare = [
        f"{file.name}: {node.name}"
        for file, node in _functions(plugin)
        if node.returns is None or any(item.annotation is None for item in _arguments(node))
    ]
    return f"these functions lack annotations: {', '.join(bare[:5])}" if bare else None


def _tests(plugin: InstalledPlugin, root: Path | None) -> str | None:
    if root is None or not (root / "tests").is_dir():
        return "its tests are not here"
    count = sum(
        len(re.findall(r"^\s*(?:async )?def test_", file.read_text("utf-8"), re.MULTILINE))
        for file in (root / "tests").rglob("test_*.py")
    )
    # What a plugin gives to the tests of others, in a package `testing`, is tested by those.
    files = [file for file in plugin.folder.rglob("*.py") if file.relative_to(plugin.folder).parts[0] != "testing"]
    lines = sum(len(file.read_text("utf-8").splitlines()) for file in files)
    wanted = max(2, lines // _LINES_PER_TEST)
    return (
        f"{count} tests for {lines} lines; {wanted} are expected beside the conformance suite"
        if count < wanted
        else None
    )


def _hooks(plugin: InstalledPlugin, root: Path | None) -> str | None:
    """Each hook that it implements has a test that reaches it."""
    if root is None or not (root / "tests").is_dir():
        return "its tests are not here"
    own = {
        node.name for _, node in _functions(plugin) if any("implements" in ast.unparse(d) for d in node.decorator_list)
    }
    text = "\n".join(file.read_text("utf-8") for file in (root / "tests").rglob("*.py"))
    marked = {name for found in re.findall(r"mark\.hook\(([^)]*)\)", text) for name in re.findall(r'"(\w+)"', found)}
    left = sorted(own - marked - _DECLARATIONS)
    return f"no test is marked hook(…) for {', '.join(left)}" if left else None


def _languages(plugin: InstalledPlugin, _root: Path | None) -> str | None:
    if not any((plugin.folder / "templates").rglob("*.html")):
        return None
    folder = plugin.translations
    found = list(folder.glob("*/LC_MESSAGES/messages.mo")) if folder is not None else []
    return None if found else "its pages speak English only: add a catalogue below translations/"


def _help(plugin: InstalledPlugin, root: Path | None) -> str | None:
    readme = readme_of(plugin) or ""
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)
    if not any((plugin.folder / "templates").rglob("*.html")):
        return None
    there = [name for name in pictures if root is not None and (root / name).is_file()]
    return None if there else "show its pages in the README: ![what is seen](docs/page.png)"


def _released_before(_plugin: InstalledPlugin, _root: Path | None) -> str | None:
    return "an upgrade from a released version of the plugin is to be tested, and Muniment has no release yet"


#: Say something about people rather than do something; the conformance suite looks at them.
_DECLARATIONS: Final = {"privacy_none", "privacy_categories"}

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "has_a_changelog": Rule("silver", "A changelog", _changelog),
        "bounds_the_core": Rule("silver", "Requires the core within bounds", _requirements),
        "is_typed": Rule("silver", "Every function is annotated", _typed),
        "has_tests": Rule("silver", "Tests of its own", _tests),
        "tests_reach_its_hooks": Rule("silver", "A test reaches each hook that it implements", _hooks),
        "speaks_another_language": Rule("silver", "Its pages speak another language", _languages),
        "shows_its_pages": Rule("gold", "The README shows its pages", _help),
        "upgrades_from_a_release": Rule("gold", "Tested upgrade from a released version", _released_before, False),
    }
)


def _functions(plugin: InstalledPlugin) -> Iterator[tuple[Path, ast.FunctionDef]]:
    for file in sorted(plugin.folder.rglob("*.py")):
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield file, node


def _arguments(node: ast.FunctionDef) -> Iterator[ast.arg]:
    for item in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if item.arg not in ("self", "cls"):
            yield item
