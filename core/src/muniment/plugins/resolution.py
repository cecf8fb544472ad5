"""Order and completeness of a set of plugins: what is required comes first, what is missing is named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from muniment.plugins.installed import InstalledPlugin


def resolve(
    names: Iterable[str], installed: Mapping[str, InstalledPlugin], failed: Collection[str] = ()
) -> tuple[list[InstalledPlugin], dict[str, str]]:
    """The plugins among `names` that can run, in call order, and for each other one the reason why not.

    `failed` are others that are on and did not start, which whatever requires them is told.
    The core's own plugins come first; otherwise the order follows dependencies, then names, so that it never depends
    on how packages were installed. Where plugins merely use each other in a circle, `uses` says nothing about them.
    """
    wanted = set(names)
    reasons = _unusable(wanted, installed, failed)
    usable = wanted - reasons.keys()
    graph = _requirements(usable, installed)
    try:
        return [installed[name] for name in _ordered(_with_uses(graph, installed))], reasons
    except CycleError as error:
        cycle = sorted(set(error.args[1]))
        for name in cycle:
            reasons[name] = (
                f"plugins require each other in a circle: {', '.join(cycle)}; none of them can run until one is "
                "installed in a version that does not"
            )
        rest, more = resolve(usable - set(cycle), installed, failed)
        return rest, {**reasons, **more}


def _requirements(names: set[str], installed: Mapping[str, InstalledPlugin]) -> dict[str, set[str]]:
    builtin = {name for name in names if installed[name].manifest.builtin}
    return {
        name: {*installed[name].manifest.requires} & names | (set() if name in builtin else builtin) for name in names
    }


def _with_uses(graph: Mapping[str, set[str]], installed: Mapping[str, InstalledPlugin]) -> dict[str, set[str]]:
    """The graph with an edge for each `uses` that closes no circle."""
    extended = {name: set(needed) for name, needed in graph.items()}
    for name in sorted(extended):
        for other in sorted(set(installed[name].manifest.uses) & extended.keys()):
            if not _reaches(extended, other, name):
                extended[name].add(other)
    return extended


def _reaches(graph: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    frontier = {start}
    while frontier:
        if goal in frontier:
            return True
        seen |= frontier
        frontier = {needed for name in frontier for needed in graph[name]} - seen
    return False


def _ordered(graph: Mapping[str, set[str]]) -> list[str]:
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order.extend(ready)
        sorter.done(*ready)
    return order


def _unusable(wanted: set[str], installed: Mapping[str, InstalledPlugin], failed: Collection[str]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for name in sorted(wanted):
        if name not in installed:
            reasons[name] = (
                f"it is enabled but not installed; install its package again, or run 'muniment plugins disable {name}'"
            )
        elif problem := installed[name].manifest.problem:
            reasons[name] = problem
    changed = True
    while changed:
        changed = False
        for name in sorted(wanted - reasons.keys()):
            reason = _unmet(name, wanted - reasons.keys(), installed, wanted.union(failed))
            if reason:
                reasons[name] = reason
                changed = True
    return reasons


def _unmet(name: str, usable: set[str], installed: Mapping[str, InstalledPlugin], wanted: set[str]) -> str | None:
    manifest = installed[name].manifest
    missing = [other for other in manifest.requires if other not in usable]
    if missing:
        return "; ".join(f"it requires {other}, which {_why_missing(other, installed, wanted)}" for other in missing)
    clash = [other for other in manifest.conflicts if other in usable]
    if clash:
        return f"it cannot run together with {', '.join(clash)}; disable one of them"
    return None


def _why_missing(name: str, installed: Mapping[str, InstalledPlugin], wanted: set[str]) -> str:
    if name not in installed:
        return "is not installed: install its package first"
    return "cannot run: mend that first" if name in wanted else "is off: enable it too"


def dependents(name: str, enabled: Iterable[str], installed: Mapping[str, InstalledPlugin]) -> list[str]:
    """The enabled plugins that need `name`, directly or through others."""
    found: set[str] = set()
    frontier = {name}
    while frontier:
        frontier = {
            other
            for other in enabled
            if other in installed and other not in found and frontier & set(installed[other].manifest.requires)
        }
        found |= frontier
    return sorted(found)


def requirements(name: str, installed: Mapping[str, InstalledPlugin]) -> list[str]:
    """What must be enabled before `name`, deepest first."""
    order: list[str] = []
    seen = {name}

    def visit(current: str) -> None:
        for other in sorted(installed[current].manifest.requires if current in installed else ()):
            if other not in seen:
                seen.add(other)
                visit(other)
                order.append(other)

    visit(name)
    return order
