"""What a hook is: its kind, when it is called and what an error in it does; checked and documented from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

import pluggy

PROJECT = "muniment"

#: How the results of several plugins become one: see `muniment.hooks.caller`.
Kind = Literal["collect", "first", "filter", "check", "notify"]
#: `build` once for each generation; `request` while reading; `transaction` inside a unit of work; `job`; `cli`.
When = Literal["build", "request", "before_transaction", "transaction", "job", "cli"]
#: `raise` aborts the operation; `isolate` logs and goes on; `quarantine` leaves the plugin out of the generation.
Errors = Literal["raise", "isolate", "quarantine"]

_spec_marker = pluggy.HookspecMarker(PROJECT)
_implementation_marker = pluggy.HookimplMarker(PROJECT)

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class HookMeta:
    """The contract of one hook; its documentation page is generated from this and from the docstring.

    `deprecated` says since when and what to use instead; plugins that implement such a hook cause a
    `DeprecationWarning` when they are loaded.
    """

    kind: Kind
    when: When
    errors: Errors
    since: str
    deprecated: str | None = None


def hook(
    *, kind: Kind, when: When, errors: Errors, since: str, deprecated: str | None = None
) -> Callable[[Function], Function]:
    """Declare a method of a specification class as a hook."""

    def declare(function: Function) -> Function:
        function.hook_meta = HookMeta(kind, when, errors, since, deprecated)  # type: ignore[attr-defined]
        if deprecated is None:
            return _spec_marker(function)
        return _spec_marker(
            function, warn_on_impl=DeprecationWarning(f"hook '{function.__name__}' is deprecated: {deprecated}")
        )

    return declare


@overload
def implements(function: Function) -> Function: ...
@overload
def implements(*, optional: bool) -> Callable[[Function], Function]: ...
def implements(function: Any = None, *, optional: bool = False) -> Any:
    """Mark a method of a plugin class as the implementation of the hook of the same name.

    ``@implements(optional=True)`` is for hooks of another plugin, which may be off or not installed: then the method is
    not called. The order of implementations comes from the dependencies and names of plugins, so pluggy's `tryfirst`,
    `trylast` and wrappers are not offered.
    """
    if function is None:
        return lambda method: _implementation_marker(method, optionalhook=optional)
    return _implementation_marker(function)
