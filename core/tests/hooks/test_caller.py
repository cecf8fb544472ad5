"""Each kind of hook has one policy for results, and each error policy one outcome, whatever plugins do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any, Protocol

import pluggy
import pytest
import structlog

from muniment.errors import InvalidRequest, Problem
from muniment.hooks.caller import HookCall, Hooks, PluginFailure, noting_failures
from muniment.hooks.meta import PROJECT, hook, implements


class Specifications(Protocol):
    """Hooks of every kind and error policy, for these tests."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_things(self) -> list[Any]: ...

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def render(self, slot: str, context: dict[str, Any]) -> list[Any]: ...

    @hook(kind="first", when="request", errors="raise", since="0.1")
    def find(self, key: str) -> Any: ...

    @hook(kind="filter", when="request", errors="raise", since="0.1")
    def change(self, value: str, suffix: str) -> str: ...

    @hook(kind="check", when="before_transaction", errors="raise", since="0.1")
    def check(self, draft: str) -> list[Problem]: ...

    @hook(kind="notify", when="job", errors="isolate", since="0.1")
    def tell(self, message: str) -> None: ...


def plugin(**implementations: Callable[..., Any]) -> object:
    members = {name: staticmethod(implements(function)) for name, function in implementations.items()}
    return type("Plugin", (), members)()


def hooks(*plugins: tuple[str, object]) -> Hooks:
    return Hooks([Specifications], plugins)


@dataclass(frozen=True)
class Thing:
    name: str
    order: int = 0


def failing(error: Exception) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


# Kinds ----------------------------------------------------------------------------------------------------------------


def test_collect_joins_the_lists_of_all_plugins_in_their_order() -> None:
    called = hooks(("a", plugin(register_things=lambda: [1, 2])), ("b", plugin(register_things=lambda: (3,))))
    assert called.register_things() == [1, 2, 3]


def test_collect_takes_a_single_value_and_a_generator_and_skips_none() -> None:
    def generated() -> Iterator[int]:
        yield 2
        yield 3

    called = hooks(
        ("a", plugin(register_things=lambda: "one")),
        ("b", plugin(register_things=generated)),
        ("c", plugin(register_things=lambda: None)),
    )
    assert called.register_things() == ["one", 2, 3]


def test_collected_values_are_sorted_by_their_order_and_then_by_plugin() -> None:
    called = hooks(
        ("a", plugin(register_things=lambda: [Thing("late", 10), Thing("a")])),
        ("b", plugin(register_things=lambda: [Thing("b"), Thing("early", -5)])),
    )
    assert [thing.name for thing in called.register_things()] == ["early", "a", "b", "late"]
    assert [item.plugin for item in called.contributions("register_things")] == ["b", "a", "b", "a"]


def test_first_stops_at_the_first_answer() -> None:
    asked: list[str] = []

    def answering(name: str, answer: Any) -> Callable[[str], Any]:
        def find(key: str) -> Any:
            asked.append(name)
            return answer

        return find

    called = hooks(
        ("a", plugin(find=answering("a", None))),
        ("b", plugin(find=answering("b", 0))),
        ("c", plugin(find=answering("c", 1))),
    )
    assert called.find(key="x") == 0
    assert asked == ["a", "b"]


def test_first_without_an_answer_is_none() -> None:
    assert hooks(("a", plugin(find=lambda key: None))).find(key="x") is None
    assert hooks().find(key="x") is None


def test_filter_hands_the_value_on_and_none_leaves_it() -> None:
    called = hooks(
        ("a", plugin(change=lambda value, suffix: value + suffix)),
        ("b", plugin(change=lambda value: None)),
        ("c", plugin(change=lambda value: value.upper())),
    )
    assert called.change(value="x", suffix="y") == "XY"
    assert hooks().change(value="x", suffix="y") == "x"


def test_check_asks_everybody_and_returns_all_problems() -> None:
    called = hooks(
        ("a", plugin(check=lambda draft: [Problem("a", "first"), Problem("a", "second")])),
        ("b", plugin(check=lambda draft: [])),
        ("c", plugin(check=lambda: [Problem("c", "third")])),
    )
    assert [problem.message for problem in called.check(draft="d")] == ["first", "second", "third"]


def test_notify_tells_everybody_and_returns_nothing() -> None:
    told: list[str] = []
    called = hooks(
        ("a", plugin(tell=lambda message: told.append("a" + message))),
        ("b", plugin(tell=lambda message: told.append("b" + message))),
    )
    assert called.tell(message="!") is None
    assert told == ["a!", "b!"]


# Errors ---------------------------------------------------------------------------------------------------------------


def test_isolate_logs_counts_and_goes_on() -> None:
    called = hooks(
        ("a", plugin(render=failing(ZeroDivisionError("inside")))), ("b", plugin(render=lambda slot: [slot]))
    )
    with structlog.testing.capture_logs() as logs:
        assert called.render(slot="record.sidebar", context={}) == ["record.sidebar"]
    assert called.failures == {"a": 1}
    assert [(entry["event"], entry["plugin"], entry["hook"]) for entry in logs] == [("plugin_failed", "a", "render")]


def test_who_failed_in_a_block_is_told_of_this_thread_alone() -> None:
    called = hooks(("a", plugin(render=failing(ValueError("a")))), ("b", plugin(tell=failing(ValueError("b")))))
    with noting_failures() as failed:
        other = Thread(target=called.tell, kwargs={"message": "!"})
        other.start()
        other.join()
        for _ in range(2):
            called.render(slot="record.sidebar", context={})
    called.tell(message="!")
    assert failed == ["a"]
    assert called.failures == {"a": 2, "b": 2}


