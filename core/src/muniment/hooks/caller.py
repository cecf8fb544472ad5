"""Calls hooks: pluggy registers and validates the implementations, this module applies each hook's policy."""

from __future__ import annotations

import difflib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import pluggy
import structlog

from muniment.errors import MunimentError
from muniment.hooks.meta import PROJECT, HookMeta

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
_NOTED: ContextVar[list[str] | None] = ContextVar("noted", default=None)


class PluginFailure(Exception):
    """A plugin raised in a hook whose policy does not let it go on."""

    def __init__(self, plugin: str, hook: str, cause: BaseException) -> None:
        super().__init__(f"plugin '{plugin}' failed in hook '{hook}': {type(cause).__name__}: {cause}")
        self.plugin = plugin
        self.hook = hook
        self.cause = cause


def attempt(plugin: str, step: str, action: Callable[[], Result]) -> Result:
    """Do something for a plugin outside its hooks, such as loading it; whatever it raises is that plugin's failure."""
    try:
        return action()
    except Exception as error:
        raise PluginFailure(plugin, step, error) from error


@contextmanager
def noting_failures() -> Iterator[list[str]]:
    """Around calls of isolated hooks: the plugins that fail in them, each once, whatever other threads do meanwhile."""
    noted: list[str] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


@dataclass(frozen=True)
class Contribution:
    """A value that one plugin handed to a `collect` hook."""

    plugin: str
    value: Any


@dataclass
class HookCall:
    """One call of one implementation, as watchers see it; `seconds` is its duration, `error` what it raised."""

    hook: str
    plugin: str
    seconds: float
    error: BaseException | None = None

    @property
    def failed(self) -> bool:
        return self.error is not None


