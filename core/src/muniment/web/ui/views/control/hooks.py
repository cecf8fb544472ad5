"""Hooks: which plugins implement each, and when tracing is on how often they were called, how long they took and what
failed: in one process, or in all of them together."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from muniment.hooks.tracing import TRACE, VARIABLE, HookTrace, Traced, is_wanted
from muniment.plugins.processes import numbered
from muniment.repository import Repository
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_repository
from muniment.web.ui.views.control.frame import show

blueprint = Blueprint("control_hooks", __name__, url_prefix="/control/hooks")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@dataclass(frozen=True)
class HookView:
    """A hook with its implementations in the order in which they are called; `owner` is the plugin that declares it, ""
    for the core."""

    name: str
    kind: str
    when: str
    owner: str
    rows: tuple[Traced, ...]


@blueprint.get("")
@access("administration")
@session("required")
def hooks() -> Response:
    repository = the_repository()
    called = repository.hooks
    traces = _traces(repository)
    chosen = request.args.get("process", "")
    trace = traces.get(chosen) or (HookTrace.together(traces.values()) if traces else None)
    found = [
        HookView(
            name,
            called.meta(name).kind,
            called.meta(name).when,
            called.owners.get(name, ""),
            tuple(trace.row(name, plugin) if trace else Traced(name, plugin) for plugin in called.implementers(name)),
        )
        for name in called.names
    ]
    failed = [row for hook in found for row in hook.rows if row.failures]
    return show(
        "control/hooks.html",
        used=[hook for hook in found if hook.rows],
        unused=[hook.name for hook in found if not hook.rows],
        trace=trace,
        processes=list(traces),
        chosen=chosen if chosen in traces else "",
        failed=sorted(failed, key=lambda row: str(row.failed_at), reverse=True),
        counted=sorted(called.failures.items()),
        variable=f"{VARIABLE}=1",
    )


def _traces(repository: Repository) -> Mapping[str, HookTrace]:
    """The traces of all processes that keep one, by their names; this process knows its own to the last call."""
    here = socket.gethostname(), os.getpid()
    own = repository.resources.get(TRACE, HookTrace) if is_wanted(repository.environ) else None
    found: dict[str, HookTrace] = {}
    for name, process in numbered(repository.plugins.living()):
        if own is not None and (process.host, process.pid) == here:
            found[name], own = own, None
        elif process.hooks:
            found[name] = HookTrace.from_dict(process.hooks)
    return {**found, "web": own} if own is not None else found  # served by something that writes no row
