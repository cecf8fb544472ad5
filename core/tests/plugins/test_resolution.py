"""Which plugins can run together, and in which order: dependencies first, then names, never installation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import Manifest
from muniment.plugins.resolution import dependents, requirements, resolve


def installed(name: str, **manifest: object) -> InstalledPlugin:
    values: dict[str, object] = {"title": name, "description": "", "category": "service", "hook_api": 0, **manifest}
    return InstalledPlugin(
        Manifest(name=name, **values),  # type: ignore[arg-type]
        f"muniment_{name}.plugin:Plugin",
        Path("/nowhere"),
        "1.0",
        f"muniment-{name}",
    )


def order(*plugins: InstalledPlugin) -> list[str]:
    found, reasons = resolve([plugin.name for plugin in plugins], {plugin.name: plugin for plugin in plugins})
    assert not reasons
    return [plugin.name for plugin in found]


def reasons(*plugins: InstalledPlugin, names: Sequence[str] = ()) -> dict[str, str]:
    known = {plugin.name: plugin for plugin in plugins}
    found, why = resolve(names or list(known), known)
    assert {plugin.name for plugin in found}.isdisjoint(why)
    return why


def test_names_decide_between_independent_plugins_however_they_were_installed() -> None:
    plugins = [installed("c"), installed("a"), installed("b")]
    for arrangement in itertools.permutations(plugins):
        assert order(*arrangement) == ["a", "b", "c"]


def test_what_is_required_or_used_comes_first() -> None:
    assert order(installed("a", requires=("z",)), installed("z")) == ["z", "a"]
    assert order(installed("a", uses=("z",)), installed("z")) == ["z", "a"]
    assert order(installed("a", requires=("b",)), installed("b", requires=("c",)), installed("c")) == ["c", "b", "a"]


def test_the_cores_own_plugins_come_before_all_others() -> None:
    core = [installed("y", builtin=True, requires=("z",)), installed("z", builtin=True)]
    assert order(installed("a"), *core) == ["z", "y", "a"]


def test_a_used_plugin_that_is_not_there_is_no_obstacle() -> None:
    assert order(installed("a", uses=("absent",))) == ["a"]


def test_a_missing_package_is_said() -> None:
    why = reasons(installed("a"), names=["a", "gone"])
    assert why.keys() == {"gone"}
    assert "it is enabled but not installed; install its package again" in why["gone"]
    assert "muniment plugins disable gone" in why["gone"]


def test_what_requires_something_missing_cannot_run_nor_what_requires_that() -> None:
    why = reasons(installed("a", requires=("b",)), installed("b", requires=("gone",)), installed("c"))
    assert set(why) == {"a", "b"}
    assert "requires gone" in why["b"]
    assert "requires b" in why["a"]


def test_a_circle_of_requirements_stops_its_members_and_what_needs_them_and_nothing_else() -> None:
    why = reasons(
        installed("a", requires=("b",)),
        installed("b", requires=("a",)),
        installed("c", requires=("a",)),
        installed("d"),
    )
    assert set(why) == {"a", "b", "c"}
    assert "circle" in why["a"]
    assert "a" in why["b"].partition("circle:")[2]


def test_a_plugin_that_requires_itself_is_a_circle() -> None:
    assert "circle" in reasons(installed("a", requires=("a",)))["a"]


def test_plugins_that_use_each_other_run_in_an_order_of_their_names() -> None:
    assert order(installed("b", uses=("a",)), installed("a", uses=("b",))) == ["b", "a"]
    assert order(installed("a", requires=("b",)), installed("b", uses=("a",))) == ["b", "a"]


@pytest.mark.parametrize("both", [True, False])
def test_of_two_that_conflict_one_runs(both: bool) -> None:
    plugins = [installed("a", conflicts=("b",)), installed("b", conflicts=("a",) if both else ())]
    assert reasons(*plugins) == {"a": "it cannot run together with b; disable one of them"}
    assert order(plugins[0]) == ["a"]


def test_an_unsupported_hook_interface_stops_a_plugin_and_what_needs_it() -> None:
    why = reasons(installed("a", hook_api=99), installed("b", requires=("a",)))
    assert "hook interface 99" in why["a"]
    assert "requires a" in why["b"]


def test_dependents_are_found_through_others_and_only_among_the_enabled() -> None:
    known = {
        plugin.name: plugin
        for plugin in (
            installed("a"),
            installed("b", requires=("a",)),
            installed("c", requires=("b",)),
            installed("d", requires=("a",)),
        )
    }
    assert dependents("a", {"a", "b", "c"}, known) == ["b", "c"]
    assert dependents("c", known, known) == []


def test_requirements_come_deepest_first() -> None:
    known = {
        plugin.name: plugin
        for plugin in (
            installed("a", requires=("b", "c")),
            installed("b", requires=("d",)),
            installed("c", requires=("d",)),
            installed("d"),
        )
    }
    assert requirements("a", known) == ["d", "b", "c"]
    assert requirements("d", known) == []


def test_requirements_of_a_circle_end() -> None:
    known = {plugin.name: plugin for plugin in (installed("a", requires=("b",)), installed("b", requires=("a",)))}
    assert requirements("a", known) == ["b"]