class Hooks:
    """The hooks of one generation: `hooks.register_nav()` calls every implementation and applies the policy.

    Implementations run in the order in which plugins were given, which follows dependencies and names. What a plugin
    raises is treated as the hook says: with ``raise`` an error that was raised on purpose (`MunimentError`) reaches
    the caller as it is and any other one as `PluginFailure`; with ``quarantine`` all are `PluginFailure`, so that
    the plugin is left out; with ``isolate`` they are logged and counted, and the others go on.

    A plugin may declare hooks of its own, which others implement: its class has an attribute `Hooks`, a class like
    those of the core, whose hooks begin with the plugin's name.
    """

    #: Called after each call of an implementation, in every generation of the process; for tracing and tests.
    everywhere: ClassVar[list[Callable[[HookCall], None]]] = []

    def __init__(self, specifications: Iterable[type], plugins: Iterable[tuple[str, object]]) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._meta: dict[str, HookMeta] = {}
        #: Which plugin declares a hook; those of the core are not here.
        self.owners: dict[str, str] = {}
        self.failures: Counter[str] = Counter()
        self.watchers: list[Callable[[HookCall], None]] = []
        for specification in specifications:
            self._add_specification(specification)
        given = list(plugins)
        for name, plugin in given:
            self._add_own_specification(name, plugin)
        for name, plugin in given:
            self._register(name, plugin)

    def _add_specification(self, specification: type) -> None:
        self._manager.add_hookspecs(specification)
        self._meta.update(own_hooks(specification))

    def _add_own_specification(self, name: str, plugin: object) -> None:
        """The hooks that a plugin declares; those who implement them may come before it in the order."""
        specification = getattr(type(plugin), "Hooks", None)
        if specification is None:
            return
        declared = own_hooks(specification)
        prefix = f"{name.replace('-', '_')}_"
        wrong = [hook for hook in declared if not hook.startswith(prefix)]
        if wrong or not declared:
            what = f"'{wrong[0]}' must begin with '{prefix}'" if wrong else "its class Hooks declares none with @hook"
            raise PluginFailure(name, "registration", TypeError(what))
        self._add_specification(specification)
        self.owners.update(dict.fromkeys(declared, name))

    def _register(self, name: str, plugin: object) -> None:
        try:
            self._manager.register(plugin, name=name)
            for caller in self._manager.get_hookcallers(plugin) or []:
                if caller.spec is None:
                    if self._is_elsewhere(caller):
                        continue
                    raise TypeError(f"there is no hook named '{caller.name}'{_suggest(caller.name, self._meta)}")
                if any(map(_wants_order, caller.get_hookimpls())):
                    raise TypeError(f"'{caller.name}' must not be a wrapper nor ask to be first or last")
        except (TypeError, ValueError, pluggy.PluginValidationError) as error:
            raise PluginFailure(name, "registration", error) from error

    def _is_elsewhere(self, caller: pluggy.HookCaller) -> bool:
        """Whether an unknown hook is one of a plugin that is not there, which the implementation expects."""
        present = any(caller.name.startswith(f"{owner.replace('-', '_')}_") for owner in self.owners.values())
        return not present and all(item.optionalhook for item in caller.get_hookimpls())

    @property
    def names(self) -> list[str]:
        return sorted(self._meta)

    def meta(self, name: str) -> HookMeta:
        return self._meta[name]

    def implementers(self, name: str) -> list[str]:
        """The plugins that implement a hook, in call order."""
        return [implementation.plugin_name for implementation in self._implementations(name)]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._meta:
            raise AttributeError(f"there is no hook named '{name}'")
        policy = _POLICIES[self._meta[name].kind]

        def call(**arguments: Any) -> Any:
            self._check_arguments(name, arguments)
            return policy(self, name, arguments)

        return call

    def contributions(self, name: str, **arguments: Any) -> list[Contribution]:
        """Like calling a `collect` hook, but tells which plugin gave each value."""
        self._check_arguments(name, arguments)
        found: list[Contribution] = []
        for plugin, result in self._results(name, arguments):
            found.extend(Contribution(plugin, value) for value in _values(result))
        return sorted(found, key=lambda item: getattr(item.value, "order", 0) or 0)

    def ask(self, plugin: str, name: str, **arguments: Any) -> list[Any]:
        """Call one plugin's implementation of a `check` or `collect` hook; empty when it has none.

        What it raises is treated as the hook says.
        """
        self._check_arguments(name, arguments)
        found: list[Any] = []
        for implementation in self._implementations(name):
            if implementation.plugin_name == plugin:
                found.extend(_values(self._call(name, implementation, arguments) or []))
        return found

    def _check_arguments(self, name: str, arguments: Mapping[str, Any]) -> None:
        """A call that does not fit the specification is the caller's mistake, never a plugin's."""
        expected = getattr(self._manager.hook, name).spec.argnames
        if set(arguments) != set(expected):
            raise TypeError(f"hook '{name}' takes ({', '.join(expected)}), not ({', '.join(arguments)})")

    def _implementations(self, name: str) -> list[pluggy.HookImpl]:
        caller = getattr(self._manager.hook, name)
        implementations: list[pluggy.HookImpl] = caller.get_hookimpls()
        return implementations

    def _results(self, name: str, arguments: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for implementation in self._implementations(name):
            result = self._call(name, implementation, arguments)
            if result is not None:
                yield implementation.plugin_name, result

    def _call(self, name: str, implementation: pluggy.HookImpl, arguments: dict[str, Any]) -> Any:
        plugin = implementation.plugin_name
        is_watched = self.watchers or self.everywhere  # nobody else pays for a clock
        started = time.perf_counter() if is_watched else 0.0
        raised: BaseException | None = None
        try:
            return _answer(implementation, arguments)
        except Exception as error:
            raised = error
            policy = self._meta[name].errors
            if policy == "isolate":
                return self._isolated(name, plugin)
            if (policy == "raise" and isinstance(error, MunimentError)) or isinstance(error, PluginFailure):
                raise  # the latter is of a plugin whose hook this one called
            raise PluginFailure(plugin, name, error) from error
        finally:
            if is_watched:
                seconds = time.perf_counter() - started
                for watcher in (*self.watchers, *self.everywhere):
                    watcher(HookCall(name, plugin, seconds, raised))

    def _isolated(self, name: str, plugin: str) -> None:
        self.failures[plugin] += 1
        noted = _NOTED.get()
        if noted is not None and plugin not in noted:
            noted.append(plugin)
        log.exception("plugin_failed", plugin=plugin, hook=name)


def own_hooks(specification: type) -> dict[str, HookMeta]:
    """The hooks that a class of specifications declares, with their contracts."""
    found = {name: getattr(getattr(specification, name), "hook_meta", None) for name in dir(specification)}
    return {name: meta for name, meta in found.items() if meta is not None}


def _answer(implementation: pluggy.HookImpl, arguments: Mapping[str, Any]) -> Any:
    result = implementation.function(*(arguments[key] for key in implementation.argnames))
    # A generator does its work, and fails, here.
    return list(result) if isinstance(result, Iterator) else result


def _suggest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _wants_order(implementation: pluggy.HookImpl) -> bool:
    """Whether an implementation was marked with pluggy's own marker in a way that would upset the order."""
    return implementation.tryfirst or implementation.trylast or implementation.wrapper or implementation.hookwrapper


def _values(result: Any) -> list[Any]:
    return list(result) if isinstance(result, (list, tuple)) else [result]


def _collect(hooks: Hooks, name: str, arguments: dict[str, Any]) -> list[Any]:
    return [contribution.value for contribution in hooks.contributions(name, **arguments)]


def _first(hooks: Hooks, name: str, arguments: dict[str, Any]) -> Any:
    return next((result for _, result in hooks._results(name, arguments)), None)


def _filter(hooks: Hooks, name: str, arguments: dict[str, Any]) -> Any:
    for implementation in hooks._implementations(name):
        changed = hooks._call(name, implementation, arguments)
        if changed is not None:
            arguments = {**arguments, "value": changed}
    return arguments["value"]


def _check(hooks: Hooks, name: str, arguments: dict[str, Any]) -> list[Any]:
    problems: list[Any] = []
    for _, result in hooks._results(name, arguments):
        problems.extend(_values(result))
    return problems


def _notify(hooks: Hooks, name: str, arguments: dict[str, Any]) -> None:
    for _ in hooks._results(name, arguments):
        pass


_POLICIES: dict[str, Callable[[Hooks, str, dict[str, Any]], Any]] = {
    "collect": _collect,
    "first": _first,
    "filter": _filter,
    "check": _check,
    "notify": _notify,
}
