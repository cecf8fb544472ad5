"""What is registered under a name is registered once, and whoever comes second is told who was first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from muniment.hooks.building import _UNIQUE, call_build_hooks
from muniment.hooks.caller import Hooks, PluginFailure
from muniment.hooks.meta import implements
from muniment.hooks.specifications import SPECIFICATIONS


def plugin(**results: Any) -> object:
    def returning(result: Any) -> Any:
        return staticmethod(implements(lambda: result))

    return type("Plugin", (), {name: returning(result) for name, result in results.items()})()


def hooks(*plugins: tuple[str, object]) -> Hooks:
    return Hooks(SPECIFICATIONS, plugins)


def thing(hook: str, value: str = "same") -> SimpleNamespace:
    return SimpleNamespace(**dict.fromkeys(_UNIQUE[hook], value), order=0)


@pytest.mark.parametrize("hook", sorted(_UNIQUE))
def test_one_name_has_one_owner(hook: str) -> None:
    built = hooks(("first", plugin(**{hook: [thing(hook)]})), ("second", plugin(**{hook: [thing(hook)]})))
    with pytest.raises(PluginFailure, match="belongs to the plugin 'first' already") as caught:
        call_build_hooks(built)
    assert (caught.value.plugin, caught.value.hook) == ("second", hook)


@pytest.mark.parametrize("hook", sorted(_UNIQUE))
def test_a_plugin_that_offers_a_name_twice_is_told_too(hook: str) -> None:
    with pytest.raises(PluginFailure, match="belongs to the plugin 'only' already"):
        call_build_hooks(hooks(("only", plugin(**{hook: [thing(hook), thing(hook)]}))))


@pytest.mark.parametrize("hook", sorted(_UNIQUE))
def test_different_names_stand_side_by_side(hook: str) -> None:
    call_build_hooks(
        hooks(("a", plugin(**{hook: [thing(hook, "one")]})), ("b", plugin(**{hook: [thing(hook, "two")]})))
    )


def test_every_hook_that_collects_at_build_is_called_once() -> None:
    called: list[str] = []

    def remembering(name: str) -> Any:
        def implementation() -> None:
            called.append(name)

        return staticmethod(implements(implementation))

    metas = {name: hooks().meta(name) for name in hooks().names}
    names = [name for name, meta in metas.items() if (meta.when, meta.kind) == ("build", "collect")]
    call_build_hooks(hooks(("a", type("Plugin", (), {name: remembering(name) for name in names})())))
    assert sorted(called) == sorted(names)
    assert set(_UNIQUE) <= set(names)


def test_what_the_core_offers_itself_is_taken() -> None:
    own = {"register_scopes": ["user:email"]}
    call_build_hooks(hooks(("one", plugin(register_scopes=[SimpleNamespace(name="one:read", order=0)]))), own)
    with pytest.raises(PluginFailure, match="'user:email' belongs to the core already"):
        call_build_hooks(hooks(("one", plugin(register_scopes=[SimpleNamespace(name="user:email", order=0)]))), own)