def test_isolate_holds_errors_that_a_plugin_raises_on_purpose_too() -> None:
    called = hooks(("a", plugin(tell=failing(InvalidRequest("no")))))
    called.tell(message="!")
    assert called.failures == {"a": 1}


def test_raise_lets_intended_errors_through_as_they_are() -> None:
    error = InvalidRequest("no")
    with pytest.raises(InvalidRequest) as caught:
        hooks(("a", plugin(find=failing(error)))).find(key="x")
    assert caught.value is error


def test_raise_names_the_plugin_of_other_errors() -> None:
    with pytest.raises(PluginFailure, match="plugin 'a' failed in hook 'check': KeyError") as caught:
        hooks(("a", plugin(check=failing(KeyError("field"))))).check(draft="d")
    assert isinstance(caught.value.cause, KeyError)


@pytest.mark.parametrize("error", [ValueError("broken"), InvalidRequest("no")], ids=["accident", "on purpose"])
def test_quarantine_always_names_the_plugin_to_leave_out(error: Exception) -> None:
    with pytest.raises(PluginFailure) as caught:
        hooks(("a", plugin(register_things=failing(error)))).register_things()
    assert (caught.value.plugin, caught.value.hook, caught.value.cause) == ("a", "register_things", error)


def test_a_generator_that_fails_halfway_is_the_plugins_failure() -> None:
    def generated() -> Iterator[int]:
        yield 1
        raise ValueError("halfway")

    with pytest.raises(PluginFailure, match="halfway"):
        hooks(("a", plugin(register_things=generated))).register_things()


def test_an_interrupt_is_nobodys_failure() -> None:
    def interrupted() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hooks(("a", plugin(tell=interrupted))).tell(message="!")


# Registration ---------------------------------------------------------------------------------------------------------


def test_a_mistyped_hook_is_refused_with_plugin_and_suggestion() -> None:
    with pytest.raises(PluginFailure, match=r"plugin 'a'.*no hook named 'regster_things'.*'register_things'\?"):
        hooks(("a", plugin(regster_things=lambda: [1])))


def test_an_argument_that_the_hook_does_not_have_is_refused_with_the_plugin() -> None:
    with pytest.raises(PluginFailure, match=r"(?s)plugin 'a' failed in hook 'registration'.*record"):
        hooks(("a", plugin(check=lambda record: [])))


def test_a_plugin_takes_only_the_arguments_it_needs() -> None:
    assert hooks(("a", plugin(render=lambda: [1]))).render(slot="s", context={}) == [1]


@pytest.mark.parametrize("option", ["tryfirst", "trylast", "wrapper", "hookwrapper"])
def test_plugins_cannot_ask_to_be_first_or_last_or_around(option: str) -> None:
    def register_things() -> Any:
        yield

    options: dict[str, Any] = {option: True}
    marked = pluggy.HookimplMarker(PROJECT)(register_things, **options)
    with pytest.raises(PluginFailure, match="must not be a wrapper"):
        hooks(("a", type("Plugin", (), {"register_things": staticmethod(marked)})()))


def test_two_plugins_of_one_name_are_refused() -> None:
    with pytest.raises(PluginFailure, match="'a'"):
        hooks(("a", plugin()), ("a", plugin()))


def test_a_deprecated_hook_still_works_and_warns() -> None:
    class Older(Protocol):
        @hook(kind="first", when="request", errors="raise", since="0.1", deprecated="since 0.2; use find instead")
        def look(self) -> Any: ...

    with pytest.warns(DeprecationWarning, match="hook 'look' is deprecated: since 0.2; use find instead"):
        called = Hooks([Older], [("a", plugin(look=lambda: 7))])
    assert called.look() == 7
    assert Hooks([Older], [("b", plugin())]).look() is None


def test_implementers_are_listed_in_call_order() -> None:
    called = hooks(("b", plugin(find=lambda: None)), ("a", plugin(find=lambda: None)), ("c", plugin()))
    assert called.implementers("find") == ["b", "a"]
    assert called.implementers("check") == []


# Calling --------------------------------------------------------------------------------------------------------------


def test_calling_an_unknown_hook_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no hook named 'registr'"):
        hooks().registr()


@pytest.mark.parametrize("arguments", [{}, {"key": 1, "more": 2}, {"kye": 1}])
def test_a_call_with_wrong_arguments_is_the_callers_mistake(arguments: dict[str, int]) -> None:
    with pytest.raises(TypeError, match=r"hook 'find' takes \(key\)"):
        hooks(("a", plugin(find=lambda: 1))).find(**arguments)


def test_watchers_see_each_call_with_its_outcome() -> None:
    called = hooks(("a", plugin(tell=failing(ValueError()))), ("b", plugin(tell=lambda message: None)))
    seen: list[HookCall] = []
    called.watchers.append(seen.append)
    called.tell(message="!")
    assert [(call.hook, call.plugin, call.failed) for call in seen] == [("tell", "a", True), ("tell", "b", False)]
    assert all(call.seconds >= 0 for call in seen)


def test_watchers_of_the_process_see_every_generation() -> None:
    seen: list[HookCall] = []
    Hooks.everywhere.append(seen.append)
    try:
        hooks(("a", plugin(find=lambda: 1))).find(key="x")
        hooks(("b", plugin(find=lambda: 1))).find(key="x")
    finally:
        Hooks.everywhere.remove(seen.append)
    assert [call.plugin for call in seen] == ["a", "b"]
