"""The reference of hooks, one page for each family, and the golden file of the interface for plugins."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

import muniment.api
from muniment.hooks.meta import HookMeta
from muniment.hooks.specifications import SPECIFICATIONS
from muniment.testing.references.markdown import page, read_docstring, table
from muniment.testing.references.sources import Implementation, implementations
from muniment.version import HOOK_API

KINDS = {
    "collect": "every plugin is asked, and the results are joined in plugin order",
    "first": "plugins are asked in order until one answers",
    "filter": "the value passes through every plugin in order",
    "check": "every plugin is asked, and all problems come back at once",
    "notify": "every plugin is told",
}
MOMENTS = {
    "build": "once for each generation, while the application is built",
    "request": "while a request is answered, outside any transaction",
    "before_transaction": "before the transaction, on a frozen snapshot",
    "transaction": "inside the transaction",
    "job": "in a worker, outside any transaction",
    "cli": "when the command line starts",
}
ERRORS = {
    "raise": "aborts the operation",
    "isolate": "is logged and counted against the plugin; the others go on",
    "quarantine": "leaves the plugin out of this generation",
}


def golden_file() -> str:
    """What plugins rely on: hooks with their contract, and the names of `muniment.api`.

    A difference needs a line under *Hooks* in the changelog.
    """
    hooks = {
        name: {
            "arguments": [{"name": key, "type": kind} for key, kind in arguments_of(function).items()],
            "returns": _returned(function),
            "kind": meta.kind,
            "when": meta.when,
            "errors": meta.errors,
            "since": meta.since,
            "deprecated": meta.deprecated,
        }
        for specification in SPECIFICATIONS
        for name, function, meta in hooks_of(specification)
    }
    document = {"hook_api": HOOK_API, "hooks": hooks, "api": sorted(muniment.api.__all__)}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def pages(root: Path) -> dict[str, str]:
    """The pages by file name: an overview and one for each family."""
    found = {"README.md": _overview(root)}
    for specification in SPECIFICATIONS:
        found[_file(specification)] = _family(specification, root)
    return found


def hooks_of(specification: type) -> Iterator[tuple[str, Any, HookMeta]]:
    for name, function in vars(specification).items():
        meta = getattr(function, "hook_meta", None)
        if meta is not None:
            yield name, function, meta


def arguments_of(function: Any) -> Mapping[str, str]:
    parameters = inspect.signature(function).parameters.values()
    return {item.name: _shown(item.annotation) for item in parameters if item.name != "self"}


def _overview(root: Path) -> str:
    rows = [
        (
            f"[`{name}`]({_file(specification)}#{name})",
            meta.kind,
            MOMENTS[meta.when],
            ERRORS[meta.errors],
            ", ".join(item.plugin for item in _implementers(name, root)),
        )
        for specification in SPECIFICATIONS
        for name, _, meta in hooks_of(specification)
    ]
    return page(
        "Hooks",
        f"The hook interface is number {HOOK_API}; a plugin names it in its `plugin.toml`. A plugin implements a hook "
        "by a method of the same name marked `@implements`, with those of the arguments that it needs. Plugins are "
        "called in the order of their dependencies and names, the core's own first.",
        table(("hook", "kind", "called", "an error", "implemented by"), rows),
    )


def _family(specification: type, root: Path) -> str:
    title = (inspect.getdoc(inspect.getmodule(specification)) or "").splitlines()[0].rstrip(".")
    parts: list[str | list[str]] = [inspect.getdoc(specification) or ""]
    for name, function, meta in hooks_of(specification):
        parts += _hook(name, function, meta, root)
    return page(title, *parts)


def _hook(name: str, function: Any, meta: HookMeta, root: Path) -> Iterator[str | list[str]]:
    found = read_docstring(function)
    signature = ", ".join(f"{key}: {kind}" for key, kind in arguments_of(function).items())
    yield f"## {name}"
    yield ["```python", f"def {name}({signature}) -> {_returned(function)}", "```"]
    yield found.prose
    yield [f"- `{key}`: {words}" for key, words in found.arguments.items()]
    if found.returns:
        yield f"Returns {found.returns}"
    yield [f"Raise `{error}` {words}" for error, words in found.raises.items()]
    policy = [
        ("kind", f"`{meta.kind}`: {KINDS[meta.kind]}"),
        ("called", MOMENTS[meta.when]),
        ("an error", ERRORS[meta.errors]),
        ("since", meta.since),
    ]
    if meta.deprecated:
        policy.append(("deprecated", meta.deprecated))
    implementers = _implementers(name, root)
    policy.append(("implemented by", ", ".join(item.plugin for item in implementers)))
    yield table(("", ""), policy)
    if implementers:
        shortest = min(implementers, key=lambda item: (item.length, item.plugin))
        yield f"As `{shortest.plugin}` does it:"
        yield ["```python", shortest.source, "```"]


def _implementers(name: str, root: Path) -> list[Implementation]:
    return [item for item in implementations(root) if item.hook == name]


def _returned(function: Any) -> str:
    return _shown(inspect.signature(function).return_annotation)


def _shown(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _file(specification: type) -> str:
    return specification.__module__.rpartition(".")[2].removeprefix("specs_") + ".md"
