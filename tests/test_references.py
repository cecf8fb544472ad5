"""The generated references are those of this source tree; every hook is described, told of and reached by a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from muniment.hooks.specifications import SPECIFICATIONS
from muniment.testing.references import configuration, documents
from muniment.testing.references.hooks import arguments_of, hooks_of
from muniment.testing.references.markdown import read_docstring
from muniment.testing.references.sources import implementations

ROOT = Path(__file__).parents[1]
DOCUMENTS = documents(ROOT)
COMMAND = "python -m muniment.testing.references"
HOOKS = {name: function for specification in SPECIFICATIONS for name, function, _ in hooks_of(specification)}


@pytest.mark.parametrize("path", sorted(DOCUMENTS))
def test_a_generated_reference_is_current(path: str) -> None:
    file = ROOT / path
    assert file.exists(), f"{path} is missing; run: {COMMAND}"
    assert file.read_text(encoding="utf-8") == DOCUMENTS[path], f"stale; run: {COMMAND}"


def test_no_page_of_hooks_is_left_over() -> None:
    assert {f"docs/hooks/{file.name}" for file in (ROOT / "docs" / "hooks").iterdir()} <= DOCUMENTS.keys()


@pytest.mark.parametrize(("name", "function"), sorted(HOOKS.items()), ids=sorted(HOOKS))
class TestHook:
    """What makes a hook a contract."""

    def test_it_is_described_with_each_argument_and_result(self, name: str, function: Any) -> None:
        found = read_docstring(function)
        assert len(found.prose.split()) >= 5
        assert list(found.arguments) == list(arguments_of(function))
        assert all(len(words.split()) >= 3 for words in found.arguments.values())
        returns = function.__annotations__["return"]
        assert (returns == "None") == (not found.returns), f"{name}: say what :returns: means"

    def test_its_arguments_and_result_are_typed(self, name: str, function: Any) -> None:
        assert set(function.__annotations__) == {*arguments_of(function), "return"}
        assert not any(kind == "Any" for kind in arguments_of(function).values())

    def test_it_is_told_of_in_the_changelog(self, name: str, function: Any) -> None:
        told = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("### Hooks")[2]
        assert f"`{name}`" in told

    def test_a_plugin_in_this_tree_implements_it(self, name: str, function: Any) -> None:
        """A hook comes with the plugin that uses it; slots are filled, and formats added, by plugins of their own."""
        if name not in ("render_slot", "register_representations"):
            assert [item.plugin for item in implementations(ROOT) if item.hook == name]

    def test_a_test_reaches_an_implementation(self, name: str, function: Any) -> None:
        """A mark alone is not enough: the test kit fails a marked test in which no implementation ran."""
        assert name in marked(), f"no test is marked hook({name!r})"


def marked() -> set[str]:
    """The names in marks `hook(…)` of all tests, but those inside of texts."""
    found: set[str] = set()
    for folder in (ROOT / "core" / "tests", *sorted((ROOT / "plugins").glob("*/tests")), ROOT / "tests"):
        for file in folder.rglob("test_*.py"):
            for arguments in re.findall(r"^\s*@pytest\.mark\.hook\(([^)]*)\)", file.read_text(encoding="utf-8"), re.M):
                found.update(re.findall(r'"([a-z_]+)"', arguments))
    return found


@pytest.mark.parametrize("section", sorted(configuration.sections()))
def test_every_key_of_the_configuration_is_explained(section: str) -> None:
    kind = configuration.sections()[section]
    described = configuration.meanings_of_keys()[kind.__name__]
    assert list(described) == configuration.keys(kind), f"write '#: …' above each key of [{section}]"
    assert all(text.endswith((".", ")")) for text in described.values())
