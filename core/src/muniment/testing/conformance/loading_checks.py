"""Loading: the plugin works with nothing but what it requires, and nothing of it is left over after rebuilds."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from flask import signals

from muniment.hooks.specifications import SPECIFICATIONS
from muniment.plugins.installed import InstalledPlugin
from muniment.repository import Repository
from muniment.testing.conformance.bench import Bench
from muniment.testing.conformance.checks import Checks
from muniment.testing.conformance.start import started
from muniment.testing.references.hooks import arguments_of, hooks_of
from muniment.testing.references.markdown import read_docstring
from muniment.web.generations import open_app

_REBUILDS = 4


class LoadingChecks(Checks):
    """How the plugin becomes part of a generation."""

    def test_it_loads_with_nothing_but_what_it_requires(self, bench: Bench) -> None:
        enabled = bench.enabled
        assert enabled.generation.failures == {}
        assert self.plugin in enabled.generation.names
        assert not enabled.read_only
        assert bench.app.test_client().get("/healthz").status_code == 200

    @pytest.mark.any_database
    def test_it_starts_without_heavy_libraries(self, bench: Bench) -> None:
        """Every process of every site would wait for them and keep them in memory."""
        plugins, heavy = started(bench.enabled.instance.path)
        assert self.plugin in plugins
        assert heavy == [], "import these in the functions that use them"

    def test_no_method_looks_like_a_hook_without_being_one(self, installed: InstalledPlugin) -> None:
        known = {name for specification in SPECIFICATIONS for name in dir(specification) if not name.startswith("_")}
        plugin_class = installed.load()
        unmarked = [
            name for name in known & set(dir(plugin_class)) if not hasattr(getattr(plugin_class, name), "muniment_impl")
        ]
        assert unmarked == [], "mark them with @implements"

    def test_it_implements_no_deprecated_hook(self, bench: Bench) -> None:
        hooks = bench.enabled.hooks
        old = [name for name in hooks.names if hooks.meta(name).deprecated and self.plugin in hooks.implementers(name)]
        assert old == []

    def test_it_lists_the_slots_that_it_fills(self, bench: Bench, installed: InstalledPlugin) -> None:
        """Pages whose slots nobody fills are kept in memory; a plugin that lists none may fill all."""
        fills = self.plugin in bench.enabled.hooks.implementers("render_slot")
        listed = installed.manifest.slots
        assert bool(listed) == fills, "list under 'slots' in plugin.toml what render_slot fills, and nothing else"

    def test_its_own_hooks_are_described(self, installed: InstalledPlugin) -> None:
        """Hooks that it declares for others: typed, with what each argument is and what is returned."""
        declared = getattr(installed.load(), "Hooks", None)
        for name, function, _meta in hooks_of(declared) if declared is not None else ():
            found, arguments = read_docstring(function), arguments_of(function)
            assert len(found.prose.split()) >= 5, f"{name}: say when it is called, and what an error does"
            assert list(found.arguments) == list(arguments), f"{name}: describe each argument with :param …:"
            typed = function.__annotations__.keys() - {"self"} == {*arguments, "return"}
            assert typed, f"{name}: give each argument and the result a type"
            assert (function.__annotations__["return"] == "None") == (not found.returns), (
                f"{name}: say what :returns: is"
            )

    @pytest.mark.any_database
    def test_nothing_of_it_is_left_over_after_rebuilds(self, bench: Bench) -> None:
        """Applications and plugins of earlier generations are gone, with their threads and signal receivers."""
        _rebuild(bench.enabled, self.plugin)  # what is made once for a process is made now
        before = _process_wide()
        made = [reference for _ in range(_REBUILDS) for reference in _rebuild(bench.enabled, self.plugin)]
        gc.collect()
        left = [type(found).__name__ for reference in made if (found := reference()) is not None]
        assert left == [], "something keeps objects of generations that serve no more: a module, a thread, a signal"
        assert _process_wide() == before


def _rebuild(repository: Repository, name: str) -> list[weakref.ref[object]]:
    successor = repository.successor()
    app = open_app(successor)
    found: list[weakref.ref[object]] = [weakref.ref(app)]
    for loaded in successor.generation.plugins:
        if loaded.name == name and type(loaded.plugin).__weakrefoffset__:
            found.append(weakref.ref(loaded.plugin))
    return found


def _process_wide() -> dict[str, object]:
    receivers = {name: len(getattr(signals, name).receivers) for name in _signals()}
    return {"threads": sorted(thread.name for thread in threading.enumerate()), "receivers": receivers}


def _signals() -> Iterator[str]:
    return (name for name in dir(signals) if hasattr(getattr(signals, name), "receivers"))
